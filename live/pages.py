"""The pages of the log: a record's history, what was deleted, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import User
from live import viewing
from live.folding import Folds
from live.history import entries, stays
from live.models import Change
from live.trash import deletions, described, restore
from live.undo import DAYS, NotTakenBack, own_changes, undo
from records import keyset
from records.door import RecordView
from records.models import Record
from records.toasts import toast
from records.transactions import atomically

PAGE = 50
NAMED = 3  # of those who have a record open; the others are counted


class HistoryView(RecordView):
    """Who changed what, the newest first. Who sees the record sees it."""

    record_model: type[Record] = None  # type: ignore[assignment]  # each address says which

    @property
    def model(self) -> type[Record]:
        return self.record_model

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        record = self.get_record(self.visible())
        before = request.GET.get("before", "")
        is_number = before.isascii() and before.isdigit() and len(before) < 19
        found = entries(record, request.user, int(before) if is_number else None, PAGE + 1)
        more = found[PAGE - 1].seq if len(found) > PAGE else None
        context = {"record": record, "model": self.model, "entries": found[:PAGE], "more": more, "is_first": not before}
        if not before and hasattr(record, "stage_id"):
            context["stays"] = stays(record, request.user)
        return render(request, "live/history.html", context)


class ViewersView(HistoryView):
    """Who else has the record open at the moment: a fragment for its page."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        people = viewing.others(self.get_record(self.visible()), request.user)  # type: ignore[arg-type]
        context = {"people": people[:NAMED], "names": _together(people[:NAMED]), "more": len(people[NAMED:])}
        return render(request, "live/_viewers.html", context)


def _together(people: list[User]) -> str:
    """Each name in its own direction."""
    names = [format_html("<bdi>{}</bdi>", one) for one in people]
    if len(names) == 2:
        return format_html(_("{} and {}"), *names)
    return format_html_join(_(", "), "{}", ((name,) for name in names))


class TakingBackView(View):
    """Answers a page, or a script: 204 with the toast in a header, or the reason as plain text."""

    def refuse(self, error: NotTakenBack) -> HttpResponse:
        if self.is_script:
            return HttpResponse(error.reason, status=error.status, content_type="text/plain; charset=utf-8")
        context = {"reason": error.reason, "conflicts": error.conflicts, "back": self.back(reverse("desk:my-day"))}
        return render(self.request, "live/refused.html", context, status=error.status)

    @property
    def is_script(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def done(self, text: str, address: str) -> HttpResponse:
        toast(self.request, text, undo=True)
        return HttpResponse(status=204) if self.is_script else HttpResponseRedirect(address, status=303)

    def back(self, otherwise: str) -> str:
        """The address to go back to, if it is one of ours."""
        wanted = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, {self.request.get_host()}, self.request.is_secure())
        return wanted if safe and wanted.startswith("/") else otherwise


class UndoView(TakingBackView):
    def post(self, request: HttpRequest, change_set: str) -> HttpResponse:
        try:
            folds = atomically(self._undo, change_set)
        except NotTakenBack as error:
            return self.refuse(error)
        return self.done(_("Undone."), self._address(folds))

    def _undo(self, change_set: str) -> Folds:
        changes = own_changes(change_set, self.request.user)
        if not changes:
            raise Http404
        return undo(changes, self.request.user, str(self.request.change_set))  # type: ignore[attr-defined]

    def _address(self, folds: Folds) -> str:
        """Not back to the page of a record that the undoing has just deleted."""
        back = self.back(reverse("desk:my-day"))
        for one in folds.made:
            if one.is_record and f"/{one.key}/" in f"{back}/":
                return f"/{one.model.plural}/"
        return back


class TrashView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            page = keyset.page(deletions(request.user), "-seq", {"seq": "seq"}, PAGE, request.GET.get("cursor"))
        except keyset.BadCursor:
            return redirect("live:trash")
        rows = described(page.rows, request.user)
        context = {"page": page, "rows": rows, "days": DAYS, "everybodys": _sees_all(request.user)}
        return render(request, "live/trash.html", context)


class RestorationView(TakingBackView):
    def post(self, request: HttpRequest, seq: int) -> HttpResponse:
        try:
            record = atomically(self._restore, seq)
        except NotTakenBack as error:
            return self.refuse(error)
        return self.done(_("“%(record)s” is back.") % {"record": record}, self._address(record))

    def _restore(self, seq: int) -> Any:
        change: Change | None = deletions(self.request.user).filter(seq=seq).first()
        if change is None:
            raise Http404
        return restore(change, self.request.user)

    def _address(self, record: Any) -> str:
        visible = type(record).objects.visible_to(self.request.user).filter(pk=record.pk).exists()
        return record.get_absolute_url() if visible else reverse("live:trash")


def _sees_all(user: Any) -> bool:
    return user.rights.may("records.write_all") and user.rights.may("records.read_all")
