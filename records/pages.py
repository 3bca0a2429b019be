"""The HTML pages of one class of records: what they need to know, the page of one record, and its sharing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.models import User
from records.bulk import Action
from records.columns import Column
from records.door import RecordView
from records.editing import DeleteView, EditView, NewView
from records.facts import Fact
from records.field_lists import orderings_of
from records.filters import RecordFilter
from records.forms import RecordForm, SharingForm
from records.grams import narrowed
from records.inline import FieldView
from records.lists import ListView
from records.models import Record
from records.neighbours import Neighbours, Order
from records.routes import around_list
from records.sharing import grants_of, reasons, share, unshare
from records.toasts import toast
from records.transactions import atomically


class RecordPages:
    """What the pages of one class need to know; the views below do the rest."""

    model: ClassVar[type[Record]]
    form_class: ClassVar[type[RecordForm]]
    filterset_class: ClassVar[type[RecordFilter]]
    orderings: ClassVar[Mapping[str, Any]]
    ordering: ClassVar[str]
    asked_for: ClassVar[tuple[str, ...]] = ("q",)  # the parameters that the list's own form has fields for
    more_filters: ClassVar[tuple[str, ...]] = ()  # those of its fields that are folded away
    columns: ClassVar[tuple[Column, ...]] = ()  # what the list can show
    actions: ClassVar[tuple[type[Action], ...]] = ()  # what can be done with several rows of it
    pointers: ClassVar[tuple[str, ...]] = ()  # what the record's form names, fetched along with it
    opens: ClassVar[tuple[str, ...]] = ()  # pointers to what whoever reads the record may read as well
    facts: ClassVar[tuple[str, ...]] = ()  # the fields at the side of the record's page

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "orderings" in cls.__dict__:
            cls.orderings = orderings_of(cls.model, cls.orderings)

    @classmethod
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        """What a row of the list shows, fetched along."""
        return rows

    @classmethod
    def choices(cls) -> dict[str, Any]:
        """What the list's filters offer to choose from."""
        return {}

    @classmethod
    def detailed(cls, rows: QuerySet, user: Any) -> QuerySet:
        """What the page of one record shows, fetched along."""
        return cls.listed(rows, user).select_related("created_by")

    @classmethod
    def context(cls, record: Any, user: Any) -> dict[str, Any]:
        """What stands beside the record on its page."""
        return {}

    @classmethod
    def order_of(cls, path: str, query: QueryDict, request: HttpRequest) -> Order | None:
        """The rows behind the address of a list, in its order; None if it is no list of this class."""
        if path != reverse(f"{cls.model._meta.app_label}:{cls.model._meta.model_name}-list"):
            return None
        filterset = cls.filterset_class(query, cls.model.objects.visible_to(request.user), request=request)
        ordering = query.get("ordering", cls.ordering)
        if not filterset.is_valid() or ordering.removeprefix("-") not in cls.orderings:
            return None
        return Order(filterset.qs, ordering, cls.orderings)

    @classmethod
    def summary(cls, record: Any, user: Any) -> dict[str, Any]:
        """What the strip above the record's page says: part of its context, asked for alone after a change."""
        return {}

    @classmethod
    def likely(cls, form: RecordForm) -> list[Record]:
        """Records that what is being written may be already, as far as its writer may see them."""
        return []

    @classmethod
    def name_who_changed(cls, form: RecordForm) -> None:
        """Puts the name of who changed it on each conflict of a form, where that is known."""

    @classmethod
    def hanging_on(cls, record: Any, user: Any) -> list[str]:
        """What happens to other records when this one is deleted, a sentence each, counting what the user may see."""
        return []

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        """What a new record's form starts with."""
        return {}

    @classmethod
    def urls(cls) -> list[URLPattern]:
        name = cls.model._meta.model_name
        field = f"{cls.model.plural}/<str:pk>/field/<slug:field>/"
        return [
            path(f"{cls.model.plural}/", ListView.as_view(pages=cls), name=f"{name}-list"),
            *around_list(cls),
            path(f"{cls.model.plural}/new/", NewView.as_view(pages=cls), name=f"{name}-new"),
            path(f"{cls.model.plural}/options/", OptionsView.as_view(pages=cls), name=f"{name}-options"),
            path(f"{cls.model.plural}/<str:pk>/", DetailView.as_view(pages=cls), name=f"{name}-detail"),
            path(f"{cls.model.plural}/<str:pk>/edit/", EditView.as_view(pages=cls), name=f"{name}-edit"),
            path(field, FieldView.as_view(pages=cls), name=f"{name}-field"),
            path(f"{cls.model.plural}/<str:pk>/delete/", DeleteView.as_view(pages=cls), name=f"{name}-delete"),
            path(f"{cls.model.plural}/<str:pk>/sharing/", SharingView.as_view(pages=cls), name=f"{name}-sharing"),
        ]


