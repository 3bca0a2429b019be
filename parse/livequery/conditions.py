"""``where`` of a subscription, compiled by the one compiler (parse/where.py) to an SQL condition on a row's image.

Which rows match is so the same question with the same answer as in a query: the database's own types, order of letters
and patterns, whichever of the two asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DataError, connection, transaction
from django.db.models import QuerySet

from parse.callers import Caller, Master
from parse.classes import ParseClass
from parse.errors import INVALID_QUERY, ParseError
from parse.matching import pattern_of
from parse.queries import Wanted
from parse.rendering import whole
from parse.where import DEEPEST, Scope, compile_where

MASTER = Caller(Master())
LOGICAL = ("$or", "$and", "$nor")
NOT_HERE = {"$inQuery", "$notInQuery", "$select", "$dontSelect", "$text", "$relatedTo"}


@dataclass(frozen=True)
class Condition:
    """``sql`` names the columns of the class's table and nothing else. ``is_slow``: a pattern may take its time."""

    sql: str
    is_slow: bool


def key_of(where: dict[str, Any]) -> bytes:
    """The same for the same question."""
    return orjson.dumps(where, option=orjson.OPT_SORT_KEYS)


def action_of(where: dict[str, Any]) -> str:
    """The class-level permission that it takes, as Parse tells them apart."""
    return "get" if len(where) == 1 and isinstance(where.get("objectId"), str) else "find"


def refuse_shape(where: Any, depth: int = 0) -> None:
    """What is wrong whatever the class. Raises 102 in Parse's words."""
    if depth > DEEPEST:
        raise _bad(f"Query condition nesting depth exceeds maximum allowed depth of {DEEPEST}")
    for name, value in where.items():
        if name in LOGICAL:
            if not isinstance(value, list):
                raise _bad(f"{name} must be an array")
            for one in value:
                if isinstance(one, dict):
                    refuse_shape(one, depth + 1)
        elif name in NOT_HERE or (isinstance(value, dict) and not NOT_HERE.isdisjoint(value)):
            raise _bad("Live queries ask about the row itself: no sub-queries, $text or $relatedTo.")
        elif isinstance(value, dict) and "$regex" in value and not isinstance(value["$regex"], (str, dict)):
            raise _bad("Invalid regular expression: $regex must be a string or RegExp")


def compiled(parse_class: ParseClass, where: dict[str, Any], hidden: frozenset[str] = frozenset()) -> Condition:
    """Raises ParseError. Asks the database about patterns, so not in an event loop."""
    if b"\\u0000" in key_of(where):
        raise _bad("where holds text that no column can hold.")
    noted: list[None] = []
    scope = Scope(parse_class.name, _no_rows, lambda name: hidden, lambda: noted.append(None))
    rows = MASTER.rows(parse_class).filter(compile_where(scope, where))
    if noted:
        _try_patterns(where)
    return Condition(_condition(rows), bool(noted))


def rendered(parse_class: ParseClass) -> str:
    """The SQL of a row's JSON, as every answer has it."""
    rows = MASTER.rows(parse_class).order_by().values_list(whole(MASTER, parse_class, Wanted()))
    compiler = rows.query.get_compiler("default")
    compiler.pre_sql_setup()
    (_, (sql, parameters), _), *_ = compiler.select
    return _written(rows, sql, parameters)


def _condition(rows: QuerySet) -> str:
    compiler = rows.query.get_compiler("default")
    try:
        compiler.pre_sql_setup()
        sql, parameters = compiler.compile(rows.query.where)
    except EmptyResultSet:
        return "FALSE"
    except FullResultSet:
        return "TRUE"
    return _written(rows, sql, parameters)


def _written(rows: QuerySet, sql: str, parameters: Any) -> str:
    """With its values in it."""
    if any(count and alias != rows.model._meta.db_table for alias, count in rows.query.alias_refcount.items()):
        raise _bad("Live queries ask about the row itself.")
    with connection.cursor() as cursor:
        text = cursor.mogrify(sql, parameters)
    return text if isinstance(text, str) else text.decode()


def _no_rows(parse_class: ParseClass) -> QuerySet:
    raise _bad("Live queries ask about the row itself.")


def _try_patterns(where: dict[str, Any]) -> None:
    """The database reads a pattern when it first runs it, which would be too late to say that it cannot."""
    for name, value in where.items():
        if name in LOGICAL:
            for one in value:
                _try_patterns(one)
        elif isinstance(value, dict) and value.get("$regex"):
            lookup, pattern = pattern_of(value["$regex"], value.get("$options"))
            if lookup in ("regex", "iregex"):
                _try(pattern)


def _try(pattern: str) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT '' ~ %s", [pattern])
    except DataError as error:
        raise _bad(f"Invalid regular expression: {str(error.__cause__).splitlines()[0]}") from error


def _bad(words: str) -> ParseError:
    return ParseError(INVALID_QUERY, words)
