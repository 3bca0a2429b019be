"""The cards of a board one after the other, as ``j`` and ``k`` walk them: down a column, then on to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, QueryDict

from pipeline.attention import most_urgent
from pipeline.board import ATTENTION, Board
from pipeline.filters import ORDERINGS
from pipeline.models import Stage
from records.neighbours import Order


def board_order(request: HttpRequest, query: QueryDict) -> BoardOrder | None:
    """The order of the board that ``query`` asks for; None where its filters are wrong."""
    board = Board(request, query)
    if not board.is_valid:
        return None
    board.settle_sort()
    return BoardOrder(board.deals, board.ordering, {**ORDERINGS, ATTENTION: most_urgent(board.user)})


class BoardOrder(Order):
    """One statement within a column; one more at its ends, where the nearest column that has cards is looked for."""

    def around(self, record: Any) -> tuple[str | None, str | None]:
        column = replace(self, rows=self.rows.filter(stage_id=record.stage_id))
        before, after = super(BoardOrder, column).around(record)
        if before and after:
            return before, after
        ends = list(self._ends())
        at = [slug for slug, *_ in ends].index(record.stage_id)
        lasts, firsts = [last for _, _, last in ends[:at][::-1]], [first for _, first, _ in ends[at + 1 :]]
        return before or next(filter(None, lasts), None), after or next(filter(None, firsts), None)

    def _ends(self) -> QuerySet:
        """Of each stage its key, and the ids of its first and last card.

        Missing dates come last, as PostgreSQL sorts them, so that the index of the column serves either end.
        """
        cards = self.key_of(self.rows.filter(stage_id=OuterRef("pk")))
        sign, back = ("-", "") if self.ordering.startswith("-") else ("", "-")
        ends = [cards.order_by(f"{one}sort_key", f"{one}pk").values("pk")[:1] for one in (sign, back)]
        return Stage.objects.values_list("pk", *(Subquery(end) for end in ends))
