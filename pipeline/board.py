"""The board: a column a stage, its count and sum over all visible deals, its first cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from pipeline.filters import ORDERINGS, DealFilter
from pipeline.models import Deal, Stage
from records import keyset

CARDS = 25
FEW = 5_000  # up to here ranking all visible deals beats one index walk a stage (docs/decisions/0007-board.md)
SORTS = {"close": "expected_close_date", "updated": "-updated_at"}


@dataclass
class Column:
    stage: Stage
    count: int = 0
    total: Decimal | None = None
    cards: list[Deal] = field(default_factory=list)
    next: str | None = None


class Board:
    """What ``user`` sees of the pipeline under the filters of ``asked`` (a request's GET)."""

    def __init__(self, request: Any) -> None:
        self.user = request.user
        self.sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else "close"
        self.filter = DealFilter(request.GET, Deal.objects.visible_to(self.user), request=request)
        self.is_valid = self.filter.is_valid()
        self.deals: QuerySet = self.filter.qs if self.is_valid else Deal.objects.visible_to(self.user).none()

    @property
    def ordering(self) -> str:
        return SORTS[self.sort]

    def heads(self, *slugs: str) -> list[Column]:
        """Columns without cards: of the stages named, or of all."""
        totals = self.deals.totals()
        stages = Stage.objects.filter(pk__in=slugs) if slugs else Stage.objects.all()
        return [Column(stage, *totals.get(stage.pk, (0, None))) for stage in stages]

    def columns(self) -> list[Column]:
        columns = self.heads()
        filled = [column for column in columns if column.count]
        cards = self._ranked(filled) if sum(column.count for column in filled) <= FEW else self._walked(filled)
        for column in filled:
            column.cards = cards.get(column.stage.pk, [])
            if column.count > len(column.cards) and column.cards:
                column.next = self._cursor(column.cards[-1])
        return columns

    def more(self, slug: str, cursor: str) -> keyset.Page:
        """The next cards of one column. Raises keyset.BadCursor."""
        rows = self.deals.in_stage(slug).on_cards().with_rights(self.user)
        return keyset.page(rows, self.ordering, ORDERINGS, CARDS, cursor)

    def _ranked(self, columns: list[Column]) -> dict[str, list[Deal]]:
        """One statement: all visible deals, ranked within their stage."""
        name = self.ordering.removeprefix("-")
        order = [f"-{name}", "-pk"] if self.ordering.startswith("-") else [name, "pk"]
        rank = Window(RowNumber(), partition_by="stage_id", order_by=order)
        ranked = self.deals.annotate(rank=rank).filter(rank__lte=CARDS).order_by("stage_id", "rank")
        return self._by_stage(list(ranked.values_list("pk", flat=True)) if columns else [])

    def _walked(self, columns: list[Column]) -> dict[str, list[Deal]]:
        """One statement: the first of each stage that has any, along the index of the stage."""
        name = self.ordering.removeprefix("-")
        order = [f"-{name}", "-pk"] if self.ordering.startswith("-") else [name, "pk"]
        parts = [
            self.deals.in_stage(column.stage.pk).order_by(*order).values_list("pk", flat=True)[:CARDS]
            for column in columns
        ]
        union = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return self._by_stage(list(union))

    def _by_stage(self, ids: list[str]) -> dict[str, list[Deal]]:
        """The deals themselves, in the order of ``ids``: asked for through the rule again, as all rows are."""
        rows = Deal.objects.visible_to(self.user).on_cards().with_rights(self.user).in_bulk(ids)
        found: dict[str, list[Deal]] = {}
        for pk in ids:
            if pk in rows:
                found.setdefault(rows[pk].stage_id, []).append(rows[pk])
        return found

    def _cursor(self, deal: Deal) -> str:
        key = getattr(deal, self.ordering.removeprefix("-"))
        segment = keyset.EMPTY if key is None else keyset.FILLED
        return keyset.Position(self.ordering, False, segment, key, deal.pk).encode()
