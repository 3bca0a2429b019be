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
NOT_YET = "Columns and classes are not added or removed through this route."


def listed(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"results": [_schema(one) for one in CLASSES.values()]})


def one(call: Call, name: str) -> Answer:
    call.caller.require_master()
    return Answer(_schema(_named(name)))


def create(call: Call, name: str = "") -> Answer:
    call.caller.require_master()
    name = name or _text(call.body.get("className"))
    if name in CLASSES:
        raise ParseError(INVALID_CLASS_NAME, f"Class {name} already exists.")
    if not NAME.match(name):
        words = "classnames can only have alphanumeric characters and _, and must start with an alpha character"
        raise ParseError(INVALID_CLASS_NAME, f"Invalid classname: {name[:100]}, {words} ")
    raise ParseError(FORBIDDEN, NOT_YET)


def update(call: Call, name: str) -> Answer:
    """Replaces the class-level permissions. Columns: what is there already cannot be added, nothing else can yet."""
    call.caller.require_master()
    parse_class = _named(name)
    given = call.body.get("className")
    if given is not None and given != name:
        raise ParseError(INVALID_CLASS_NAME, f"Class name mismatch between {_text(given)[:100]} and {name}.")
    fields = call.body.get("fields") or {}
    if not isinstance(fields, dict):
        raise ParseError(INVALID_JSON, "fields must be an object.")
    for column, wanted in fields.items():
        _refuse_column(parse_class, column, wanted)
    if call.body.get("classLevelPermissions") is not None:
        atomically(permissions.replace, parse_class, call.body["classLevelPermissions"])
    return Answer(_schema(parse_class))


def delete(call: Call, name: str) -> Answer:
    call.caller.require_master()
    if call.caller.rows(_named(name)).exists():
        raise ParseError(CLASS_NOT_EMPTY, f"Class {name} is not empty, contains rows, cannot drop schema.")
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
    if isinstance(wanted, dict) and wanted.get("__op") == "Delete":
        if not exists:
            raise ParseError(CLASS_NOT_EMPTY, f"Field {name[:100]} does not exist, cannot delete.")
        raise ParseError(INVALID_SCHEMA_OPERATION, f"field {name} cannot be changed")
    if not NAME.match(name):
        raise ParseError(INVALID_KEY_NAME, f"invalid field name: {name[:100]}")
    if name in ("objectId", "createdAt", "updatedAt", "ACL"):
        raise ParseError(INVALID_SCHEMA_OPERATION, f"field {name} cannot be added")
    if exists:
        raise ParseError(CLASS_NOT_EMPTY, f"Field {name} exists, cannot update.")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if kind in ("Pointer", "Relation"):
        if not wanted.get("targetClass"):
            raise ParseError(MISSING_ID, f"type {kind} needs a class name")
    elif kind not in TYPES:
        raise ParseError(INCORRECT_TYPE, f"invalid field type: {_text(kind)[:100]}")
    raise ParseError(FORBIDDEN, NOT_YET)


def _schema(parse_class: ParseClass) -> dict:
    fields = {name: _column(field) for name, field in parse_class.fields.items()}
    if parse_class.name == "_User":
        fields["password"] = {"type": "String", "required": True}
    return {
        "className": parse_class.name,
        "fields": fields,
        "classLevelPermissions": permissions.read(parse_class),
        "indexes": {"_id_": {"_id": 1}},
    }


def _column(field: Field) -> dict:
    """A pointer to one of several classes has no ``targetClass``, as in the template's own schema."""
    found: dict[str, Any] = {"type": field.type}
    if len(field.targets) == 1:
        found["targetClass"] = field.targets[0]
    elif field.targets:
        found["targetClasses"] = list(field.targets)
    return found | ({"required": True} if field.required else {})
