"""``/schemas``, with the master key: what the classes look like, and who may do what to each of them."""

from __future__ import annotations

import re
from typing import Any

from parse import permissions
from parse.calls import Answer, Call
from parse.classes import CLASSES, Field, ParseClass
from parse.errors import (
    CLASS_NOT_EMPTY,
    FORBIDDEN,
    INCORRECT_TYPE,
    INVALID_CLASS_NAME,
    INVALID_JSON,
    INVALID_KEY_NAME,
    INVALID_SCHEMA_OPERATION,
    MISSING_ID,
    ParseError,
)
from records.transactions import atomically

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
TYPES = {"String", "Number", "Boolean", "Date", "Object", "Array", "GeoPoint", "File", "Bytes", "Polygon"}
# Columns of Parse's own classes that are not read as others are.
UNSHOWN = {
    "_User": {"password": {"type": "String"}, "emailVerified": {"type": "Boolean"}, "authData": {"type": "Object"}},
    "_Session": {"sessionToken": {"type": "String"}},
}
NOT_YET = "Columns and classes are not added or removed through this route."


def listed(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"results": [_schema(one) for one in CLASSES.values()]})


def one(call: Call, name: str) -> Answer:
    call.caller.require_master()
    return Answer(_schema(_named(name)))


def create(call: Call, name: str = "") -> Answer:
    call.caller.require_master()
    given = call.body.get("className")
    if name and given and given != name:
        raise _not_the_same(given, name)
    name = name or _text(given)
    if not name:
        raise ParseError(MISSING_ID, f"POST {call.path} needs a class name.")
    if name in CLASSES:
        raise ParseError(INVALID_CLASS_NAME, f"Class {name} already exists.")
    _check_name(name)
    raise ParseError(FORBIDDEN, NOT_YET)


def _check_name(name: str) -> None:
    if not NAME.match(name) and name not in CLASSES:
        words = "classnames can only have alphanumeric characters and _, and must start with an alpha character"
        raise ParseError(INVALID_CLASS_NAME, f"Invalid classname: {name[:100]}, {words} ")


def update(call: Call, name: str) -> Answer:
    """Replaces the class-level permissions. Columns may be named as they are; none is added."""
    call.caller.require_master()
    parse_class = _named(name)
    given = call.body.get("className")
    if given is not None and given != name:
        raise _not_the_same(given, name)
    fields = call.body.get("fields") or {}
    if not isinstance(fields, dict):
        raise ParseError(INVALID_JSON, "fields must be an object.")
    for column, wanted in fields.items():
        _refuse_column(parse_class, column, wanted)
    if call.body.get("classLevelPermissions") is not None:
        atomically(permissions.replace, parse_class, call.body["classLevelPermissions"])
    return Answer(_schema(parse_class))


def _not_the_same(given: Any, name: str) -> ParseError:
    return ParseError(INVALID_CLASS_NAME, f"Class name mismatch between {_text(given)[:100]} and {name}.")


def delete(call: Call, name: str) -> Answer:
    call.caller.require_master()
    _check_name(name)
    if name not in CLASSES:
        return Answer()  # as Parse does
    rows = call.caller.rows(_named(name)).count()
    if rows:
        raise ParseError(CLASS_NOT_EMPTY, f"Class {name} is not empty, contains {rows} objects, cannot drop schema.")
    raise ParseError(FORBIDDEN, NOT_YET)


def purge(call: Call, name: str) -> Answer:
    """Deletes all rows of a class of records."""
    call.caller.require_master()
    parse_class = _named(name)
    if not parse_class.is_record:
        raise ParseError(FORBIDDEN, f"{name} is not emptied at once.")
    atomically(lambda: call.caller.rows(parse_class, "delete").delete())
    return Answer()


def _named(name: str) -> ParseClass:
    if name not in CLASSES:
        raise ParseError(INVALID_CLASS_NAME, f"Class {name[:100]} does not exist.")
    return CLASSES[name]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _refuse_column(parse_class: ParseClass, name: str, wanted: Any) -> None:
    exists = name in parse_class.fields
    if exists and isinstance(wanted, dict) and _is_as_it_is(_column(parse_class.fields[name]), wanted):
        return
    if isinstance(wanted, dict) and wanted.get("__op") == "Delete":
        if not exists:
            raise ParseError(CLASS_NOT_EMPTY, f"Field {name[:100]} does not exist, cannot delete.")
        raise ParseError(INVALID_SCHEMA_OPERATION, f"field {name} cannot be changed")
    if not NAME.match(name):
        raise ParseError(INVALID_KEY_NAME, f"invalid field name: {name[:100]}")
    if exists:
        raise ParseError(CLASS_NOT_EMPTY, f"Field {name} exists, cannot update.")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if not isinstance(kind, str):
        raise ParseError(INVALID_JSON, "invalid JSON")
    if kind in ("Pointer", "Relation"):
        if not wanted.get("targetClass"):
            raise ParseError(MISSING_ID, f"type {kind} needs a class name")
        if not isinstance(wanted["targetClass"], str):
            raise ParseError(INVALID_JSON, "invalid JSON")
        _check_name(wanted["targetClass"])
    elif kind not in TYPES:
        raise ParseError(INCORRECT_TYPE, f"invalid field type: {_text(kind)[:100]}")
    raise ParseError(FORBIDDEN, NOT_YET)


def _is_as_it_is(held: dict, wanted: dict) -> bool:
    return all(wanted.get(name) == held.get(name) for name in ("type", "targetClass"))


def _schema(parse_class: ParseClass) -> dict:
    fields = {name: _column(field) for name, field in parse_class.fields.items()}
    schema = {
        "className": parse_class.name,
        "fields": fields | UNSHOWN.get(parse_class.name, {}),
        "classLevelPermissions": permissions.read(parse_class),
    }
    return schema if parse_class.is_record else {**schema, "indexes": {"_id_": {"_id": 1}}}


def _column(field: Field) -> dict:
    """A pointer to one of several classes has no ``targetClass``, as in the template's own schema."""
    found: dict[str, Any] = {"type": field.type}
    if len(field.targets) == 1:
        found["targetClass"] = field.targets[0]
    elif field.targets:
        found["targetClasses"] = list(field.targets)
    return found | ({"required": True} if field.required else {})
