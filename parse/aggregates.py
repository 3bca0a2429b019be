"""``/aggregate``, with the master key: distinct values, and pipelines of match, group, sort, limit and skip."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet, Sum

from parse import added, days
from parse.callers import Caller
from parse.calls import Answer, Call
from parse.classes import CLASSES, Field, ParseClass
from parse.codec import encoder, iso, number
from parse.errors import INVALID_KEY_NAME, INVALID_QUERY, ParseError
from parse.objects import Search
from parse.queries import refuse_unknown
from parse.reading import Reader, rows_of

KNOWN = {"distinct", "where", "pipeline", "hint", "explain", "comment", "readPreference"}
MOST_STAGES, MOST_ROWS = 20, 1000
OPERATORS: dict[str, Any] = {"$sum": Sum, "$avg": Avg, "$min": Min, "$max": Max}


def run(call: Call, name: str) -> Answer:
    call.caller.require_master()
    refuse_unknown(call.parameters, KNOWN)
    if name not in CLASSES:
        return Answer({"results": []})  # as Parse does
    parse_class = CLASSES[name]
    if "distinct" in call.parameters:
        where = call.parameters.get("where") or {}
        return Answer({"results": _distinct(call.caller, parse_class, call.parameters["distinct"], where)})
    stages = call.parameters.get("pipeline")
    if isinstance(stages, dict):
        stages = [stages]
    if not isinstance(stages, list) or len(stages) > MOST_STAGES:
        raise _bad(f"pipeline must be a list of at most {MOST_STAGES} stages")
    return Answer({"results": Pipeline(call.caller, parse_class).run(stages)})


def _bad(words: str) -> ParseError:
    return ParseError(INVALID_QUERY, words)


def _distinct(caller: Caller, parse_class: ParseClass, name: Any, where: Any) -> list:
    if isinstance(name, str) and name[:1] in ("", "_", "$"):
        raise ParseError(INVALID_KEY_NAME, f"Invalid field name: {name[:100]}") if name else _bad("distinct of what?")
    if isinstance(name, str) and (name == "ACL" or name not in parse_class.fields):
        return []
    field = _column(parse_class, name)
    search = Search(caller, parse_class, where)
    value = _value(field)
    rows = search.rows.exclude(**{f"{field.column}__isnull": True}).order_by(value)
    encode = iso if field.type == "Date" and not field.definition else _encoder(field)
    found = rows_of(rows.values_list(value).distinct()[:MOST_ROWS], briefly=search.briefly)
    return [encode(value) if encode else value for (value,) in found]


def _column(parse_class: ParseClass, name: Any) -> Field:
    field = parse_class.fields.get(name.removeprefix("$")) if isinstance(name, str) else None
    if field is None or not field.column:
        raise _bad(f"{str(name)[:100]} is no column of {parse_class.name} to aggregate by")
    return field


def _encoder(field: Field) -> Callable[[Any], Any] | None:
    return added.plain_encoder(field) if field.definition else encoder(field)


def _value(field: Field) -> Any:
    if field.definition:
        return added.plain(field)
    return days.instant(field) if field.is_day else F(field.column)


class Pipeline:
    """Matching and grouping are PostgreSQL's; what comes after a group works on its few rows."""

    def __init__(self, caller: Caller, parse_class: ParseClass) -> None:
        self.caller, self.parse_class = caller, parse_class
        self.where: list[dict] = []
        self.rows: list[dict] | None = None

    def run(self, stages: list) -> list[dict]:
        for stage in stages:
            if not isinstance(stage, dict) or len(stage) != 1:
                raise _bad("Each stage of a pipeline is an object of one operation")
            ((name, value),) = stage.items()
            if name == "$match" and self.rows is None:
                self.where.append(value)
            elif name == "$group" and self.rows is None:
                self.rows = self._grouped(value)
            elif name in AFTER:
                self.rows = AFTER[name](self._listed(), value)
            else:
                raise _bad(f"Invalid aggregate stage '{name[:50]}'.")
        return self._listed()[:MOST_ROWS]

    def _search(self) -> Search:
        return Search(self.caller, self.parse_class, {"$and": self.where} if self.where else {})

    def _listed(self) -> list[dict]:
        if self.rows is not None:
            return self.rows
        search = self._search()
        names = frozenset(self.parse_class.fields) - {"ACL"}
        rows = search.rows.order_by("created_at", "pk")[: MOST_ROWS + 1]
        found = Reader(self.parse_class, names).read(rows, briefly=search.briefly)
        if len(found) > MOST_ROWS:
            raise _bad(f"More than {MOST_ROWS} rows: group them, or match fewer.")
        return found

    def _grouped(self, value: Any) -> list[dict]:
        if not isinstance(value, dict) or not {"_id", "objectId"} & set(value):
            raise _bad("$group needs an _id: a column, or null for one group of all rows")
        keys = _keys(self.parse_class, value.get("_id", value.get("objectId")))
        operations = {f"x{at}": self._operation(one) for at, one in enumerate(_named(value).values())}
        sums = {name: one for name, (one, _) in operations.items()}
        rows = self._search().rows
        found = self._by(rows, keys, sums) if keys else [rows.aggregate(**{"n": Count("*")} | sums)]
        encoders = [encode for _, encode in operations.values()]
        return [_row(keys, list(_named(value)), encoders, row) for row in found]

    def _by(self, rows: QuerySet, keys: dict[str, Field], sums: dict) -> QuerySet:
        places = {f"k{at}": _value(field) for at, field in enumerate(keys.values())}
        return rows.values(**places).order_by(*places).annotate(n=Count("*"), **sums)[:MOST_ROWS]

    def _operation(self, value: Any) -> tuple[Any, Callable[[Any], Any] | None]:
        """What the database works out, and how that becomes JSON."""
        if not isinstance(value, dict) or len(value) != 1:
            raise _bad("Each result of a $group is an object of one operation")
        ((name, of),) = value.items()
        if name == "$count" or (name == "$sum" and of == 1):
            return Count("*"), None
        if name not in OPERATORS:
            raise _bad(f"{name[:50]} is not supported in $group: use $sum, $avg, $min or $max")
        field = _column(self.parse_class, of)
        if name in ("$sum", "$avg") and field.type != "Number":
            raise _bad(f"{name} needs a Number, and {field.name} is a {field.type}")
        return OPERATORS[name](_value(field)), _dated(field) if field.type == "Date" else _plain