class OptionsView(RecordView):
    """Names for a picker while somebody types, as ``<option>`` elements."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:100]
        column = self.pages.filterset_class.named_by
        rows = narrowed(self.visible(), text).filter(**{f"{column}__icontains": text}).order_by("-updated_at")[:20]
        return render(request, "records/_options.html", {"names": [str(row) for row in rows]})


class DetailView(RecordView):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        rows = self.pages.detailed(self.visible(), request.user).with_rights(request.user)  # type: ignore[attr-defined]
        neighbours = Neighbours(request, self.pages)
        record = self.get_record(neighbours.fetched(rows))
        context = {"record": record, "facts": Fact.all_of(record, self.pages, request.user)}
        context |= self.pages.context(record, request.user)
        return self.render("detail", {**context, "neighbours": neighbours.find(record)})


class SharingView(RecordView):
    """Who can see this, and why; writers add and take grants here."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(self.get_record(self._rows()))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        return atomically(self._change)

    def _rows(self) -> QuerySet:
        return self.visible().with_rights(self.request.user)  # type: ignore[attr-defined]

    def _form(self, data: Any = None) -> SharingForm:
        return SharingForm(data, users=User.objects.directory(), roles=Group.objects.order_by("name"))

    def _page(self, record: Any, form: SharingForm | None = None, status: int = 200) -> HttpResponse:
        grants = grants_of(record)
        context = {
            "record": record,
            "model": self.model,
            "reasons": reasons(record, self.request.user, grants),  # type: ignore[arg-type]
            "grants": grants if record.may_change else [],
            "form": form or (self._form() if record.may_change else None),
        }
        fragment = self.request.headers.get("HX-Request") == "true"  # the panel on the record's own page
        return render(
            self.request, "records/_sharing.html" if fragment else "records/sharing.html", context, status=status
        )

    def _change(self) -> HttpResponse:
        self.action = "change"
        record = self.editable_record()
        taken = self.request.POST.get("remove")
        form = self._form(self.request.POST)
        if taken:
            holder = form.holders.get(taken) or next((g.holder for g in grants_of(record) if g.key == taken), None)
            if holder is not None:
                unshare(record, holder)
                toast(self.request, _("%(holder)s has no grant any more.") % {"holder": holder}, undo=True)
        elif form.is_valid():
            share(record, form.cleaned_data["holder"], form.cleaned_data["level"])
            toast(self.request, _("Shared with %(holder)s.") % {"holder": form.cleaned_data["holder"]}, undo=True)
        else:
            return self._page(self.get_record(self._rows()), form, 422)
        if self.visible().filter(pk=record.pk).exists():
            name = f"{self.model._meta.app_label}:{self.model._meta.model_name}-sharing"
            return HttpResponseRedirect(reverse(name, args=[record.pk]), status=303)
        return HttpResponseRedirect(reverse("desk:my-day"), status=303)  # handed over: it is no longer ours to see
