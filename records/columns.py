"""The columns of a list: each class declares them once, for its page and its file; the user chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from records.cells import Cell, Moment, Person
from records.models import ChosenColumns

Along = Callable[[QuerySet, Any], QuerySet]


def _nothing(rows: QuerySet, user: Any) -> QuerySet:
    return rows


@dataclass(frozen=True)
class Column:
    """``of``: where its value is on the row (its name, if empty). ``sort``: the ordering it heads, if any.

    ``shown``: unless somebody chooses otherwise. ``along``: fetches what it needs, with the rows and for all of them.
    """

    name: str
    label: Any
    cell: Cell = field(default_factory=Cell)
    of: str = ""
    sort: str = ""
    shown: bool = True
    along: Along = _nothing

    def value(self, row: Any) -> Any:
        return attrgetter(self.of or self.name)(row)

    def html(self, row: Any) -> str:
        return self.cell.html(self.value(row), row)

    def text(self, row: Any) -> str:
        return self.cell.text(self.value(row))


def _creators(rows: QuerySet, user: Any) -> QuerySet:
    return rows.select_related("created_by")


def kept_by_the_server(creator: Any, created: Any, changed: Any) -> tuple[Column, ...]:
    """The columns that every class has, under the labels given."""
    return (
        Column("created_by", creator, Person(), shown=False, along=_creators),
        Column("created_at", created, Moment(), sort="created_at", shown=False),
        Column("updated_at", changed, Moment(), sort="updated_at"),
    )


@dataclass(frozen=True)
class Choice:
    """``columns``: what is shown, in the order of the declaration. ``unknown``: names that were asked for in vain."""

    columns: tuple[Column, ...]
    unknown: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def along(self, rows: QuerySet, user: Any) -> QuerySet:
        for column in self.columns:
            rows = column.along(rows, user)
        return rows


def choose(declared: Sequence[Column], names: Iterable[str]) -> Choice:
    """The first column heads the rows: it is always there. Without a name that is known: those shown by default."""
    wanted = [name for name in names if name]
    known = {column.name for column in declared}
    unknown = tuple(name for name in dict.fromkeys(wanted) if name not in known)
    if not known & set(wanted):
        return Choice(tuple(column for column in declared if column.shown), unknown)
    first = declared[0]
    return Choice(tuple(column for column in declared if column is first or column.name in wanted), unknown)


def chosen(declared: Sequence[Column], model: Any, request: Any) -> Choice:
    """What the address asks for (``?columns=name,email``), else what the user chose last; asked only if needed."""
    asked = request.GET.get("columns")
    if asked is not None:
        return choose(declared, asked.split(",")[:50])
    stored = ChosenColumns.objects.filter(user=request.user, kind=model._meta.model_name).values_list(
        "names", flat=True
    )
    return Choice(choose(declared, stored.first() or []).columns)


def remember(model: Any, user: Any, names: Sequence[str]) -> None:
    """``names`` empty: forgets the choice."""
    kind = model._meta.model_name
    if names:
        ChosenColumns.objects.update_or_create(user=user, kind=kind, defaults={"names": list(names)})
    else:
        ChosenColumns.objects.filter(user=user, kind=kind).delete()
