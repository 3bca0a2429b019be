"""Values on the wire and in our columns, both ways. Dates have milliseconds and a Z."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType

from parse.classes import CLASSES, NAMES, Field
from parse.errors import INCORRECT_TYPE, ParseError
from parse.signatures import signed

MILLISECOND = 1000  # microseconds
FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)  # years that every time zone can show
CENT = Decimal("0.0001")  # what Deal.amount keeps; a JSON number is a binary fraction
LARGEST = Decimal(10) ** 16
ID_LENGTH = 10
MADE_WITH = {"masterkey": {"action": "login", "authProvider": "masterkey"}, "create": {"action": "create"}}


class BadValue(ValueError):
    """The words say what was wrong; whoever reads them adds where."""


# --- to the wire ------------------------------------------------------------------------------------------------------


def iso(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def pointer(name: str, key: str) -> dict:
    return {"__type": "Pointer", "className": name, "objectId": key}


def number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _date(moment: datetime) -> dict:
    return {"__type": "Date", "iso": iso(moment)}


def _pointer_to(name: str) -> Callable[[str], dict]:
    return lambda key: {"__type": "Pointer", "className": name, "objectId": key}


def _related(text: str) -> dict:
    """``<content type>:<id>``, as reading selects it."""
    kind, _, key = text.partition(":")
    return pointer(NAMES[ContentType.objects.get_for_id(int(kind)).model], key)


def encoder(field: Field) -> Callable[[Any], Any] | None:
    """What turns the column of ``field`` into JSON; None where it is JSON already."""
    if field.type == "Date":
        return iso if field.is_plain else _date
    if field.type == "Pointer":
        return _pointer_to(field.targets[0]) if field.column else _related
    if field.name == "createdWith":
        return lambda made: MADE_WITH.get(made) or {"action": made, "authProvider": "password"}
    if field.type == "File":
        return lambda kept: {"__type": "File", "name": kept["name"], "url": signed(kept["url"], kept["name"])}
    return {"Number": number}.get(field.type)


# --- from the wire ----------------------------------------------------------------------------------------------------


def moment_from(value: Any) -> datetime:
    """An instant, to the millisecond, from ``{"__type": "Date", "iso": …}`` or bare ISO text. Raises BadValue."""
    text = value.get("iso") if isinstance(value, dict) and value.get("__type") == "Date" else value
    if not isinstance(text, str) or len(text) > 40:
        raise BadValue("write a Date")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadValue(f"{text[:40]} is not an ISO 8601 date") from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else _in_utc(moment)
    if not FIRST <= moment < LAST:
        raise BadValue("write a year from 2 to 9998")
    return moment.replace(microsecond=moment.microsecond // MILLISECOND * MILLISECOND)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BadValue("write a year from 2 to 9998") from error


def decimal_from(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadValue("write a number")
    if abs(value) >= LARGEST:
        raise BadValue("the number is too large")
    return Decimal(repr(value)).quantize(CENT, ROUND_HALF_EVEN)


def pointed_to(value: Any) -> tuple[str, str]:
    """Class and id. An object that was included is taken for the pointer it stands in for. Raises BadValue."""
    if isinstance(value, dict) and value.get("__type") in ("Pointer", "Object"):
        name, key = value.get("className"), value.get("objectId")
        if isinstance(name, str) and isinstance(key, str) and key:
            return name, key
    raise BadValue("write a Pointer with className and objectId")


def type_of(value: Any) -> str:
    """Parse's word for the type of a JSON value."""
    if isinstance(value, dict):
        kind = value.get("__type")
        if kind in ("Pointer", "Object"):
            return f"Pointer<{str(value.get('className'))[:60]}>"
        if kind == "Relation":
            return f"Relation<{str(value.get('className'))[:60]}>"
        return kind if isinstance(kind, str) and kind in TYPES else "Object"
    words = {str: "String", bool: "Boolean", int: "Number", float: "Number", list: "Array"}
    return words.get(type(value), "Object")


def relation_of(operation: dict) -> str:
    """The type that AddRelation and RemoveRelation imply."""
    objects = operation.get("objects")
    first = objects[0] if isinstance(objects, list) and objects else None
    return f"Relation<{str(first.get('className') if isinstance(first, dict) else first)[:60]}>"


TYPES = {"Date", "File", "GeoPoint", "Bytes", "Polygon", "Relation"}


def decode(name: str, field: Field, value: Any) -> Any:
    """``value`` as the column of ``field`` keeps it: str, Decimal, datetime, or (class, id) of a pointer.

    Raises 111 in Parse's words. Text is not looked at: the model knows its lengths.
    """
    if value is None:
        return None
    refuse_mismatch(name, field, value)
    if field.definition and field.type == "Number":
        return value
    try:
        return _decoded(field, value)
    except BadValue as error:
        raise ParseError(INCORRECT_TYPE, f"{name}.{field.name}: {error}.") from error


def refuse_mismatch(name: str, field: Field, value: Any) -> None:
    """What is not of the type of the field."""
    refuse_unreadable(value)
    if not _fits(field, value):
        words = f"expected {field.words} but got {type_of(value)}"
        raise ParseError(INCORRECT_TYPE, f"schema mismatch for {name}.{field.name}; {words}")


PARTS = {"Pointer": "className", "Object": "className", "Relation": "className", "File": "name", "Date": "iso",
         "GeoPoint": "latitude", "Bytes": "base64", "Polygon": "coordinates"}  # fmt: skip


def refuse_unreadable(value: Any) -> None:
    kind = value.get("__type") if isinstance(value, dict) else None
    if kind is not None and not (isinstance(kind, str) and value.get(PARTS.get(kind, ""))):
        raise ParseError(INCORRECT_TYPE, f"This is not a valid {str(kind)[:60]}")


def _fits(field: Field, value: Any) -> bool:
    kind = type_of(value)
    if field.type == "Pointer":
        return kind in {f"Pointer<{target}>" for target in field.targets}
    return kind == field.type


def _decoded(field: Field, value: Any) -> Any:
    if field.type == "Number":
        return decimal_from(value)
    if field.type == "Date":
        return moment_from(value)
    return pointed_to(value) if field.type == "Pointer" else value


def content_type_of(name: str) -> int:
    """The id of the content type behind the class, from Django's cache."""
    return ContentType.objects.get_for_model(CLASSES[name].model).pk
