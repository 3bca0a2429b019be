"""Pages of a sorted list at the same cost at any depth: the next page starts after a row, not after a number of rows.

Rows are ordered by one key and then by id, both in the same direction, so that an index on (key, id) serves either
way. Rows without a key come last, in both directions, and are a segment of their own: ``key >= x OR key IS NULL``
would cost the index its starting point.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

FILLED, EMPTY = 0, 1


class BadCursor(ValueError):
    """The cursor was not made by us, or for another sort order."""


@dataclass(frozen=True)
class Position:
    """The row that a page starts after (or, backward, ends before)."""

    ordering: str
    backward: bool
    segment: int
    key: Any
    id: str

    def encode(self) -> str:
        plain = [self.ordering, int(self.backward), self.segment, self.key, self.id]
        return base64.urlsafe_b64encode(json.dumps(plain, default=str).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, ordering: str) -> Position:
        try:
            plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            made_for, backward, segment, key, pk = plain
        except (binascii.Error, ValueError, TypeError) as error:
            raise BadCursor("This page address is not valid any more. Start again from the first page.") from error
        well_formed = isinstance(pk, str) and segment in (FILLED, EMPTY) and backward in (0, 1)
        if (
            made_for != ordering
            or not well_formed
            or isinstance(key, (list, dict))
            or (key is None) != (segment == EMPTY)
        ):
            raise BadCursor("This page address belongs to another order of the list. Start again from the first page.")
        return cls(ordering, bool(backward), segment, key, pk)


@dataclass(frozen=True)
class Page:
    rows: list
    next: str | None
    previous: str | None


def page(queryset: QuerySet, ordering: str, keys: dict[str, Any], size: int, cursor: str | None = None) -> Page:
    """One page of ``queryset``.

    ``ordering``: a name in ``keys``, with ``-`` in front for descending. ``keys``: name to expression or field name.
    Runs one statement, or two where the page crosses from rows with a key to rows without. Raises BadCursor.
    """
    name = ordering.removeprefix("-")
    expression = keys[name]
    rows = queryset.annotate(sort_key=F(expression) if isinstance(expression, str) else expression)
    position = Position.decode(cursor, ordering) if cursor else None
    backward = bool(position and position.backward)
    descending = ordering.startswith("-") != backward
    found = _rows(rows, position, descending, backward, size + 1)
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    before, after = (more, True) if backward else (position is not None, more)
    return Page(
        found,
        _cursor(found[-1], ordering, False) if found and after else None,
        _cursor(found[0], ordering, True) if found and before else None,
    )


def _cursor(row: Any, ordering: str, backward: bool) -> str:
    key = row.sort_key
    return Position(ordering, backward, EMPTY if key is None else FILLED, key, row.pk).encode()


def _rows(rows: QuerySet, position: Position | None, descending: bool, backward: bool, wanted: int) -> list:
    segments = [EMPTY, FILLED] if backward else [FILLED, EMPTY]
    if position:
        segments = segments[segments.index(position.segment) :]
    sign = "-" if descending else ""
    found: list = []
    for segment in segments:
        part = rows.filter(sort_key__isnull=segment == EMPTY)
        if position and segment == position.segment:
            part = part.filter(_beyond(position, descending))
        order = [f"{sign}pk"] if segment == EMPTY else [f"{sign}sort_key", f"{sign}pk"]
        found += part.order_by(*order)[: wanted - len(found)]
        if len(found) >= wanted or not _nullable(rows):
            break
    return found


def _nullable(rows: QuerySet) -> bool:
    """Whether the key can be missing at all: a second statement for nothing would be run on every last page."""
    expression = rows.query.annotations["sort_key"]
    field = next(iter(expression.get_source_expressions()), expression)
    return getattr(getattr(field, "target", None), "null", True)


def _beyond(position: Position, descending: bool) -> Q:
    side = "lt" if descending else "gt"
    if position.segment == EMPTY:
        return Q(**{f"pk__{side}": position.id})
    # The first condition alone bounds the index; the second only drops the rows that share the key.
    return Q(**{f"sort_key__{side}e": position.key}) & (
        Q(**{f"sort_key__{side}": position.key}) | Q(**{f"pk__{side}": position.id})
    )
