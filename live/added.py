"""Custom fields in the log: they share a column, and are told and taken back one by one all the same.

The log knows them by their keys, so what happened is told under the names that they have now. Of a field that was
deleted or hidden nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from live.naming import Names, Pointer
from records import values
from records.fields import fields_of
from records.kept import KEY
from records.templatetags.records import moment
from records.values import DATE, POINTER

Custom = dict[str, Any] | None


def changed_keys(old: Custom, new: Custom) -> list[str]:
    before, after = old or {}, new or {}
    return [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]


def told(model: Any, old: Custom, new: Custom, names: Names) -> Iterator[tuple]:
    """Name, label, both values in words and as they are kept, of each that changed."""
    known = {field.key: field for field in fields_of(model)}
    for key in changed_keys(old, new):
        both = (old or {}).get(key), (new or {}).get(key)
        field = known.get(key)
        if field is not None and not field.hidden:
            yield field.api_name, field.label, *(_words(field, kept, names) for kept in both), *both
        elif not KEY.match(key):  # what Parsley keeps there itself
            yield f"custom.{key}", key, *("" if kept is None else str(kept) for kept in both), *both


def _words(field: Any, kept: Any, names: Names) -> str:
    if kept is None:
        return ""
    if field.type == POINTER:
        return names.of(field.target_model, kept)
    if field.type == DATE:
        at = values.python(DATE, kept)
        return moment(at) if at else ""
    return values.in_words(field.type, kept)


def pointers(model: Any, old: Custom, new: Custom) -> Iterator[Pointer]:
    """What the words will name."""
    changed = set(changed_keys(old, new))
    for field in fields_of(model):
        if field.type == POINTER and field.key in changed:
            yield from ((field.target_model, row[field.key]) for row in (old or {}, new or {}) if row.get(field.key))


def is_as_left(held: Custom, old: Custom, new: Custom) -> bool:
    """Whether nobody wrote since what a change wrote: other fields may have become others."""
    return all((held or {}).get(key) == (new or {}).get(key) for key in changed_keys(old, new))


def put_back(held: Custom, old: Custom, new: Custom) -> dict[str, Any]:
    """``held`` with what a change wrote as it was before."""
    changed = changed_keys(old, new)
    kept = {key: value for key, value in (held or {}).items() if key not in changed}
    return {**kept, **{key: value for key, value in (old or {}).items() if key in changed}}
