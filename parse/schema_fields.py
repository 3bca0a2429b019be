"""The ``fields`` of ``/schemas``: as they are, and as they are wanted. They are added to classes of records alone."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from parse import adding
from parse.classes import Field, ParseClass
from parse.codec import type_of
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
from records.definitions import CustomField
from records.values import CHOICE, DATE, STRING

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
TYPES = {"String", "Number", "Boolean", "Date", "Object", "Array", "GeoPoint", "File", "Bytes", "Polygon"}
# Columns of Parse's own classes that are not read as others are.
UNSHOWN = {
    "_User": {"password": {"type": "String"}, "emailVerified": {"type": "Boolean"}, "authData": {"type": "Object"}},
    "_Session": {"sessionToken": {"type": "String"}},
}
NOT_HERE = "Fields are added to Company, Contact, Deal and Activity, not to {}."
OPTIONS = ("choices", "label", "description", "hidden", "indexed")  # ours, beside required and defaultValue


def check_class_name(name: str) -> None:
    if not NAME.match(name):
        words = "classnames can only have alphanumeric characters and _, and must start with an alpha character"
        raise ParseError(INVALID_CLASS_NAME, f"Invalid classname: {name[:100]}, {words} ")


# --- as they are ------------------------------------------------------------------------------------------------------


def shown(parse_class: ParseClass) -> dict[str, dict]:
    columns = {name: column(field) for name, field in parse_class.fields.items()}
    return columns | UNSHOWN.get(parse_class.name, {})


def column(field: Field) -> dict[str, Any]:
    """A pointer to one of several classes has no ``targetClass``, as in the template's own schema."""
    found: dict[str, Any] = {"type": field.type}
    if len(field.targets) == 1:
        found["targetClass"] = field.targets[0]
    elif field.targets:
        found["targetClasses"] = list(field.targets)
    if field.required:
        found["required"] = True
    return found | (_options(field.definition) if field.definition else {})


def _options(definition: CustomField) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if definition.default is not None:
        is_date = definition.type == DATE
        found["defaultValue"] = {"__type": "Date", "iso": definition.default} if is_date else definition.default
    if definition.label != CustomField.label_of(definition.name):
        found["label"] = definition.label
    more = {name: getattr(definition, name) for name in OPTIONS if name != "label"}
    return found | {name: value for name, value in more.items() if value}


# --- as they are wanted -----------------------------------------------------------------------------------------------


def names_all(parse_class: ParseClass, fields: Any) -> bool:
    """Whether a class is described that is this one: with what the server keeps, and its own columns as they are.

    So are classes printed; who makes a new one does not name objectId.
    """
    if not isinstance(fields, dict) or "objectId" not in fields:
        return False
    held = {name: column(one) for name, one in parse_class.own.items()} | UNSHOWN.get(parse_class.name, {})
    return all(_is_as_it_is(held[name], one) for name, one in fields.items() if name in held)


def change(parse_class: ParseClass, fields: dict[str, Any]) -> None:
    """Adds, changes and deletes, all of it or nothing: within a transaction. Raises ParseError."""
    for name, wanted in fields.items():
        _change(parse_class, name, wanted)


def _change(parse_class: ParseClass, name: str, wanted: Any) -> None:
    if not isinstance(wanted, dict):
        raise ParseError(INVALID_JSON, "invalid JSON")
    held = shown(parse_class).get(name)
    field = parse_class.fields.get(name)
    if wanted.get("__op") == "Delete":
        _delete(parse_class, name, field)
    elif held is None:
        _add(parse_class, name, wanted)
    elif not _is_as_it_is(held, wanted):
        raise ParseError(CLASS_NOT_EMPTY, f"Field {name} exists, cannot update.")
    elif field is not None and field.definition:
        _save(field.definition, wanted)
    elif parse_class.is_record and "required" in wanted and bool(wanted["required"]) != bool(held.get("required")):
        raise ParseError(FORBIDDEN, f"Whether {name} is required is Parsley's own to say: leave required as it is.")


def _is_as_it_is(held: dict, wanted: Any) -> bool:
    return isinstance(wanted, dict) and all(wanted.get(name) == held.get(name) for name in ("type", "targetClass"))


def _delete(parse_class: ParseClass, name: str, field: Field | None) -> None:
    if field is None:
        raise ParseError(CLASS_NOT_EMPTY, f"Field {name[:100]} does not exist, cannot delete.")
    if field.definition is None:
        raise ParseError(INVALID_SCHEMA_OPERATION, f"field {name} cannot be changed")
    try:
        field.definition.delete()
    except ValidationError as error:
        words = f"field {name} cannot be deleted: {' '.join(error.messages)}"
        raise ParseError(INVALID_SCHEMA_OPERATION, words) from error


def _add(parse_class: ParseClass, name: str, wanted: dict) -> None:
    if not NAME.match(name) or name == "length":
        raise ParseError(INVALID_KEY_NAME, f"invalid field name: {name[:100]}")
    kind, target = _type(wanted)
    if not parse_class.is_record:
        raise ParseError(FORBIDDEN, NOT_HERE.format(parse_class.name))
    _save(adding.definition(parse_class, name, kind, target), wanted)


def _type(wanted: dict) -> tuple[str, str]:
    kind = wanted.get("type")
    if not isinstance(kind, str):
        raise ParseError(INVALID_JSON, "invalid JSON")
    if kind not in ("Pointer", "Relation"):
        if kind not in TYPES:
            raise ParseError(INCORRECT_TYPE, f"invalid field type: {kind[:100]}")
        return kind, ""
    target = wanted.get("targetClass")
    if not target:
        raise ParseError(MISSING_ID, f"type {kind} needs a class name")
    if not isinstance(target, str):
        raise ParseError(INVALID_JSON, "invalid JSON")
    if not target.startswith("_"):
        check_class_name(target)
    return kind, target


def _save(definition: CustomField, wanted: dict) -> None:
    """Sets what is named; what is not stays as it is."""
    if "required" in wanted:
        definition.required = bool(wanted["required"])
    if "choices" in wanted and definition.type in (STRING, CHOICE):
        definition.type = CHOICE if wanted["choices"] else STRING
    for name in OPTIONS:
        if name in wanted:
            setattr(definition, name, _option(name, wanted[name]))
    if "defaultValue" in wanted:
        definition.default = _default(definition, wanted["defaultValue"])
    adding.save(definition)


def _option(name: str, value: Any) -> Any:
    if name in ("hidden", "indexed"):
        return bool(value)
    if name == "choices":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ParseError(INVALID_JSON, "choices must be a list of texts")
        return value
    if not isinstance(value, str):
        raise ParseError(INVALID_JSON, f"{name} must be text")
    return value


def _default(definition: CustomField, value: Any) -> Any:
    """Raises 111 in Parse's words."""
    if value is None:
        return None
    expected = STRING if definition.type == CHOICE else definition.type
    got = type_of(value)
    if got.partition("<")[0] != expected:
        where = f"{adding.TARGETED[definition.model]}.{definition.name}"
        words = f"schema mismatch for {where} default value; expected {expected} but got {got}"
        raise ParseError(INCORRECT_TYPE, words)
    return value["iso"] if expected == DATE else value
