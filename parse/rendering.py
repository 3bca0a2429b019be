"""The JSON of a record, written by PostgreSQL: text put together from its columns, included records within it.

It costs the database little more than the bare columns would, and Python nothing a row: a list of a hundred is one
value of one row. The wire forms are those of parse/codec.py. The ACL alone leaves as its principals, since names of
roles are not in the row; ``finished`` puts it in its place.
"""

from __future__ import annotations

import re
from typing import Any

import orjson
from django.db.models import Case, F, Func, OuterRef, Subquery, TextField, When
from django.db.models.functions import Coalesce

from parse import added
from parse.callers import Caller
from parse.classes import Field, ParseClass, class_named
from parse.codec import content_type_of
from parse.queries import Wanted
from parse.reading import AclReader
from parse.signatures import signed

UTC = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
DAY = "to_char(%(expressions)s, 'YYYY-MM-DD\"T00:00:00.000Z\"')"
DATE = '{{"__type":"Date","iso":"\' || {} || \'"}}'
TEXTS = {
    "String": "to_json(%(expressions)s)::text",
    "Number": "trim_scale(%(expressions)s)::text",
    "Boolean": "(%(expressions)s)::text",
    "File": """(%(expressions)s || '{"__type":"File"}'::jsonb)::text""",
}
FILE = re.compile(rb'\{"url": "([^"\\]*)", "name": "([^"\\]*)", "__type": "File"\}')  # as jsonb writes it
ACL = re.compile(rb'"ACL":"([^"]*)"')  # no text of a user's looks like it: there each quotation mark has a backslash


def whole(caller: Caller, parse_class: ParseClass, wanted: Wanted, *, is_included: bool = False) -> Func:
    """The text of one JSON object. A column without a value is absent, as it is for Parse."""
    names = wanted.names(parse_class)
    kind = f'"__type":"Object","className":"{parse_class.name}",' if is_included else ""
    parts: list[Any] = [_text(F(parse_class.key), f"""'{{{kind}"objectId":"' || %(expressions)s || '"'""")]
    for field in parse_class.fields.values():
        if field.name == "objectId" or (names is not None and field.name not in names):
            continue
        if field.type == "ACL":
            parts += _acl(parse_class)
        elif field.name in wanted.include and field.type == "Pointer":
            parts.append(_included(caller, field, wanted.include[field.name]))
        else:
            parts.append(_optional(field.name, _value(field)))
    return Func(*parts, template="(%(expressions)s || '}')", arg_joiner=" || ", output_field=TextField())


def _text(expression: Any, template: str) -> Func:
    return Func(expression, template=template, output_field=TextField())


def _optional(name: str, value: Any) -> Func:
    return _text(value, f"""coalesce(',"{name}":' || %(expressions)s, '')""")


def _value(field: Field) -> Any:
    """The text of a column's JSON, null where the column is."""
    if field.definition:
        return added.json_text(field)
    if field.type == "Date":
        if field.is_day:
            either = Coalesce(_text(F(field.instant), UTC), _text(F(field.column), DAY))
            return _text(either, f"'{DATE.format('%(expressions)s')}'")
        around = f"""'"' || {UTC} || '"'""" if field.is_plain else f"'{DATE.format(UTC)}'"
        return _text(F(field.column), around)
    if field.type != "Pointer":
        return _text(F(field.column), TEXTS[field.type])
    if field.column:
        return _pointer(field.targets[0], field.column)
    return Case(
        *[When(related_type_id=content_type_of(name), then=_pointer(name, "related_id")) for name in field.targets]
    )


def _pointer(name: str, column: str) -> Func:
    return _text(F(column), f"""'{{"__type":"Pointer","className":"{name}","objectId":"' || %(expressions)s || '"}}'""")


def _included(caller: Caller, field: Field, wanted: Wanted) -> Func:
    """What is hidden is left out."""
    if not field.column:
        found: Any = Case(
            *[
                When(related_type_id=content_type_of(name), then=_behind(caller, name, "related_id", wanted))
                for name in field.targets
            ]
        )
        return _optional(field.name, found)
    key = added.key_behind(field) if field.definition else field.column
    return _optional(field.name, _behind(caller, field.targets[0], key, wanted))


def _behind(caller: Caller, name: str, column: Any, wanted: Wanted) -> Subquery:
    parse_class = class_named(name)
    key = OuterRef(column) if isinstance(column, str) else column
    rows = caller.rows(parse_class).filter(**{parse_class.key: key}).order_by()
    return Subquery(rows.values_list(whole(caller, parse_class, wanted, is_included=True)), output_field=TextField())


def _acl(parse_class: ParseClass) -> list[Func]:
    if parse_class.acl:
        names = (Func(F(name), template="array_to_string(%(expressions)s, ' ')") for name in parse_class.acl)
        return [Func(*names, template="""',"ACL":"' || %(expressions)s || '"'""", arg_joiner=" || '|' || ")]
    if parse_class.name == "_User":  # a person's row is that person's
        return [_text(F(parse_class.key), """',"ACL":{"' || %(expressions)s || '":{"read":true,"write":true}}'""")]
    return []


def finished(text: bytes) -> bytes:
    """With ACLs where their principals are, and addresses of files that open."""
    read = AclReader()
    known: dict[bytes, bytes] = {}

    def put(match: re.Match[bytes]) -> bytes:
        principals = match[1]
        if principals not in known:
            known[principals] = b'"ACL":' + orjson.dumps(read(principals.decode()))
        return known[principals]

    text = ACL.sub(put, text)
    return FILE.sub(_opening, text) if b'"__type": "File"' in text else text


def _opening(match: re.Match[bytes]) -> bytes:
    address, name = (part.decode() for part in match.groups())
    return orjson.dumps({"__type": "File", "name": name, "url": signed(address, name)})
