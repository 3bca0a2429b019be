"""What is done to a deal on the board: moved to another stage, its forecast changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from live.models import Change
from pipeline.board import Board
from pipeline.forms import ForecastForm, StageForm
from pipeline.models import Deal, Stage
from pipeline.pages import DealPages
from records.door import RecordView
from records.toasts import messages, toast
from records.transactions import atomically


@dataclass
class Outcome:
    """Where the deal was found; ``refusal``: why it was left there."""

    stage: Stage
    refusal: str = ""
    status: int = 200


class DealView(RecordView):
    """Answers the board fragments and says to a page without JavaScript what became of it."""

    pages = DealPages
    action = "change"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied as error:
            if not self.from_board:
                raise
            return self.refuse(str(error), 403)

    @property
    def from_board(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def refuse(self, reason: str, status: int) -> HttpResponse:
        if self.from_board:
            return HttpResponse(reason, status=status, content_type="text/plain")
        messages.error(self.request, reason)
        return self.go(reverse("pipeline:deal-detail", args=[self.kwargs["pk"]]))

    def answer(self, **context: Any) -> HttpResponse:
        """The heads of the columns and the card, as they are now."""
        board = Board(self.request)
        context |= {"columns": board.heads(), "deal": board.card(self.kwargs["pk"])}
        return render(self.request, "pipeline/_heads.html", context, status=context.get("status", 200))


class StageView(DealView):
    """Moves a deal. The board is answered the column heads; a page without JavaScript goes back to where it was."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        form = StageForm(request.POST)
        if not form.is_valid():
            return self.refuse(" ".join(str(error) for errors in form.errors.values() for error in errors), 422)
        outcome = atomically(self._move, form.cleaned_data)
        if self.from_board:
            return self.answer(refusal=outcome.refusal, stage=outcome.stage, status=outcome.status)
        if outcome.refusal:
            return self.refuse(outcome.refusal, outcome.status)
        toast(request, _("The deal is moved."), undo=True)
        return self.go(reverse("pipeline:deal-detail", args=[pk]))

    def _move(self, wanted: dict[str, str]) -> Outcome:
        """Sent twice, a move is made once."""
        deal = self.editable_record()
        stage, reason = deal.stage, wanted["lost_reason"]
        if deal.stage_id == wanted["stage"] and reason in ("", deal.lost_reason_id):
            return Outcome(stage)
        if wanted["was"] and wanted["was"] != deal.stage_id:
            return Outcome(stage, moved_meanwhile(deal), 409)
        try:
            deal.move_to(wanted["stage"], reason)
        except ValidationError as error:
            return Outcome(stage, " ".join(error.messages), 422)
        return Outcome(stage)


class ForecastView(DealView):
    """Amount and close date in a dialog of the board; the edit form has them too, for whoever has no JavaScript."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        if not self.from_board:
            return self.go(reverse("pipeline:deal-edit", args=[pk]))
        return self._form_fragment(atomically(self._form))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        form = atomically(self._save)
        if form.errors:
            return self._form_fragment(form, 409 if form.stale else 422)
        toast(request, _("“%(record)s” is saved.") % {"record": form.instance}, undo=True)
        return self.answer() if self.from_board else self.go(form.instance.get_absolute_url())

    def _form(self, data: Any = None) -> ForecastForm:
        return ForecastForm(data, instance=self.editable_record(), user=self.request.user, auto_id="forecast_%s")

    def _save(self) -> ForecastForm:
        form = self._form(self.request.POST)
        if form.is_valid():
            form.save()
        return form

    def _form_fragment(self, form: ForecastForm, status: int = 200) -> HttpResponse:
        if form.merge.conflicts:
            self.pages.name_who_changed(form)
        context = {"form": form, "deal": form.instance}
        return render(self.request, "pipeline/_forecast.html", context, status=status)


def moved_meanwhile(deal: Deal) -> str:
    """Who put it where it is, and when, as the log of changes has it."""
    change = Change.objects.edits().filter(record=deal.pk, model="deal", before__has_key="stage_id").first()
    who = User.objects.filter(pk=change.actor).first() if change and change.actor else None
    when = formats.time_format(timezone.localtime(deal.moved_at))
    words = _("%(who)s moved it to %(stage)s at %(when)s.") if who else _("Somebody moved it to %(stage)s at %(when)s.")
    return words % {"who": who, "stage": deal.stage, "when": when}
