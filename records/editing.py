"""The pages that write: a new record, an old one in the same form, and deleting."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from records.door import RecordView
from records.drafts import first_time, tell_arrived
from records.forms import RecordForm
from records.idempotency import keep
from records.merging import changed_since
from records.toasts import toast
from records.transactions import atomically


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
        form = self._form()
        wanted = self.request.GET.get("field") or (next(iter(form.fields)) if form.is_new else "")
        if wanted in form.fields:
            form.fields[wanted].widget.attrs["autofocus"] = True
        return self._form_page(form)

    def _save(self) -> HttpResponse:
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._form_page(form, 409 if form.stale else 422)
        reply = first_time(self.request)
        if reply and reply.status:
            return tell_arrived(self.request, HttpResponseRedirect(reply.headers["Location"], status=303))
        if likely := self._unseen_likely(form):
            return self._form_page(form, 422, likely=likely)
        record = form.save()
        toast(self.request, " ".join([self.said(record), *self._kept(form)]), undo=True)
        response = self.go(record.get_absolute_url())
        if reply:
            keep(reply, response.status_code, {}, {"Location": response["Location"]})
        return tell_arrived(self.request, response)

    def _unseen_likely(self, form: RecordForm) -> list:
        """Records that this one may be already. Whoever was shown them and goes on means it."""
        shown = set(self.request.POST.getlist("likely"))
        return [] if not (found := self.pages.likely(form)) or {row.pk for row in found} <= shown else found

    def _kept(self, form: RecordForm) -> list[str]:
        if not form.merge.kept:
            return []
        return [_("Kept what somebody else changed meanwhile: %(fields)s.") % {"fields": ", ".join(form.merge.kept)}]

    def _form_page(self, form: RecordForm, status: int = 200, **more: Any) -> HttpResponse:
        name = f"{self.model._meta.app_label}:{self.model._meta.model_name}-list"
        back = reverse(name) if form.is_new else form.instance.get_absolute_url()
        if form.merge.conflicts:
            self.pages.name_who_changed(form)
        context = {"form": form, "record": None if form.is_new else form.instance, "cancel": self.came_from(back)}
        context |= {"likely": self.pages.likely(form) if form.is_bound and not more else [], **more}
        return self.render("form", context, status)


class NewView(FormView):
    action = "add"

    def record(self) -> None:
        """None, not an empty record: its columns would pose as the answers that the form starts with."""

    def said(self, record: Any) -> str:
        return _("“%(record)s” is added.") % {"record": record}


class EditView(FormView):
    action = "change"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """With ``theirs`` what others made of the record since the form was opened, for who is still typing in it."""
        return atomically(self._note) if "theirs" in request.GET else super().get(request, **kwargs)

    def record(self) -> Any:
        return self.editable_record()

    def _note(self) -> HttpResponse:
        """Empty where nobody changed what the form shows."""
        try:
            form = self._form()
        except PermissionDenied:
            return render(self.request, "records/_form_note.html", {"refused": True})
        form.merge.conflicts = changed_since(form, self.request.GET.get("version", ""))
        if form.merge.conflicts:
            self.pages.name_who_changed(form)
        return render(self.request, "records/_form_note.html", {"changes": form.merge.conflicts})

    def said(self, record: Any) -> str:
        return _("“%(record)s” is saved.") % {"record": record}


class DeleteView(RecordView):
    """Asked for on a page of its own, which works without JavaScript too and says what goes along."""

    action = "delete"

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        record = atomically(self.editable_record)
        context = {"record": record, "model": self.model, "parts": self.pages.hanging_on(record, request.user)}
        return render(request, "records/delete.html", context)

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        name = atomically(self._delete)
        toast(request, _("“%(record)s” is deleted.") % {"record": name}, undo=True)
        address = reverse(f"{self.model._meta.app_label}:{self.model._meta.model_name}-list")
        return HttpResponseRedirect(address, status=303)

    def _delete(self) -> str:
        record = self.editable_record()
        name = str(record)
        record.delete()
        return name
