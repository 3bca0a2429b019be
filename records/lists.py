"""The list of one class: filtered, sorted, page by page, in the columns that were chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import cached_property

from records import columns, keyset
from records.bulk import Action, signed
from records.chips import chips
from records.door import RecordView
from records.field_filters import filter_names
from records.field_lists import columns_of
from records.filters import RecordFilter

PAGE = 50
MATTERS_NOT = ("cursor", "ordering", "columns", "saved")  # parameters that leave out no row

# What a package above says to a list that is opened without a question: the query to open it with, or nothing.
openings: list[Callable[[HttpRequest], str | None]] = []


class Listing(RecordView):
    """The rows that an address asks for, sorted and with what their columns show."""

    @cached_property
    def filterset(self) -> RecordFilter:
        return self.pages.filterset_class(self.request.GET, self.visible(), request=self.request)

    @cached_property
    def declared(self) -> tuple[columns.Column, ...]:
        """What the list can show: the columns of the class, and of the fields that were added to it."""
        return (*self.pages.columns, *columns_of(self.model))

    @cached_property
    def more_filters(self) -> tuple[str, ...]:
        return (*self.pages.more_filters, *filter_names(self.model))

    @cached_property
    def choice(self) -> columns.Choice:
        return columns.chosen(self.declared, self.model, self.request)

    @property
    def ordering(self) -> str:
        asked = self.request.GET.get("ordering", self.pages.ordering)
        return asked if asked.removeprefix("-") in self.pages.orderings else self.pages.ordering

    def rows(self) -> QuerySet:
        found = self.filterset.qs if self.filterset.is_valid() else self.visible().none()
        return self.choice.along(self.pages.listed(found, self.request.user), self.request.user)


class ListView(Listing):
    def get(self, request: HttpRequest) -> HttpResponse:
        opening = None if request.GET else next((query for ask in openings if (query := ask(request))), None)
        if opening:
            return redirect(f"{request.path}?{opening}")
        try:
            page = keyset.page(self.rows(), self.ordering, self.pages.orderings, PAGE, request.GET.get("cursor"))
        except keyset.BadCursor:
            return self._first_page()
        asked = {name: value for name, value in request.GET.items() if value and name not in MATTERS_NOT}
        context = {"page": page, "filter": self.filterset, "ordering": self.ordering, "asked": asked}
        context |= {"kept": self._kept(), "fields": self._fields(self.pages.asked_for), **self._around()}
        return self.render("list", context | self.pages.choices(), 200 if self.filterset.is_valid() else 400)

    def _around(self) -> dict[str, Any]:
        """What stands around the rows: columns, chips, what cannot be done, what can be done with several."""
        more = self._fields(self.more_filters)
        query = self.request.GET.copy()
        query.pop("cursor", None)
        return {
            "columns": self.choice.columns,
            "declared": self.declared,
            "more": more,
            "more_is_on": any(field.value() not in (None, "", []) for field in more),
            "chips": chips(self.filterset, self.request.GET) if self.filterset.is_valid() else [],
            "lost": self._lost(),
            "names": self.choice.names,
            "signed": signed(query.urlencode()),
            "actions": self._actions(),
        }

    def _actions(self) -> list[type[Action]]:
        meta, user = self.model._meta, self.request.user
        return [one for one in self.pages.actions if user.has_perm(f"{meta.app_label}.{one.verb}_{meta.model_name}")]

    def _fields(self, names: tuple[str, ...]) -> list:
        return [self.filterset.form[name] for name in names if name in self.filterset.filters]

    def _lost(self) -> list[str]:
        """What was asked and does not exist (any more): columns; of a saved view also filters and the order."""
        query = self.request.GET
        lost = list(self.choice.unknown)
        if query.get("saved"):
            lost += [name for name in query if name not in (*self.filterset.filters, *MATTERS_NOT)]
            lost += [query["ordering"]] if query.get("ordering", self.ordering) != self.ordering else []
        return [name[:50] for name in lost[:10]]

    def _first_page(self) -> HttpResponse:
        query = self.request.GET.copy()
        del query["cursor"]
        return redirect(f"{self.request.path}?{query.urlencode()}")

    def _kept(self) -> dict[str, str]:
        """What was asked beside the fields of the list's form, and goes on being asked when it is sent."""
        shown = (*self.pages.asked_for, *self.more_filters)
        names = [name for name in [*self.filterset.filters, "ordering", "columns", "saved"] if name not in shown]
        return {name: self.request.GET[name] for name in names if self.request.GET.get(name)}


class ColumnsView(RecordView):
    """Keeps the columns that somebody wants to see from now on; none ticked, or "as it was": the usual ones."""

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = [] if "reset" in request.POST else request.POST.getlist("column")
        known = [column.name for column in (*self.pages.columns, *columns_of(self.model))]
        columns.remember(self.model, request.user, [name for name in known if name in wanted])
        return HttpResponseRedirect(self.came_from(request.path.removesuffix("columns/")), status=303)
