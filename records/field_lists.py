"""Custom fields in lists: their columns and orders, on pages, in files and over the REST API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, ExpressionWrapper, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.html import format_html

from accounts.models import User
from records import values
from records.cells import Cell, Moment, defused
from records.columns import Column
from records.definitions import CustomField
from records.fields import fields_of, shown_fields
from records.kept import KeptText
from records.templatetags.records import moment
from records.values import DATE, NUMBER, POINTER, STRING

# --- columns ----------------------------------------------------------------------------------------------------------


class Words(Cell):
    """Any value that is not text or a moment, in words."""

    def __init__(self, field: CustomField) -> None:
        self.field = field
        self.css = "number" if field.type == NUMBER else ""
        self.tells = field.type != STRING

    def html(self, value: Any, row: Any) -> str:
        words = values.in_words(self.field.type, value)
        return super().html(words if len(words) <= 120 else f"{words[:120]} …", row)

    def text(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int | float) else defused(values.in_words(self.field.type, value))


class At(Moment):
    css = ""

    def html(self, value: Any, row: Any) -> str:
        return moment(value) if isinstance(value, datetime) else ""


class Target(Cell):
    """The name of what it points to, as far as the reader may see it; a link, where it has a page."""

    def __init__(self, field: CustomField) -> None:
        self.plural = "" if field.target == "user" else field.target_model.plural
        self.field = field

    def html(self, value: Any, row: Any) -> str:
        if not value or not self.plural:
            return super().html(value, row)
        return format_html('<a href="/{}/{}/">{}</a>', self.plural, row.custom[self.field.key], value)


class AddedColumn(Column):
    """Read from the row itself, or beside it where it is a name."""

    def value(self, row: Any) -> Any:
        cell = self.cell
        if isinstance(cell, Target):
            return getattr(row, f"named_{cell.field.key}", None)
        return cell.field.of(row) if isinstance(cell, Words) else values.python(DATE, (row.custom or {}).get(self.of))


def columns_of(model: Any) -> tuple[Column, ...]:
    """Not shown unless somebody chooses them."""
    return tuple(_column(field) for field in shown_fields(model))


def _column(field: CustomField) -> Column:
    cell: Cell = Target(field) if field.type == POINTER else At() if field.type == DATE else Words(field)
    sort = field.api_name if field.is_sorted else ""
    more: dict[str, Any] = {"along": _naming(field)} if field.type == POINTER else {}
    return AddedColumn(field.api_name, field.label, cell, of=field.key, sort=sort, shown=False, **more)


def _naming(field: CustomField) -> Any:
    def along(rows: QuerySet, user: Any) -> QuerySet:
        """Names within the same statement, of what ``user`` sees."""
        found = visible_targets(field, user).filter(pk=KeptText(field.key, OuterRef("custom"))).order_by()
        return rows.annotate(**{f"named_{field.key}": Subquery(found.values_list(_name(field))[:1])})

    return along


def _name(field: CustomField) -> Any:
    if field.target == "user":
        return Coalesce(NullIf("name", Value("")), "username")
    if field.target == "activity":
        return Coalesce("subject", "type", output_field=CharField())
    return Cast("title" if field.target == "deal" else "name", CharField())


def visible_targets(field: CustomField, user: Any) -> QuerySet:
    """What a pointer of this field may lead ``user`` to."""
    return User.objects.directory() if field.target == "user" else field.target_model.objects.visible_to(user)


# --- orders -----------------------------------------------------------------------------------------------------------


class Orderings(Mapping):
    """Those of the class, and of each of its fields that has an order: as they are when they are asked."""

    def __init__(self, model: Any, own: Mapping[str, Any]) -> None:
        self.model, self.own = model, own

    def __getitem__(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        return next(_order(field) for field in self._added() if field.api_name == name)

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        for field in self._added():
            yield field.api_name

    def __len__(self) -> int:
        return len(self.own) + len(self._added())

    def __contains__(self, name: object) -> bool:
        return name in self.own or any(field.api_name == name for field in self._added())

    def _added(self) -> list[CustomField]:
        return [field for field in fields_of(self.model) if field.is_sorted]


def _order(field: CustomField) -> Any:
    """Wrapped: the keyset asks what it is made of whether it may be null, and the column itself may not."""
    return ExpressionWrapper(field.expression, output_field=field.expression.output_field)


def orderings_of(model: Any, own: Mapping[str, Any]) -> Orderings:
    return own if isinstance(own, Orderings) and own.model is model else Orderings(model, dict(own))
