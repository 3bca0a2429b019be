"""How fields are added to a class: by a client's first write, as addField of the class says, and through /schemas."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from parse.callers import Caller
from parse.classes import NAMES, Field, ParseClass
from parse.codec import refuse_unreadable, type_of
from parse.errors import (
    FORBIDDEN,
    INCORRECT_TYPE,
    INVALID_KEY_NAME,
    INVALID_SCHEMA_OPERATION,
    MISSING_ID,
    ParseError,
    denied,
)
from records import fields
from records.definitions import NAME, CustomField

TARGETS = {wire: model for model, wire in NAMES.items()}
TARGETED = NAMES
KINDS = {"String", "Number", "Boolean", "Date", "Array", "Object", "Pointer"}
OPERATED = {"Increment": "Number", "Add": "Array", "AddUnique": "Array", "Remove": "Array"}


def by_write(caller: Caller, parse_class: ParseClass, name: str, value: Any) -> Field | None:
    """The field that there is now; None where the value asks for none: nothing, or the removal of nothing.

    Raises 105, 111 or 119. As in Parse the field stays, whatever becomes of the row.
    """
    operation = value.get("__op") if isinstance(value, dict) else None
    if operation == "Delete":
        return None
    if not may_add(caller, parse_class):
        if caller.is_master and not NAME.match(name):
            raise ParseError(INVALID_KEY_NAME, f"Invalid field name: {name[:100]}.")
        raise denied(f"addField ({name[:100]})", parse_class.name)
    if not NAME.match(name):
        raise ParseError(INVALID_KEY_NAME, f"Invalid field name: {name[:100]}.")
    if value is None:
        return None
    refuse_unreadable(value)
    kind = OPERATED.get(str(operation)) or type_of(value)
    kind, _, target = kind.removesuffix(">").partition("<")
    caller.prove_now()
    made = definition(parse_class, name, kind, target)
    made.created_by = caller.user if isinstance(caller.user, User) else None
    save(made)
    return parse_class.fields.get(name)


def may_add(caller: Caller, parse_class: ParseClass) -> bool:
    if not parse_class.is_record:
        return False
    return caller.is_master or caller.rights.may(permission(parse_class))


def permission(parse_class: ParseClass) -> str:
    return f"records.add_field_{parse_class.model._meta.model_name}"


def definition(parse_class: ParseClass, name: str, kind: str, target: str = "") -> CustomField:
    if kind not in KINDS:
        words = f"Fields of type {kind[:40]} are not added: the types are {', '.join(sorted(KINDS))}."
        raise ParseError(FORBIDDEN, words)
    if kind == "Pointer" and TARGETS.get(target) not in CustomField.TARGETS:
        words = f"{name[:100]} cannot point to {target[:60]}: there is no such class."
        raise ParseError(MISSING_ID if not target else INCORRECT_TYPE, words)
    model = str(parse_class.model._meta.model_name)
    return CustomField(model=model, name=name, type=kind, target=TARGETS[target] if kind == "Pointer" else "")


def save(made: CustomField) -> None:
    """Raises 105, 111 or 136. Two who add the same at once add it once."""
    check(made)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        fields.refresh()
        if fields.field_of(made.model, made.name) is None:
            raise


def check(made: CustomField) -> None:
    try:
        made.full_clean()
    except ValidationError as error:
        raise refusal(made.name, error) from error


def refusal(name: str, error: ValidationError) -> ParseError:
    said = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    words = " ".join(word for some in said.values() for word in some)
    if "default" in said:
        return ParseError(INCORRECT_TYPE, f"default value of {name[:100]}: {words}")
    if "name" in said and not NAME.match(name):
        return ParseError(INVALID_KEY_NAME, f"invalid field name: {name[:100]}")
    return ParseError(INVALID_SCHEMA_OPERATION, f"field {name[:100]} cannot be added or changed: {words}")