def _keys(parse_class: ParseClass, key: Any) -> dict[str, Field]:
    """What is grouped by, by its name in the key; under no name where it is the key. Nothing: one group of all rows."""
    if isinstance(key, dict):
        return {name: _column(parse_class, one) for name, one in key.items()}
    return {} if key is None else {"": _column(parse_class, key)}


def _row(keys: dict[str, Field], names: list[str], encoders: list, values: dict) -> dict:
    """What has no value is absent; a group of rows without one has null for its objectId."""
    key = {name: _key(name, field, values[f"k{at}"]) for at, (name, field) in enumerate(keys.items())}
    found = key[""] if "" in key else {name: one for name, one in key.items() if one is not None}
    row: dict[str, Any] = {"objectId": found if keys else None}
    for at, (name, encode) in enumerate(zip(names, encoders, strict=True)):
        value = values[f"x{at}"]
        if value is not None:
            row[name] = encode(value) if encode else value
    return row


def _key(name: str, field: Field, value: Any) -> Any:
    """A pointer is told by its id, as Parse does, unless it goes by its own name."""
    if field.type == "Pointer" and name != field.name:
        return value
    encode = _dated(field) if field.type == "Date" else _encoder(field)
    return encode(value) if encode and value is not None else value


def _dated(field: Field) -> Callable[[Any], Any] | None:
    """Of a group also createdAt is a Date as others are."""
    return _encoder(field) if field.definition else lambda moment: {"__type": "Date", "iso": iso(moment)}


def _named(group: dict) -> dict:
    return {name: value for name, value in group.items() if name not in ("_id", "objectId")}


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, Decimal) else value


def _sorted(rows: list[dict], value: Any) -> list[dict]:
    if not isinstance(value, dict) or any(one not in (1, -1) for one in value.values()):
        raise _bad("$sort takes 1 or -1 for each column")
    for name, direction in reversed(value.items()):
        key = "objectId" if name == "_id" else name
        filled = [row for row in rows if row.get(key) is not None]
        empty = [row for row in rows if row.get(key) is None]
        try:
            filled.sort(key=lambda row: row[key], reverse=direction == -1)
        except TypeError as error:
            raise _bad(f"{name[:100]} cannot be sorted") from error
        rows = [*filled, *empty] if direction == 1 else [*empty, *filled]
    return rows


def _limited(rows: list[dict], value: Any) -> list[dict]:
    return rows[: _whole("$limit", value)]


def _skipped(rows: list[dict], value: Any) -> list[dict]:
    return rows[_whole("$skip", value) :]


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000:
        raise _bad(f"{name} takes a whole number")
    return value


def _projected(rows: list[dict], value: Any) -> list[dict]:
    if not isinstance(value, dict):
        raise _bad("$project takes an object of columns")
    chosen = {"objectId" if name == "_id" else name for name, wanted in value.items() if wanted}
    return [{name: one for name, one in row.items() if name in chosen | {"objectId"}} for row in rows]


AFTER: dict[str, Callable[[list[dict], Any], list[dict]]] = {
    "$sort": _sorted,
    "$limit": _limited,
    "$skip": _skipped,
    "$project": _projected,
}
