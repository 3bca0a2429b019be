"""The board: a column a stage, its count and sums over all visible deals, its first cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet, Window
from django.db.models.functions import JSONObject, RowNumber
from django.utils.translation import gettext_lazy as _
from django_filters.constants import EMPTY_VALUES

from pipeline.attention import mark, most_urgent
from pipeline.filters import ORDERINGS, DealFilter
from pipeline.models import Deal, LostReason, Stage
from pipeline.tally import Tally
from records import keyset

FIRST = 10  # cards of a column in the page itself: fills a screen, and keeps the page below 15 KB
CARDS = 25  # that come with each scroll to the end
FEW = 5_000  # up to here ranking all visible deals beats one index walk a stage (docs/decisions/0007-board.md)
BEYOND = 10**17  # microseconds: no time comes after it
MOST_RANKED = 20_000  # deals whose activities are asked for, to sort by what needs attention
ATTENTION = "attention"
SORTS = {"close": "expected_close_date", "updated": "-updated_at", ATTENTION: ATTENTION}
SORT_WORDS = {"close": _("Closing first"), "updated": _("Changed last"), ATTENTION: _("Needs attention first")}


# Why deals are lost, along with the stages: what a board shows must not cost a statement for each part of it.
REASONS = ArraySubquery(LostReason.objects.filter(active=True).values(reason=JSONObject(slug="slug", label="label")))


@dataclass
class Column:
    stage: Stage
    count: int = 0
    total: Decimal | None = None
    cards: list[Deal] = field(default_factory=list)
    next: str | None = None

    @property
    def weighted(self) -> Decimal | None:
        """What the sum is worth by the odds of its stage; of won and lost deals there is nothing left to weigh."""
        if self.total is None or self.stage.kind != Stage.Kind.OPEN:
            return None
        return (self.total * self.stage.probability / 100).to_integral_value()


class Board:
    """What the user of a request sees of the pipeline, under the filters of ``asked`` or else of its address."""

    def __init__(self, request: Any, asked: Any = None) -> None:
        asked = request.GET if asked is None else asked
        self.user = request.user
        self.sort = asked.get("sort") if asked.get("sort") in SORTS else "close"
        self.filter = DealFilter(asked, Deal.objects.visible_to(self.user), request=request)
        self.is_valid = self.filter.is_valid()
        self.deals: QuerySet = self.filter.qs if self.is_valid else Deal.objects.visible_to(self.user).none()
        self.too_many = False  # to be sorted by attention

    @property
    def is_whole(self) -> bool:
        """Nothing that is asked for leaves out a deal."""
        return self.is_valid and all(value in EMPTY_VALUES for value in self.filter.form.cleaned_data.values())

    @property
    def sorts(self) -> list[tuple[str, Any]]:
        return list(SORT_WORDS.items())

    @property
    def ordering(self) -> str:
        return SORTS[self.sort]

    @property
    def list_ordering(self) -> str | None:
        """As the list of deals knows it, if it does."""
        return None if self.sort == ATTENTION else self.ordering

    def heads(self, *slugs: str) -> list[Column]:
        """Columns without cards: of the stages named, or of all."""
        totals = Tally.objects.of(self.user) if self.is_whole else self.deals.totals()
        stages = Stage.objects.filter(pk__in=slugs) if slugs else Stage.objects.annotate(reasons=REASONS)
        return [Column(stage, *totals.get(stage.pk, (0, None))) for stage in stages]

    def settle_sort(self, number: int | None = None) -> None:
        """By close date where there are too many deals to ask each for what it needs; ``number``: of them, if known."""
        if self.sort == ATTENTION and (self.deals.count() if number is None else number) > MOST_RANKED:
            self.sort, self.too_many = "close", True

    def columns(self) -> list[Column]:
        columns = self.heads()
        filled = [column for column in columns if column.count]
        number = sum(column.count for column in filled)
        self.settle_sort(number)
        ranks = self.sort == ATTENTION or number <= FEW
        cards = self._ranked(filled) if ranks else self._walked(filled)
        for column in filled:
            column.cards = cards.get(column.stage.pk, [])
            if column.count > len(column.cards) and column.cards:
                column.next = self._cursor(column.cards[-1])
        self._mark([card for column in filled for card in column.cards])
        return columns

    def changed(self, ids: list[str]) -> tuple[list[Column], list[Deal]]:
        """The heads, and of the deals named those that are on this board: what others changed is asked for so."""
        heads = self.heads()
        self.settle_sort(sum(column.count for column in heads))
        rows = self._sorted(self.deals).on_cards().with_rights(self.user).filter(pk__in=ids)
        return heads, self._mark(list(rows))

    def more(self, slug: str, cursor: str) -> keyset.Page:
        """The next cards of one column. Raises keyset.BadCursor."""
        rows = self.deals.in_stage(slug).on_cards().with_rights(self.user)
        keys = {**ORDERINGS, ATTENTION: most_urgent(self.user)}
        page = keyset.page(rows, self.ordering, keys, CARDS, cursor)
        self._mark(page.rows)
        return page

    def card(self, pk: str) -> Deal | None:
        """One deal as its card shows it."""
        rows = self._sorted(Deal.objects.visible_to(self.user)).on_cards().with_rights(self.user).filter(pk=pk)
        return next(iter(self._mark(list(rows))), None)

    def _mark(self, cards: list[Deal]) -> list[Deal]:
        mark(cards, self.user)
        for card in cards:
            card.place = self._place(card)  # type: ignore[attr-defined]
        return cards

    def _place(self, card: Deal) -> str:
        """A text that sorts as the cards of a column do: a card that comes later finds its place by it."""
        name = self.ordering.removeprefix("-")
        key: Any = getattr(card, name) if hasattr(card, name) else card.sort_key  # type: ignore[attr-defined]
        if name == self.ordering:
            return f"{key.isoformat() if key else '~'} {card.pk}"
        left = BEYOND - (key - datetime.min.replace(tzinfo=UTC)) // timedelta(microseconds=1)
        return f"{left:020} {''.join(chr(ord('0') + ord('z') - ord(letter)) for letter in card.pk)}"

    @property
    def _order(self) -> list[str]:
        name = self.ordering.removeprefix("-")
        return [f"-{name}", "-pk"] if self.ordering.startswith("-") else [name, "pk"]

    def _sorted(self, deals: QuerySet) -> QuerySet:
        return deals.annotate(attention=most_urgent(self.user)) if self.sort == ATTENTION else deals

    def _ranked(self, columns: list[Column]) -> dict[str, list[Deal]]:
        """One statement: all visible deals, ranked within their stage."""
        rank = Window(RowNumber(), partition_by="stage_id", order_by=self._order)
        ranked = self._sorted(self.deals).annotate(rank=rank).filter(rank__lte=FIRST).order_by("stage_id", "rank")
        return self._by_stage(list(ranked.values_list("pk", flat=True)) if columns else [])

    def _walked(self, columns: list[Column]) -> dict[str, list[Deal]]:
        """One statement: the first of each stage that has any, along the index of the stage."""
        parts = [
            self.deals.in_stage(column.stage.pk).order_by(*self._order).values_list("pk", flat=True)[:FIRST]
            for column in columns
        ]
        union = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return self._by_stage(list(union))

    def _by_stage(self, ids: list[str]) -> dict[str, list[Deal]]:
        """The deals themselves, in the order of ``ids``: asked for through the rule again, as all rows are."""
        rows = self._sorted(Deal.objects.visible_to(self.user)).on_cards().with_rights(self.user).in_bulk(ids)
        found: dict[str, list[Deal]] = {}
        for pk in ids:
            if pk in rows:
                found.setdefault(rows[pk].stage_id, []).append(rows[pk])
        return found

    def _cursor(self, deal: Deal) -> str:
        key = getattr(deal, self.ordering.removeprefix("-"))
        segment = keyset.EMPTY if key is None else keyset.FILLED
        return keyset.Position(self.ordering, False, segment, key, deal.pk).encode()
