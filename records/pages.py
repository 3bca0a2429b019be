"""The one door of the HTML pages to records: list, page, new, edit, delete and sharing of one class."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from accounts.models import User
from records import keyset
from records.filters import RecordFilter
from records.forms import RecordForm, SharingForm
from records.models import Record
from records.sharing import grants_of, reasons, share, unshare
from records.transactions import atomically

PAGE = 50


class RecordPages:
    """What the pages of one class need to know; the views below do the rest."""

    model: ClassVar[type[Record]]
    form_class: ClassVar[type[RecordForm]]
    filterset_class: ClassVar[type[RecordFilter]]
    orderings: ClassVar[dict[str, Any]]
    ordering: ClassVar[str]
    asked_for: ClassVar[tuple[str, ...]] = ("q",)  # the parameters that the list's own form has fields for
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
            path(f"{cls.model.plural}/new/", NewView.as_view(pages=cls), name=f"{name}-new"),
            path(f"{cls.model.plural}/options/", OptionsView.as_view(pages=cls), name=f"{name}-options"),
            path(f"{cls.model.plural}/<str:pk>/", DetailView.as_view(pages=cls), name=f"{name}-detail"),
            path(f"{cls.model.plural}/<str:pk>/edit/", EditView.as_view(pages=cls), name=f"{name}-edit"),
            path(f"{cls.model.plural}/<str:pk>/delete/", DeleteView.as_view(pages=cls), name=f"{name}-delete"),
            path(f"{cls.model.plural}/<str:pk>/sharing/", SharingView.as_view(pages=cls), name=f"{name}-sharing"),
        ]


class RecordView(View):
    """Asks the class-level permission named by ``action``, and hands out rows only through the user."""

    pages: type[RecordPages] = RecordPages
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
