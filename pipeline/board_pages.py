"""The page of the board, the rest of a column, and adding a deal in one line."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline.board import Board
from pipeline.forms import DealForm
from pipeline.models import Stage
from pipeline.pages import DealPages
from pipeline.quick_add import Line, parse
from records import keyset
from records.chips import chips
from records.door import RecordView
from records.drafts import first_time, new_token
from records.idempotency import keep
from records.lists import openings
from records.toasts import toast
from records.transactions import atomically

LONGEST_LINE = 600
MOST_CARDS = 100
FILTERS = ("q", "assigned_to")
MORE_FILTERS = ("expected_close_date__gte", "expected_close_date__lte", "amount__gte", "amount__lte", "next_step")


class BoardView(RecordView):
    pages = DealPages

    def get(self, request: HttpRequest) -> HttpResponse:
        if opening := opening_of(request):
            return redirect(f"{request.path}?{opening}")
        board = Board(request)
        form = board.filter.form
        more = [form[name] for name in MORE_FILTERS]
        shown = (*FILTERS, *MORE_FILTERS)
        kept = [name for name in [*board.filter.filters, "saved"] if name not in shown and request.GET.get(name)]
        columns = board.columns()
        context = {
            "board": board,
            "fields": [form[name] for name in FILTERS],
            "more": more,
            "more_is_on": any(field.value() not in (None, "", []) for field in more),
            "chips": chips(board.filter, request.GET) if board.is_valid else [],
            "kept": {name: request.GET[name] for name in kept},
            "columns": columns,
            "reasons": columns[0].stage.reasons if columns else [],  # type: ignore[attr-defined]
            "keys": keys(),
            "may_add": request.user.has_perm("pipeline.add_deal"),
        }
        return render(request, "pipeline/board.html", context, status=200 if board.is_valid else 400)


def opening_of(request: HttpRequest) -> str | None:
    """The query of the view that somebody keeps the board opened with."""
    return None if request.GET else next((query for ask in openings if (query := ask(request))), None)


def keys() -> list[tuple[str, str]]:
    """For the list of keys, which ``?`` opens."""
    return [
        ("↑ ↓ ← →", _("Go from card to card")),
        ("Shift ← →", _("Move the card to the stage beside")),
        ("1 – 9", _("Move the card to that stage")),
        ("w", _("Won")),
        ("s", _("Lost, with a reason")),
        ("e", _("Amount and close date")),
        ("Enter", _("Open the deal")),
    ]


class ColumnView(RecordView):
    """The next cards of one column, for the button under it."""

    pages = DealPages

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        board = Board(request)
        try:
            page = board.more(slug, request.GET.get("cursor", ""))
        except keyset.BadCursor:
            return HttpResponse(_("Reload the board to see more."), status=400, content_type="text/plain")
        return render(
            request, "pipeline/_cards.html", {"cards": page.rows, "next": page.next, "slug": slug, "board": board}
        )


class CardsView(RecordView):
    """What others changed, for a board that is open: the heads, and the cards named that are (still) on it."""

    pages = DealPages

    def get(self, request: HttpRequest) -> HttpResponse:
        ids = request.GET.get("ids", "").split(",")[:MOST_CARDS]
        heads, deals = Board(request).changed(ids)
        return render(request, "pipeline/_heads.html", {"columns": heads, "deals": deals})


class QuickAddView(RecordView):
    """Adds a deal from one line (pipeline/quick_add.py). While it is typed, GET says what is understood."""

    pages = DealPages
    action = "add"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        line, form = self._read(request.GET)
        errors = errors_of(line, form) if line.title or line.company else []
        context = {"line": line, "company": form.cleaned_data.get("company"), "errors": errors}
        return render(request, "pipeline/_understood.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        return atomically(self._add)

    @property
    def _from_board(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def _read(self, sent: Any) -> tuple[Line, DealForm]:
        stage = Stage.objects.filter(pk=self.kwargs["slug"]).first()
        if stage is None:
            raise Http404
        line = parse(sent.get("text", "")[:LONGEST_LINE], timezone.localdate())
        values: dict[str, Any] = {
            "title": line.title,
            "amount": line.amount,
            "company": line.company,
            "stage": stage.pk,
        }
        values |= {"expected_close_date": line.close, "assigned_to": self.request.user.pk}
        form = DealForm(
            {name: str(value) for name, value in values.items() if value is not None}, user=self.request.user
        )
        form.is_valid()
        return line, form

    def _add(self) -> HttpResponse:
        line, form = self._read(self.request.POST)
        errors = errors_of(line, form)
        if errors:
            context = {"errors": errors, "text": self.request.POST.get("text", ""), "slug": self.kwargs["slug"]}
            page = "_quick_add.html" if self._from_board else "quick_add.html"
            return render(self.request, f"pipeline/{page}", context, status=422)
        pk = self._saved_once(form)
        if not self._from_board:
            return self.go(reverse("pipeline:board"))
        board = Board(self.request)
        context = {"columns": board.heads(), "deal": board.card(pk), "slug": self.kwargs["slug"], "token": new_token()}
        return render(self.request, "pipeline/_quick_added.html", context)

    def _saved_once(self, form: DealForm) -> str:
        """The id of the deal, which a line that is sent again does not add again."""
        reply = first_time(self.request)
        if reply and reply.status:
            return reply.body["deal"]
        deal = form.save()
        toast(self.request, _("“%(record)s” is added.") % {"record": deal}, undo=True)
        if reply:
            keep(reply, 201, {"deal": deal.pk}, {})
        return deal.pk


def errors_of(line: Line, form: DealForm) -> list[str]:
    """In words that say what to write."""
    if not line.title:
        return [_("Start with a title, then the amount, @company and a day: Rollout 12k @Acme fri.")]
    found = list(line.problems)
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else None
        found += [str(error) if name == "company" or not label else f"{label}: {error}" for error in errors]
    if "company" in form.errors:
        found.append(_('A name of several words stands in quotes: @"Acme Tools".'))
    return found
