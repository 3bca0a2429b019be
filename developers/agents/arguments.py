"""Looks at the arguments of a tool before anything is done. The REST API looks at ``fields`` and ``filters``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from developers.agents.caller import wrong
from developers.playground.calls import DEEPEST, is_too_deep
from records.pagination import PARAMETERS
from records.text import has_bad_text, printable

TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "Write text."),
    "boolean": (bool, "Write true or false."),
    "integer": (int, "Write a whole number."),
    "object": (dict, "Write an object: names and values."),
}
CUT = "… (cut: "
NO_FILTERS = {*PARAMETERS, "expand"}


def checked(schema: dict[str, Any], given: Any) -> dict[str, Any]:
    """Without those that are null, which says nothing. Raises Refusal, which names each that is wrong."""
    if not isinstance(given, dict):
        raise wrong([_error("arguments", "object", TYPES["object"][1])])
    if is_too_deep(given):
        raise wrong([_error("arguments", "invalid", f"They are nested more than {DEEPEST} levels deep.")])
    named = {name: value for name, value in given.items() if value is not None}
    errors = list(_errors(schema, named))
    if errors:
        raise wrong(errors)
    return named


def _errors(schema: dict[str, Any], given: dict[str, Any]) -> Iterator[dict[str, str]]:
    known = schema["properties"]
    for name in given:
        if name not in known:
            yield _error(printable(name) or "?", "unknown", f"There is no such argument. There are {', '.join(known)}.")
    for name in schema.get("required", []):
        if name not in given:
            yield _error(name, "required", "This argument is required.")
    for name, value in given.items():
        fault = _fault(known[name], value) if name in known else None
        if fault:
            yield _error(name, "invalid", fault)


def _fault(schema: dict[str, Any], value: Any) -> str | None:
    kind, words = TYPES[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return words
    if "enum" in schema and value not in schema["enum"]:
        return f"Choose from {', '.join(schema['enum'])}."
    if isinstance(value, str):
        return _fault_of_text(schema, value)
    if "maximum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
        return f"Write a whole number from {schema['minimum']} to {schema['maximum']}."
    return None


def _fault_of_text(schema: dict[str, Any], value: str) -> str | None:
    if has_bad_text(value):
        return "Text cannot hold NUL or half a surrogate pair."
    if len(value) > schema.get("maxLength", len(value)):
        return f"At most {schema['maxLength']} characters."
    if not value.strip() and schema.get("minLength"):
        return "This must not be empty."
    return None


def _error(field: str, code: str, detail: str) -> dict[str, str]:
    return {"field": field, "code": code, "detail": detail}


def as_parameters(filters: dict[str, Any]) -> list[tuple[str, str]]:
    """Of the query of a list. A list of values is written with commas. Raises Refusal."""
    found, errors = [], []
    for name, value in filters.items():
        if name in NO_FILTERS:
            errors.append(_error(name, "unknown", "There is no such filter."))
            continue
        texts = [_text(one) for one in (value if isinstance(value, list) else [value]) if one is not None]
        if any(text is None or has_bad_text(text) for text in texts) or has_bad_text(name):
            errors.append(_error(printable(name) or "?", "invalid", "Write text, a number, true or false, or a list."))
        elif texts:
            found.append((name, ",".join(text for text in texts if text is not None)))
    if errors:
        raise wrong(errors)
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else None


def refuse_cut(fields: dict[str, Any]) -> None:
    """A text that was cut for an agent must not take the place of the whole one."""
    words = "This text was cut when it was read: writing it back would lose its end."
    errors = [_error(printable(name) or "?", "cut", words) for name, value in fields.items() if _is_cut(value)]
    if errors:
        raise wrong(errors)


def _is_cut(value: Any) -> bool:
    if isinstance(value, (list, dict)):
        return any(_is_cut(one) for one in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and CUT in value[-60:]


def bounded(value: Any, longest: int) -> Any:
    """With long texts cut, each saying how long it is."""
    if isinstance(value, str) and len(value) > longest:
        return f"{value[:longest]}{CUT}{len(value)} characters in all)"
    if isinstance(value, list):
        return [bounded(one, longest) for one in value]
    if isinstance(value, dict):
        return {name: bounded(one, longest) for name, one in value.items()}
    return value
