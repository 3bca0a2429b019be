"""Pages of a sorted list at the same cost at any depth: the next page starts after a row, not after a number of rows.

Rows are ordered by one key and then by id, both in the same direction, so that an index on (key, id) serves either
way. Rows without a key come last, in both directions, and are a segment of their own: ``key >= x OR key IS NULL``
would cost the index its starting point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField, F, Field, Func, Q, QuerySet, Value

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
        """Signed: nobody but us decides what is compared with a column, so no text can pose as a date."""
        key = None if self.key is None else str(self.key)
        return _signer().sign_object([self.ordering, self.backward, key, self.id])

    @classmethod
    def decode(cls, text: str, ordering: str, column: Field) -> Position:
        """``column``: what the key is compared with. Raises BadCursor."""
        try:
            made_for, backward, key, pk = _signer().unsign_object(text)
            if made_for != ordering:
                raise BadCursor("This page address belongs to another order of the list. Start from the first page.")
            return cls(ordering, backward, EMPTY if key is None else FILLED, column.to_python(key), pk)
        except (BadSignature, ValidationError) as error:
            raise BadCursor("This page address is not valid any more. Start again from the first page.") from error


class Beyond(Func):
    """``(key, id) > (x, y)``: an index on both starts right there, however many rows share the key."""

    template = "%(expressions)s"
    arity = 4
    output_field = BooleanField()  # type: ignore[assignment]

    def __init__(self, key: Any, pk: Any, x: Any, y: Any, side: str = ">") -> None:
        given = [value if hasattr(value, "resolve_expression") else Value(value) for value in (key, pk, x, y)]
        super().__init__(*given, arg_joiner=f" {side} ")

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        key, pk, x, y = (sql for sql, _ in parts)
        return f"({key}, {pk}){self.extra['arg_joiner']}({x}, {y})", [one for _, given in parts for one in given]


def _signer() -> Signer:
    return Signer(sep=".", salt="records.keyset")


@dataclass(frozen=True)
class Page:
    """``rows``, and the cursors of the pages beside them: None where there is none."""

    rows: list
    next: str | None
    previous: str | None


def page(queryset: QuerySet, ordering: str, keys: Mapping[str, Any], size: int, cursor: str | None = None) -> Page:
    """One page of ``queryset``.

    ``ordering``: a name in ``keys``, with ``-`` in front for descending. ``keys``: name to expression or field name.
    Runs one statement, or two where the page crosses from rows with a key to rows without. Raises BadCursor.
    """
    rows = with_sort_key(queryset, ordering, keys)
    position = Position.decode(cursor, ordering, rows.query.annotations["sort_key"].output_field) if cursor else None
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
    found: list = []
    for part in _parts(rows, position, descending, backward):
        found += nearest(part, wanted - len(found))
        if len(found) >= wanted:
            break
    return found


def nearest(part: QuerySet, number: int) -> QuerySet:
    """The first of sorted rows, as their class knows to find them."""
    return part.nearest(number) if hasattr(part, "nearest") else part[:number]


def _parts(rows: QuerySet, position: Position | None, descending: bool, backward: bool) -> Iterator[QuerySet]:
    """What lies beyond ``position``, sorted, one segment after the other."""
    segments = [EMPTY, FILLED] if backward else [FILLED, EMPTY]
    if position:
        segments = segments[segments.index(position.segment) :]
    if not _nullable(rows):
        segments = segments[:1]
    sign = "-" if descending else ""
    for segment in segments:
        part = rows.filter(sort_key__isnull=segment == EMPTY)
        if position and segment == position.segment:
            part = part.filter(_beyond(position, descending))
        order = [f"{sign}pk"] if segment == EMPTY else [f"{sign}sort_key", f"{sign}pk"]
        yield part.order_by(*order)


def _nullable(rows: QuerySet) -> bool:
    """Whether the key can be missing at all: a second statement for nothing would be run on every last page."""
    expression = rows.query.annotations["sort_key"]
    field = next(iter(expression.get_source_expressions()), expression)
    return getattr(getattr(field, "target", None), "null", True)


def _beyond(position: Position, descending: bool) -> Q:
    if position.segment == EMPTY:
        return Q(**{"pk__lt" if descending else "pk__gt": position.id})
    return Q(Beyond(F("sort_key"), F("pk"), position.key, position.id, side="<" if descending else ">"))


def around(queryset: QuerySet, ordering: str, keys: Mapping[str, Any], row: Any) -> tuple[str | None, str | None]:
    """The ids of what comes before ``row`` and after it in the order of the list; ``row`` carries its ``sort_key``.

    One statement: of each segment on either side its first row.
    """
    rows = with_sort_key(queryset, ordering, keys)
    firsts = []
    for backward in (True, False):
        segment = EMPTY if row.sort_key is None else FILLED
        position = Position(ordering, backward, segment, row.sort_key, row.pk)
        parts = _parts(rows, position, ordering.startswith("-") != backward, backward)
        firsts += [part.values_list(Value(backward), Value(n), "pk")[:1] for n, part in enumerate(parts)]
    found: dict[bool, str] = {}
    for backward, _, pk in sorted(firsts[0].union(*firsts[1:], all=True)):
        found.setdefault(backward, pk)
    return found.get(True), found.get(False)


def with_sort_key(queryset: QuerySet, ordering: str, keys: Mapping[str, Any]) -> QuerySet:
    expression = keys[ordering.removeprefix("-")]
    return queryset.annotate(sort_key=F(expression) if isinstance(expression, str) else expression)
