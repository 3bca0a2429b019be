"""``__op`` on fields that were added: each becomes a function from the value that a row holds to the one it is to hold.

The row is locked meanwhile (Change.is_one_statement), so of two who add to a list at once neither is lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import orjson

from parse.classes import Field
from parse.codec import refuse_mismatch, relation_of
from parse.errors import FORBIDDEN, INVALID_JSON, ParseError, mismatch

Operate = Callable[[Any], Any]
RELATIONS = {"AddRelation", "RemoveRelation"}


def of(name: str, column: Field, value: dict, *, is_new: bool) -> Operate:
    """``name``: of the class. Raises 107, 111 or 119."""
    operation = value["__op"]
    if operation == "Delete":
        return lambda held: None
    if operation == "Increment":
        if column.type != "Number":
            raise mismatch(name, column.name, column.words, "Number")
        return incremented(value.get("amount"))
    if operation in LISTS:
        if column.type != "Array":
            raise mismatch(name, column.name, column.words, "Array")
        objects = value.get("objects")
        if not isinstance(objects, list):
            raise ParseError(INVALID_JSON, "objects to add must be an array")
        # Of a new row there is nothing to compare with: Parse takes what was sent as it is.
        return (lambda held: [] if operation == "Remove" else objects) if is_new else LISTS[operation](objects)
    if operation in RELATIONS:
        raise mismatch(name, column.name, column.words, relation_of(value))
    if operation == "Batch":
        words = orjson.dumps(value).decode()[:200]
        raise ParseError(FORBIDDEN, f"Postgres doesn't support update {words} yet")
    raise ParseError(INVALID_JSON, f"The {str(operation)[:100]} operation is not supported.")


def incremented(amount: Any) -> Operate:
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not math.isfinite(amount):
        raise ParseError(INVALID_JSON, "incrementing must provide a number")

    def operate(held: Any) -> Any:
        if isinstance(held, bool) or not isinstance(held, int | float | None):
            raise ParseError(INVALID_JSON, "what is incremented is not a number")
        return (held or 0) + amount

    return operate


def _adding(objects: list) -> Operate:
    return lambda held: [*(held or []), *objects]


def _adding_unique(objects: list) -> Operate:
    def operate(held: list | None) -> list:
        found = list(held or [])
        for one in objects:
            if not _is_among(one, found):
                found.append(one)
        return found

    return operate


def _removing(objects: list) -> Operate:
    return lambda held: [one for one in held or [] if not _is_among(one, objects)]


def _is_among(one: Any, others: list) -> bool:
    """Python takes 1 for True."""
    return any(one == other and isinstance(one, bool) == isinstance(other, bool) for other in others)


LISTS: dict[str, Callable[[list], Operate]] = {"Add": _adding, "AddUnique": _adding_unique, "Remove": _removing}


def within(name: str, column: Field, path: list[str], value: Any) -> Operate:
    """``meta.colour`` of an object: set, incremented or deleted in it; the rest of it stays."""
    if column.type != "Object":
        raise mismatch(name, column.name, column.words, "Object")
    if isinstance(value, dict) and "__op" in value:
        operation = value["__op"]
        if operation not in ("Delete", "Increment"):
            raise ParseError(INVALID_JSON, f"The {str(operation)[:100]} operation is not supported within an object.")
        change = incremented(value.get("amount")) if operation == "Increment" else lambda held: None
        return lambda held: _put(held, path, change)
    refuse_mismatch(name, column, {})
    return lambda held: _put(held, path, lambda inner: value)


def _put(held: Any, path: list[str], change: Operate) -> dict:
    found = dict(held) if isinstance(held, dict) else {}
    first, *rest = path
    if rest:
        found[first] = _put(found.get(first), rest, change)
        return found
    inner = found.get(first)
    value = change(inner)
    if value is None:
        found.pop(first, None)
    else:
        found[first] = value
    return found
