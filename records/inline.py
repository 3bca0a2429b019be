"""One field of a record, changed where it stands: the same form, narrowed to it.

Without JavaScript the edit form is opened with the focus on that field.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from records.door import RecordView
from records.facts import Fact
from records.forms import RecordForm
from records.merging import is_changed, theirs
from records.toasts import toast
from records.transactions import atomically


class FieldView(RecordView):
    action = "change"

    def get(self, request: HttpRequest, pk: str, field: str) -> HttpResponse:
        """With ``shown`` the fact as it is now: what Esc goes back to. With ``theirs`` what others made of it since."""
        if not self._in_place:
            query = urlencode({"field": field, "next": request.GET.get("next", "")})
            return HttpResponseRedirect(f"../../edit/?{query}")
        if "shown" in request.GET:
            return self._fact()
        form = atomically(self._form)
        if "theirs" in request.GET:
            return self._note(form)
        return self._form_fragment(form)

    def post(self, request: HttpRequest, pk: str, field: str) -> HttpResponse:
        form, saved = atomically(self._save)
        if not saved:
            return self._form_fragment(form, 409 if form.stale else 422)
        if not self._in_place:
            return self.go(form.instance.get_absolute_url())
        return self._fact(changed=bool(form.changed_data))

    @property
    def _in_place(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def _form(self, data: Any = None) -> RecordForm:
        name = self.kwargs["field"]
        form = self.pages.form_class(data, instance=self.editable_record(), user=self.request.user, auto_id="fact_%s")
        if name not in form.fields or form.fields[name].widget.is_hidden:
            raise Http404
        form.narrow_to(name)
        return form

    def _save(self) -> tuple[RecordForm, bool]:
        form = self._form(self.request.POST)
        if not form.is_valid():
            return form, False
        form.save()
        if name := form.data.get("name_of_fact"):
            toast(self.request, _("%(field)s is saved.") % {"field": name}, undo=True)
        return form, True

    def _form_fragment(self, form: RecordForm, status: int = 200) -> HttpResponse:
        if form.merge.conflicts:
            self.pages.name_who_changed(form)
        form.fields[self.kwargs["field"]].widget.attrs["autofocus"] = True
        context = {"form": form, "record": form.instance, "field": form[self.kwargs["field"]], "model": self.model}
        page = "records/_fact_form.html" if self._in_place else self.template("form")
        return render(self.request, page, context | {"cancel": form.instance.get_absolute_url()}, status=status)

    def _note(self, form: RecordForm) -> HttpResponse:
        """Nothing where the field is as it was when the form was opened."""
        name = self.kwargs["field"]
        if not is_changed(form, name, self.request.GET.get("version", "")):
            return HttpResponse(status=204)
        form.merge.conflicts = [theirs(form, name)]
        self.pages.name_who_changed(form)
        is_now = timezone.now() - form.instance.updated_at < timedelta(minutes=1)
        context = {"form": form, "both": form.merge.conflicts[0], "is_now": is_now}
        return render(self.request, "records/_fact_note.html", context)

    def _fact(self, changed: bool = False) -> HttpResponse:
        """The fact; and what else says it on the page, where it was changed."""
        rows = self.pages.detailed(self.visible(), self.request.user).with_rights(self.request.user)  # type: ignore[attr-defined]
        record = rows.filter(pk=self.kwargs["pk"]).first()
        if record is None:  # given away with the change
            return HttpResponse(headers={"HX-Redirect": "/"})
        if not Fact.knows(self.kwargs["field"], self.pages):
            raise Http404
        fact = Fact.of(record, self.kwargs["field"], self.pages, self.request.user)
        more = self.pages.summary(record, self.request.user) if changed else {}
        context = {"record": record, "fact": fact, "changed": changed, "model": self.model, **more}
        return render(self.request, "records/_fact_changed.html" if changed else "records/_fact.html", context)
