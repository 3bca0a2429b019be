"""The classes as a file, in the form in which templates print them: written, and read again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from parse import permissions, schema_fields
from parse.classes import CLASSES, Field, ParseClass
from parse.errors import INVALID_CLASS_NAME, INVALID_JSON, ParseError

ORDER = ("Contact", "Company", "Deal", "Activity", "_User")
SYSTEM = ("objectId", "createdAt", "updatedAt")
PERSON = {"username": True, "email": True, "password": True}  # as the templates say of their sign-up


def exported() -> dict[str, Any]:
    """``{"classes": [{"className", "fields": {name: {"type", "targetClass"?, "required", …}}}]}``."""
    return {"classes": [{"className": name, "fields": _fields(CLASSES[name])} for name in ORDER]}


def _fields(parse_class: ParseClass) -> dict[str, dict]:
    columns = {one.name: _column(one) for one in (*parse_class.columns, *parse_class.added) if one.type != "File"}
    if parse_class.name == "_User":
        columns = {name: {"type": "String", "required": required} for name, required in PERSON.items()}
    first, *last = ({name: {"type": one.type, "required": False}} for name, one in _system(parse_class))
    return {**first, **columns, **last[0], **last[1]}


def _system(parse_class: ParseClass) -> list[tuple[str, Field]]:
    return [(name, parse_class.own[name]) for name in SYSTEM]


def _column(field: Field) -> dict[str, Any]:
    """A pointer to one of several classes names none."""
    found = schema_fields.column(field)
    found.pop("targetClasses", None)
    required = found.pop("required", False)
    head: dict[str, Any] = {name: found.pop(name) for name in ["type", "targetClass"] if name in found}
    return {**head, "required": required, **found}


def take(given: Any, *, exact: bool = False) -> list[str]:
    """What was changed, a line each. Within a transaction. ``exact``: deletes the fields that are not named.

    Raises ParseError or ValidationError.
    """
    before = exported()
    for one in _classes(given):
        name, wanted = one["className"], one.get("fields") or {}
        if name not in CLASSES:
            words = f"There is no class {str(name)[:100]}: the classes are {', '.join(ORDER)}."
            raise ParseError(INVALID_CLASS_NAME, words)
        if not isinstance(wanted, dict):
            raise ParseError(INVALID_JSON, f"fields of {name} must be an object.")
        schema_fields.change(CLASSES[name], wanted)
        if exact:
            _drop_others(CLASSES[name], wanted)
        if one.get("classLevelPermissions"):
            permissions.replace(CLASSES[name], one["classLevelPermissions"])
    return _changes(before, exported())


def _classes(given: Any) -> list[dict]:
    found = given.get("classes", [given]) if isinstance(given, dict) else given
    if not isinstance(found, list) or not all(isinstance(one, dict) and "className" in one for one in found):
        raise ParseError(INVALID_JSON, 'Write {"classes": [{"className": …, "fields": {…}}, …]}.')
    return found


def _drop_others(parse_class: ParseClass, wanted: dict) -> None:
    for field in parse_class.added:
        if field.name not in wanted and field.definition:
            try:
                field.definition.delete()
            except ValidationError as error:
                raise ValidationError([f"{parse_class.name}.{field.name}:", *error.messages]) from error


def _changes(before: dict, after: dict) -> list[str]:
    found = []
    for old, new in zip(before["classes"], after["classes"], strict=True):
        names = list(dict.fromkeys([*old["fields"], *new["fields"]]))
        for name in names:
            was, is_now = old["fields"].get(name), new["fields"].get(name)
            if was != is_now:
                verb = "added" if was is None else "deleted" if is_now is None else "changed"
                found.append(f"{new['className']}.{name} {verb}")
    return found
