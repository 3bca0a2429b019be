"""The door itself: what every HTML page of a record asks before it hands out a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from records.models import Record

if TYPE_CHECKING:
    from records.pages import RecordPages


class RecordView(View):
    """Asks the class-level permission named by ``action``, and hands out rows only through the user."""

    pages: type[RecordPages] = None  # type: ignore[assignment]  # each address says which
    action = "view"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        meta = self.model._meta
        if not request.user.has_perm(f"{meta.app_label}.{self.action}_{meta.model_name}"):
            raise PermissionDenied(f"Your role does not let you {self.action} {meta.verbose_name_plural}.")
        return super().dispatch(request, *args, **kwargs)

    @property
    def model(self) -> type[Record]:
        return self.pages.model

    def visible(self) -> QuerySet:
        return self.model.objects.visible_to(self.request.user)

    def get_record(self, rows: QuerySet) -> Any:
        record = rows.filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise Http404
        return record

    def editable_record(self) -> Any:
        """Locked. Who may see but not change it is told so; to others it does not exist."""
        rows = self.model.objects
        rows = rows.deletable_by(self.request.user) if self.action == "delete" else rows.editable_by(self.request.user)
        rows = rows.select_related(*self.pages.pointers) if self.pages.pointers else rows
        record = rows.select_for_update(of=("self",)).filter(pk=self.kwargs["pk"]).first()
        if record is None:
            self.get_record(self.visible())
            raise PermissionDenied(f"You may see this {self.model._meta.verbose_name}, but not {self.action} it.")
        return record

    def template(self, page: str) -> str:
        return f"{self.model._meta.app_label}/{self.model._meta.model_name}_{page}.html"

    def render(self, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return render(self.request, self.template(page), {"model": self.model, **context}, status=status)

    def came_from(self, otherwise: str) -> str:
        """The address to go back to, if it is one of ours."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        ours = {self.request.get_host()}
        safe = url_has_allowed_host_and_scheme(wanted, ours, require_https=self.request.is_secure())
        return wanted if safe and wanted.startswith("/") else otherwise

    def go(self, address: str) -> HttpResponse:
        """To where the person came from; 303, so that a reload does not post again."""
        return HttpResponseRedirect(self.came_from(address), status=303)
