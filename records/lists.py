"""The list of one class: filtered, sorted, page by page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from records import keyset
from records.door import RecordView
from records.filters import RecordFilter

PAGE = 50


class ListView(RecordView):
    def get(self, request: HttpRequest) -> HttpResponse:
        filterset = self.pages.filterset_class(request.GET, self.visible(), request=request)
        ordering = request.GET.get("ordering", self.pages.ordering)
        if ordering.removeprefix("-") not in self.pages.orderings:
            ordering = self.pages.ordering
        rows = self.pages.listed(filterset.qs if filterset.is_valid() else self.visible().none(), request.user)
        try:
            page = keyset.page(rows, ordering, self.pages.orderings, PAGE, request.GET.get("cursor"))
        except keyset.BadCursor:
            return self._first_page()
        asked = {name: value for name, value in request.GET.items() if value and name not in ("cursor", "ordering")}
        context = {"page": page, "filter": filterset, "ordering": ordering, "asked": asked}
        context |= {"kept": self._kept(filterset), **self.pages.choices()}
        return self.render("list", context, 200 if filterset.is_valid() else 400)

    def _first_page(self) -> HttpResponse:
        query = self.request.GET.copy()
        del query["cursor"]
        return redirect(f"{self.request.path}?{query.urlencode()}")

    def _kept(self, filterset: RecordFilter) -> dict[str, str]:
        """What was asked beside the fields of the list's form, and goes on being asked when it is sent."""
        names = [name for name in [*filterset.filters, "ordering"] if name not in self.pages.asked_for]
        return {name: self.request.GET[name] for name in names if self.request.GET.get(name)}
