"""The settings page of custom fields: what each class has, added, changed, deleted, and how far its indexes are."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from live.field_history import field_entries
from records import indexes
from records.definitions import CLASSES, CustomField
from records.field_forms import CustomFieldForm
from records.field_jobs import start_jobs
from records.toasts import toast
from records.transactions import atomically

BUSY = (CustomField.Index.WAITING, CustomField.Index.BUILDING)


class FieldSettings(View):
    """Whoever looks after fields: administrators, from the start. ``action``: the permission that a page asks for."""

    action = "view"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(f"records.{self.action}_customfield"):
            raise PermissionDenied(_("Your role does not include looking after fields."))
        return super().dispatch(request, *args, **kwargs)

    def get_field(self, key: str) -> CustomField:
        field = CustomField.objects.living().filter(pk=key).first()
        if field is None:
            raise Http404
        return field

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("desk:fields"), status=303)


class FieldsView(FieldSettings):
    """With htmx the list alone: it asks again while an index is being built."""

    def get(self, request: HttpRequest) -> HttpResponse:
        fields = list(CustomField.objects.living())
        busy = [field for field in fields if field.index_state in BUSY]
        for field in busy:
            if field.index_state == CustomField.Index.BUILDING:
                field.done = indexes.progress(field) or 0  # type: ignore[attr-defined]
        labels = dict(CustomField._meta.get_field("model").flatchoices)
        classes = [(name, labels[name], [field for field in fields if field.model == name]) for name in CLASSES]
        context = {"classes": classes, "busy": bool(busy)}
        page = "desk/_fields.html" if request.headers.get("HX-Request") == "true" else "desk/fields.html"
        return render(request, page, context)


class FormOfField(FieldSettings):
    def page(self, form: CustomFieldForm, status: int = 200) -> HttpResponse:
        field = None if form.instance._state.adding else form.instance
        entries = field_entries(field.pk, self.request.user) if field else []
        context = {"form": form, "field_of_class": field, "entries": entries}
        return render(self.request, "desk/field.html", context, status=status)

    def save(self, form: CustomFieldForm, said: str) -> HttpResponse:
        if not form.is_valid():
            return self.page(form, 422)
        field = form.save()
        start_jobs()
        toast(self.request, said % {"field": field})
        return self.back()


class NewField(FormOfField):
    action = "add"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(CustomFieldForm(initial={"model": request.GET.get("class", "deal")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        return atomically(self._add)

    def _add(self) -> HttpResponse:
        field = CustomField(created_by=self.request.user)  # type: ignore[misc]
        return self.save(CustomFieldForm(self.request.POST, instance=field), _("The field “%(field)s” is added."))


class EditField(FormOfField):
    action = "change"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.page(CustomFieldForm(instance=self.get_field(key)))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return atomically(self._change, key)

    def _change(self, key: str) -> HttpResponse:
        form = CustomFieldForm(self.request.POST, instance=self.get_field(key))
        return self.save(form, _("The field “%(field)s” is saved."))


class DeleteField(FieldSettings):
    """Asked for on a page of its own. What is built upon the field is named, and has to go first."""

    action = "delete"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._page(self.get_field(key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return atomically(self._delete, key)

    def _page(self, field: CustomField, status: int = 200) -> HttpResponse:
        context = {"field": field, "reasons": field.used_by()}
        return render(self.request, "desk/field_delete.html", context, status=status)

    def _delete(self, key: str) -> HttpResponse:
        field = self.get_field(key)
        try:
            field.delete()
        except ValidationError:
            return self._page(field, 409)
        start_jobs()
        toast(self.request, _("The field “%(field)s” is deleted.") % {"field": field})
        return self.back()
