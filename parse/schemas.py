"""``/schemas``, with the master key: what the classes look like, and who may do what to each of them."""

from __future__ import annotations

from typing import Any

from accounts.principals import fields_changed
from parse import permissions, schema_fields
from parse.calls import Answer, Call
from parse.classes import CLASSES, ParseClass
from parse.errors import CLASS_NOT_EMPTY, FORBIDDEN, INVALID_CLASS_NAME, INVALID_JSON, MISSING_ID, ParseError
from parse.schema_fields import UNSHOWN as UNSHOWN
from records.field_jobs import start_jobs
from records.transactions import atomically

NOT_YET = "Classes are not added or removed: there are Company, Contact, Deal, Activity and Parse's own."


def listed(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"results": [_schema(one) for one in CLASSES.values()]})


def one(call: Call, name: str) -> Answer:
    call.caller.require_master()
    return Answer(_schema(_named(name)))


def create(call: Call, name: str = "") -> Answer:
    """A class that is there already is taken where it is described as it is; what more is named is added to it."""
    call.caller.require_master()
    given = call.body.get("className")
    if name and given and given != name:
        raise _not_the_same(given, name)
    name = name or _text(given)
    if not name:
        raise ParseError(MISSING_ID, f"POST {call.path} needs a class name.")
    if name in CLASSES:
        if not schema_fields.names_all(CLASSES[name], call.body.get("fields")):
            raise ParseError(INVALID_CLASS_NAME, f"Class {name} already exists.")
        return _change(CLASSES[name], call.body)
    _check_name(name)
    raise ParseError(FORBIDDEN, NOT_YET)


def _check_name(name: str) -> None:
    if name not in CLASSES:
        schema_fields.check_class_name(name)


def update(call: Call, name: str) -> Answer:
    """Adds, changes and deletes columns, and replaces the class-level permissions: all of it or nothing."""
    call.caller.require_master()
    parse_class = _named(name)
    given = call.body.get("className")
    if given is not None and given != name:
        raise _not_the_same(given, name)
    return _change(parse_class, call.body)


def _change(parse_class: ParseClass, body: dict) -> Answer:
    try:
        return atomically(_changed, parse_class, body)
    except Exception:
        fields_changed()  # back to what they were
        raise


def _changed(parse_class: ParseClass, body: dict) -> Answer:
    wanted = body.get("fields") or {}
    if not isinstance(wanted, dict):
        raise ParseError(INVALID_JSON, "fields must be an object.")
    schema_fields.change(parse_class, wanted)
    if body.get("classLevelPermissions") is not None:
        permissions.replace(parse_class, body["classLevelPermissions"])
    start_jobs()
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


def _schema(parse_class: ParseClass) -> dict:
    schema = {
        "className": parse_class.name,
        "fields": schema_fields.shown(parse_class),
        "classLevelPermissions": permissions.read(parse_class),
    }
    return schema if parse_class.is_record else {**schema, "indexes": {"_id_": {"_id": 1}}}
