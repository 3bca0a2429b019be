"""Statements kept by the shape of what was asked: writing SQL costs Django more than running it costs PostgreSQL.

A shape is a query with its plain texts and ids taken out: ``where={"stage": …}&order=…&limit=…``. The first query of a
shape is compiled by the ORM as ever, over the same visible rows, with stand-ins for those values and with the caller's
own principals; the next one of the shape puts its values and principals into the places where these stood. Whatever
decides the SQL beside them is part of the shape: the caller's permissions among it. A stand-in that is not found
exactly where it was expected makes the shape unfit to be kept, which costs nothing but the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from parse.callers import Caller
from parse.classes import ParseClass
from records.fields import stamp

KEPT = 512
IDS = re.compile(r"[A-Za-z0-9]{10}\Z")


class Callers(Enum):
    """What of the caller stands in a statement: the principals, the id."""

    PRINCIPALS = 1
    OWN = 2


PRINCIPALS, OWN = Callers


@dataclass(frozen=True)
class Statement:
    """``parameters``: constants, indexes of values (Place), PRINCIPALS or OWN."""

    sql: str
    parameters: tuple[Any, ...]

    def filled(self, values: list[str], caller: Caller) -> list[Any]:
        callers = {PRINCIPALS: list(caller.rights.principals), OWN: caller.user.pk}
        return [
            values[one.index] if isinstance(one, Place) else callers[one] if isinstance(one, Callers) else one
            for one in self.parameters
        ]


@dataclass(frozen=True)
class Place:
    index: int


_kept: dict[Any, Statement | None] = {}


def told(
    caller: Caller,
    parse_class: ParseClass,
    where: dict,
    rest: tuple,
    compiled: Callable[[dict], QuerySet],
    around: str = "{}",
    *,
    keep: bool = True,
) -> tuple | None:
    """The one row that ``around`` makes of the SQL of ``compiled(where)``; None where there can be no rows.

    ``rest``: whatever else tells one statement from another. Raises what ``compiled`` raises, and Overtaken.
    """
    found = _statement(caller, parse_class, where, rest, compiled)
    if found is None:
        caller.prove()
        return None
    return caller.row(around.format(found[0]), found[1], keep=keep)


def is_plain(where: dict) -> bool:
    """Whether it may have a shape: no operators, so no patterns that would need a short time limit."""
    return not any(
        (isinstance(value, dict) and "__type" not in value) or name[:1] == "$" for name, value in where.items()
    )


def _statement(
    caller: Caller, parse_class: ParseClass, where: dict, rest: tuple, compiled: Callable[[dict], QuerySet]
) -> tuple[str, list[Any]] | None:
    values: list[str] = []
    template = _taken_out(parse_class, where, values)
    key = (parse_class.name, template, rest, caller.rights.permissions, caller.rights.everything, stamp())
    known = _kept.get(key) if template is not None else None
    if template is not None and key not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        # Not read back from there: another thread may have cleared it meanwhile.
        known = _kept[key] = _fit(caller, compiled(_put_in(where)), len(values))
    return (known.sql, known.filled(values, caller)) if known else _written(compiled(where))


def _written(rows: QuerySet) -> tuple[str, list[Any]] | None:
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, list(parameters)


def _taken_out(parse_class: ParseClass, where: dict, values: list[str]) -> tuple | None:
    """The shape of ``where``, its values put into ``values``; None where only plain equality would not do."""
    shape = []
    for name, value in where.items():
        field = parse_class.fields.get(name)
        if field is None:
            return None
        if field.type == "String" and isinstance(value, str) and _is_plain(field.name, value):
            values.append(value)
            shape.append(name)
        elif field.type == "Pointer" and _is_pointer(value):
            values.append(value["objectId"])
            shape.append((name, value["className"]))
        else:
            return None
    return tuple(shape)


def _is_plain(name: str, value: str) -> bool:
    return name != "objectId" or bool(IDS.match(value))


def _is_pointer(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"__type", "className", "objectId"}:
        return False
    texts = all(isinstance(part, str) for part in value.values())
    return texts and value["__type"] == "Pointer" and bool(IDS.match(value["objectId"]))


@lru_cache(maxsize=64)
def _stand_in(index: int) -> str:
    """Ten letters that nobody's value is, and that an id could be."""
    return f"Z{index:02d}standIn"[:10]


def _put_in(where: dict) -> dict:
    found: dict[str, Any] = {}
    for index, (name, value) in enumerate(where.items()):
        stand_in = _stand_in(index)
        found[name] = stand_in if isinstance(value, str) else {**value, "objectId": stand_in}
    return found


def _fit(caller: Caller, rows: QuerySet, number: int) -> Statement | None:
    """The statement with its places; None unless each stand-in is a parameter of its own.

    Nor where the caller's principals are not found: the next one would be told what this caller may read.
    """
    written = _written(rows)
    if written is None:
        return None
    sql, parameters = written
    stand_ins = {_stand_in(index): index for index in range(number)}
    principals = list(caller.rights.principals)
    places: list[Any] = []
    for parameter in parameters:
        if isinstance(parameter, str) and parameter in stand_ins:
            places.append(Place(stand_ins[parameter]))
        elif parameter == principals:
            places.append(PRINCIPALS)
        else:
            places.append(OWN if parameter == caller.user.pk and caller.user.pk else parameter)
    is_anybodys = PRINCIPALS in places or caller.rights.may("records.read_all")
    is_complete = {place.index for place in places if isinstance(place, Place)} == set(range(number))
    return Statement(sql, tuple(places)) if is_anybodys and is_complete else None
