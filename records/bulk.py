"""What is done with several rows of a list: looked over on a page of its own, then done as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.models import User
from records import columns
from records.door import RecordView
from records.sharing import share_all
from records.toasts import toast
from records.transactions import atomically

MOST = 1_000  # rows in one go
NAMED = 20


class Action:
    """``verb``: the permission that it takes, of the class and of each row. ``form_class`` asks what is to be done."""

    name: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    verb: ClassVar[str] = "change"
    form_class: ClassVar[type[forms.Form]] = forms.Form
    shows: ClassVar[str] = ""  # the column that it changes

    def rows(self, model: Any, user: Any) -> QuerySet:
        """Those that the user may do it to."""
        return model.objects.editable_by(user)

    def apply(self, rows: list, wanted: dict[str, Any], user: Any) -> int:
        """How many rows are other than before. Raises ValidationError: then nothing is done."""
        raise NotImplementedError

    def question(self, model: Any, number: int) -> str:
        raise NotImplementedError

    def done(self, model: Any, number: int, wanted: dict[str, Any]) -> str:
        raise NotImplementedError


def counted(model: Any, number: int) -> str:
    """``1 deal``, ``3 deals``"""
    name = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
    return _("%(number)s %(name)s") % {"number": number, "name": name}


class Delete(Action):
    name = "delete"
    label = lazy("Delete")
    icon = "trash"
    verb = "delete"

    def rows(self, model: Any, user: Any) -> QuerySet:
        return model.objects.deletable_by(user)

    def apply(self, rows: list, wanted: dict[str, Any], user: Any) -> int:
        """Through the queryset, which runs the hooks of each row."""
        if rows:
            model = type(rows[0])
            self.rows(model, user).filter(pk__in=[row.pk for row in rows]).delete()
        return len(rows)

    def question(self, model: Any, number: int) -> str:
        return _("Delete %(rows)s, and the activities about them?") % {"rows": counted(model, number)}

    def done(self, model: Any, number: int, wanted: dict[str, Any]) -> str:
        return ngettext("%(rows)s is deleted.", "%(rows)s are deleted.", number) % {"rows": counted(model, number)}


class ShareForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.directory(), label=lazy("Share with"), empty_label=lazy("Choose"))
    level = forms.ChoiceField(
        label=lazy("May"), choices=[("read", lazy("read them")), ("write", lazy("read and change them"))]
    )


class Share(Action):
    name = "share"
    label = lazy("Share")
    icon = "user-plus"
    form_class = ShareForm

    def apply(self, rows: list, wanted: dict[str, Any], user: Any) -> int:
        share_all(rows, wanted["person"], wanted["level"])
        return len(rows)

    def question(self, model: Any, number: int) -> str:
        return _("Share %(rows)s with a colleague?") % {"rows": counted(model, number)}

    def done(self, model: Any, number: int, wanted: dict[str, Any]) -> str:
        said = ngettext("%(rows)s is shared with %(who)s.", "%(rows)s are shared with %(who)s.", number)
        return said % {"rows": counted(model, number), "who": wanted["person"]}


class Edit(Action):
    """Sets fields of each row as a form of that row would: the model's rules are asked, and its hooks run."""

    def values(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """By the name of the field."""
        raise NotImplementedError

    def apply(self, rows: list, wanted: dict[str, Any], user: Any) -> int:
        values = self.values(wanted)
        changed = [row for row in rows if _differs(row, values)]
        for row in changed:
            try:
                self._save(row, values)
            except ValidationError as error:
                raise ValidationError(f"“{row}”: {' '.join(error.messages)}", code="row") from error
        return len(changed)

    def _save(self, row: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        # Pointers were looked up once for all rows, and the database checks them again.
        kept = [one.name for one in row._meta.fields if one.name not in values or one.is_relation]
        row.full_clean(exclude=kept, validate_unique=False)
        row.save(update_fields=[*values, "updated_at"])


def _differs(row: Any, values: dict[str, Any]) -> bool:
    """Pointers by their keys: what they point to is not fetched for it."""
    names = {name: row._meta.get_field(name).attname for name in values}
    return any(getattr(row, names[name]) != getattr(value, "pk", value) for name, value in values.items())


@dataclass(frozen=True)
class Selection:
    """The rows that were ticked or asked for, and when they were looked at. Signed: it comes back as it was sent."""

    kind: str
    ids: list[str]
    at: datetime

    def encode(self) -> str:
        return _signer().sign_object([self.kind, self.ids, self.at.isoformat()], compress=True)

    @classmethod
    def decode(cls, text: str, model: Any) -> Selection:
        """Raises BadSignature."""
        kind, ids, at = _signer().unsign_object(text)
        if kind != model._meta.model_name:
            raise BadSignature("of another class")
        return cls(kind, ids, datetime.fromisoformat(at))


def _signer() -> Signer:
    return Signer(salt="records.bulk")


def signed(query: str) -> str:
    """The query string of a list, to be sent back for "all that match"."""
    return _signer().sign(query)


class BulkView(RecordView):
    """The permission is that of the action: none, or one that the class does not have, is a wrong address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        known = {one.name: one for one in self.pages.actions}
        one = known.get(request.POST.get("action", ""))
        self.does: Action | None = one() if one else None
        self.action = self.does.verb if self.does else "view"
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> str:
        meta = self.model._meta
        return self.came_from(reverse(f"{meta.app_label}:{meta.model_name}-list"))

    def refuse(self, words: str) -> HttpResponse:
        toast(self.request, words, level=40)
        return HttpResponseRedirect(self.back(), status=303)

    def preview(self, chosen: Selection, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
        """What would be done, and to what: three statements however many rows."""
        does: Any = self.does
        rows = self.pages.listed(self.visible(), self.request.user).filter(pk__in=chosen.ids)
        may = set(does.rows(self.model, self.request.user).filter(pk__in=chosen.ids).values_list("pk", flat=True))
        left = list(rows.exclude(pk__in=may).order_by("pk")[:NAMED])
        first = list(rows.filter(pk__in=may).order_by(self.model._meta.pk.name)[:NAMED])
        shown = next((one for one in self.pages.columns if one.name == does.shows), None)
        context = {
            "model": self.model,
            "does": does,
            "form": form or does.form_class(),
            "question": does.question(self.model, len(may)),
            "number": len(may),
            "rows": first,
            "more": len(may) - len(first),
            "left": left,
            "left_number": self.visible().filter(pk__in=chosen.ids).exclude(pk__in=may).count(),
            "columns": columns.Choice((self.pages.columns[0], *([shown] if shown else []))).columns,
            "selection": chosen.encode(),
            "next": self.back(),
        }
        return render(self.request, "records/bulk.html", context, status=status)


class SelectionView(BulkView):
    """POST: what was ticked, the whole page, or all that match the list's filters. Nothing is changed here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self.back(), status=303)  # a reload after signing in, say

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.does is None:
            return self.refuse(_("Choose what to do with the rows."))
        try:
            ids = self._ids()
        except BadSignature:
            return self.refuse(_("The list has changed since. Select the rows again."))
        if not ids:
            return self.refuse(_("Nothing is selected. Tick the rows first."))
        if len(ids) > MOST:
            words = _("More than %(most)s rows are selected. Narrow the list with filters, and go in several steps.")
            return self.refuse(words % {"most": MOST})
        return self.preview(Selection(str(self.model._meta.model_name), ids, timezone.now()))

    def _ids(self) -> list[str]:
        """Of visible rows alone, one more than may be: whatever was sent, the rule decides."""
        sent = self.request.POST
        rows = self.visible()
        if sent.get("all"):
            query = QueryDict(_signer().unsign(sent.get("query", "")))
            filterset = self.pages.filterset_class(query, rows, request=self.request)
            rows = filterset.qs if filterset.is_valid() else rows.none()
        else:
            wanted = sent.get("page_rows", "").split(",") if sent.get("page") else sent.getlist("row")
            rows = rows.filter(pk__in=[pk for pk in wanted if len(pk) == 10][: MOST + 1])
        return list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])


