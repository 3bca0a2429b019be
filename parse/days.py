"""A calendar day that a client may have sent with a time of day: one instant on the wire, two columns inside.

``column`` has the day, as every face knows it. ``instant`` has what was sent, where that was not midnight in UTC, and
is emptied by the database as soon as the day becomes another (pipeline/models.py). A bound is asked of the day first,
which is what the indexes know, and of the instant on that one day alone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import DateTimeField, Expression, F, Func, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from parse.classes import Field

LOOKUPS: dict[str, Any] = {
    "lt": LessThan,
    "lte": LessThanOrEqual,
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
}


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def instant(field: Field) -> Expression:
    """The two columns as one, null where there is no day."""
    start = Func(F(field.column), template="(%(expressions)s::timestamp AT TIME ZONE 'UTC')")
    return Coalesce(F(field.instant), start, output_field=DateTimeField())


def order(field: Field, *, descending: bool) -> list[Any]:
    """The day as the indexes have it, then its rows without a time before those with one."""
    if descending:
        return [f"-{field.column}", F(field.instant).desc(nulls_last=True)]
    return [field.column, F(field.instant).asc(nulls_first=True)]


def at(field: Field, moment: datetime) -> Q:
    return Q(**{field.column: moment.date()}) & Q(Exact(instant(field), moment))


def compared(field: Field, lookup: str, moment: datetime) -> Q:
    day = moment.date()
    if moment == midnight(day) and lookup in ("lt", "gte"):
        return Q(**{f"{field.column}__{lookup}": day})
    strictly = lookup[:2]
    that_day = Q(LOOKUPS[lookup](instant(field), moment))
    return Q(**{f"{field.column}__{strictly}e": day}) & (Q(**{f"{field.column}__{strictly}": day}) | that_day)


def put(record: Any, field: Field, moment: datetime | None) -> list[str]:
    """Sets both; the names of what really changes."""
    day = moment.date() if moment else None
    sent = moment if moment and day and moment != midnight(day) else None
    changed = []
    for name, value in ((field.column, day), (field.instant, sent)):
        if getattr(record, name) != value:
            setattr(record, name, value)
            changed.append(name)
    return changed


def value_of(record: Any, field: Field) -> datetime | None:
    """As it will be read: a hook may have set another day meanwhile."""
    day, sent = getattr(record, field.column), getattr(record, field.instant)
    if day is None:
        return None
    return sent if sent and sent.astimezone(UTC).date() == day else midnight(day)
