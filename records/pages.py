"""The one door of the HTML pages to records: list, page, new, edit, delete and sharing of one class."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from accounts.models import User
from records.bulk import Action
from records.columns import Column
from records.door import RecordView
from records.filters import RecordFilter
from records.forms import RecordForm, SharingForm
from records.lists import ListView
from records.models import Record
from records.routes import around_list
from records.sharing import grants_of, reasons, share, unshare
from records.transactions import atomically


class RecordPages:
    """What the pages of one class need to know; the views below do the rest."""

    model: ClassVar[type[Record]]
    form_class: ClassVar[type[RecordForm]]
    filterset_class: ClassVar[type[RecordFilter]]
    orderings: ClassVar[dict[str, Any]]
    ordering: ClassVar[str]
    asked_for: ClassVar[tuple[str, ...]] = ("q",)  # the parameters that the list's own form has fields for
    more_filters: ClassVar[tuple[str, ...]] = ()  # those of its fields that are folded away
    columns: ClassVar[tuple[Column, ...]] = ()  # what the list can show
    actions: ClassVar[tuple[type[Action], ...]] = ()  # what can be done with several rows of it
    pointers: ClassVar[tuple[str, ...]] = ()  # what the record's form names, fetched along with it

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
        return cls.listed(rows, user)

    @classmethod
    def context(cls, record: Any, user: Any) -> dict[str, Any]:
        """What stands beside the record on its page."""
        return {}

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        """What a new record's form starts with."""
        return {}

    @classmethod
    def urls(cls) -> list[URLPattern]:
        name = cls.model._meta.model_name
        return [
            path(f"{cls.model.plural}/", ListView.as_view(pages=cls), name=f"{name}-list"),
            *around_list(cls),
            path(f"{cls.model.plural}/new/", NewView.as_view(pages=cls), name=f"{name}-new"),
            path(f"{cls.model.plural}/options/", OptionsView.as_view(pages=cls), name=f"{name}-options"),
            path(f"{cls.model.plural}/<str:pk>/", DetailView.as_view(pages=cls), name=f"{name}-detail"),
            path(f"{cls.model.plural}/<str:pk>/edit/", EditView.as_view(pages=cls), name=f"{name}-edit"),
            path(f"{cls.model.plural}/<str:pk>/delete/", DeleteView.as_view(pages=cls), name=f"{name}-delete"),
            path(f"{cls.model.plural}/<str:pk>/sharing/", SharingView.as_view(pages=cls), name=f"{name}-sharing"),
        ]


class OptionsView(RecordView):
    """Names for a picker while somebody types, as ``<option>`` elements."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:100]
        column = self.pages.filterset_class.named_by
        rows = self.visible().filter(**{f"{column}__icontains": text}).order_by("-updated_at")[:20]
        return render(request, "records/_options.html", {"names": [str(row) for row in rows]})


class DetailView(RecordView):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        rows = self.pages.detailed(self.visible(), request.user).with_rights(request.user)  # type: ignore[attr-defined]
        record = self.get_record(rows)
        return self.render("detail", {"record": record, **self.pages.context(record, request.user)})


class FormView(RecordView):
    """A new record, or an old one, in the same form."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return atomically(self._show)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return atomically(self._save)

    def record(self) -> Any:
        raise NotImplementedError

    def said(self, record: Any) -> str:
        raise NotImplementedError

    def _form(self, data: Any = None) -> RecordForm:
        record = self.record()
        initial = self.pages.initial(self.request) if record is None else {}
        return self.pages.form_class(data, instance=record, user=self.request.user, initial=initial)

    def _show(self) -> HttpResponse:
        return self._form_page(self._form())

    def _save(self) -> HttpResponse:
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._form_page(form, 409 if form.stale else 422)
        record = form.save()
        messages.success(self.request, self.said(record))
        return self.go(record.get_absolute_url())

    def _form_page(self, form: RecordForm, status: int = 200) -> HttpResponse:
        name = f"{self.model._meta.app_label}:{self.model._meta.model_name}-list"
        back = reverse(name) if form.is_new else form.instance.get_absolute_url()
        context = {"form": form, "record": None if form.is_new else form.instance, "cancel": self.came_from(back)}
        return self.render("form", context, status)


class NewView(FormView):
    action = "add"

    def record(self) -> None:
        """None, not an empty record: its columns would pose as the answers that the form starts with."""

    def said(self, record: Any) -> str:
        return f"“{record}” is added."


class EditView(FormView):
    action = "change"

    def record(self) -> Any:
        return self.editable_record()

    def said(self, record: Any) -> str:
        return f"“{record}” is saved."


class DeleteView(RecordView):
    """Asked for on a page of its own, which works without JavaScript too."""

    action = "delete"

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        record = atomically(self.editable_record)
        return render(request, "records/delete.html", {"record": record, "model": self.model})

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        name = atomically(self._delete)
        messages.success(request, f"“{name}” is deleted.")
        address = reverse(f"{self.model._meta.app_label}:{self.model._meta.model_name}-list")
        return HttpResponseRedirect(address, status=303)

    def _delete(self) -> str:
        record = self.editable_record()
        name = str(record)
        record.delete()
        return name


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
                messages.success(self.request, f"{holder} has no grant any more.")
        elif form.is_valid():
            share(record, form.cleaned_data["holder"], form.cleaned_data["level"])
            messages.success(self.request, f"Shared with {form.cleaned_data['holder']}.")
        else:
            return self._page(self.get_record(self._rows()), form, 422)
        if self.visible().filter(pk=record.pk).exists():
            name = f"{self.model._meta.app_label}:{self.model._meta.model_name}-sharing"
            return HttpResponseRedirect(reverse(name, args=[record.pk]), status=303)
        return HttpResponseRedirect(reverse("desk:my-day"), status=303)  # handed over: it is no longer ours to see