class ChangeView(BulkView):
    """POST: does what was looked over, to the rows that are still as they were and still the user's to change."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self.back(), status=303)

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.does is None:
            return self.refuse(_("Choose what to do with the rows."))
        try:
            chosen = Selection.decode(request.POST.get("selection", ""), self.model)
        except BadSignature:
            return self.refuse(_("The list has changed since. Select the rows again."))
        form = self.does.form_class(request.POST)
        if not form.is_valid():
            return self.preview(chosen, form, 422)
        try:
            number, left = atomically(self._change, chosen, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, ValidationError([_("Nothing was done."), *error.messages]))
            return self.preview(chosen, form, 422)
        words = self.does.done(self.model, number, form.cleaned_data)
        if left:
            words += " " + _("Left alone, because somebody changed them meanwhile or only others may: %(n)s.") % {
                "n": left
            }
        toast(request, words, undo=number > 0)
        return HttpResponseRedirect(self.back(), status=303)

    def _change(self, chosen: Selection, wanted: dict[str, Any]) -> tuple[int, int]:
        """Locked in one order, so that two of these wait for each other instead of blocking each other."""
        does: Any = self.does
        rows = does.rows(self.model, self.request.user).filter(pk__in=chosen.ids, updated_at__lte=chosen.at)
        locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
        # What became others' while it was waited for is no longer found by the rule.
        still = set(does.rows(self.model, self.request.user).filter(pk__in=chosen.ids).values_list("pk", flat=True))
        locked = [row for row in locked if row.pk in still and row.updated_at <= chosen.at]
        return does.apply(locked, wanted, self.request.user), len(chosen.ids) - len(locked)
