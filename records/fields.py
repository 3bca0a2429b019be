"""Which custom fields a class has, at this moment and in every process.

How to use it::

    from records.fields import field_of, fields_of, shown_fields

    for field in fields_of(Deal):     # living ones, in their order; hidden ones among them
        field.name, field.api_name    # leadSource on the Parse face, lead_source on pages and in the REST API
        field.label, field.type       # "Lead source", one of records.values.TYPES: String, Number, … Choice
        field.target, field.choices, field.required, field.default, field.description, field.hidden
        field.of(deal)                # the value, as Python works with it; None for none
        field.put(deal, field.stored(value))   # sets it (ValidationError if wrong); save ``custom`` along

``fields_of`` is cheap: the definitions are kept in memory, and read anew when they were changed. The database keeps a
number that goes up with each change of them (migration 0005); it is read along with the rights of whoever asks
(accounts/principals.py), so a change counts for all that is asked after it, in all processes. What nobody signed in for
(a command that runs for long, the master key) asks for the number itself: ``refresh()``. Do not keep what
``fields_of`` gave beyond the request; keep ``stamp()`` beside what you make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from accounts import principals
from records.definitions import CustomField

STAMP = "SELECT stamp FROM accounts_rightsstamp WHERE holder = %s"
Fields = tuple[CustomField, ...]


@dataclass(frozen=True)
class Held:
    """The definitions as they were at ``stamp``, by the name of the class."""

    stamp: int
    by_class: dict[str, Fields] = field(default_factory=dict)


_held: Held | None = None


def fields_of(model: Any) -> Fields:
    """Of a class of records, or of its name: deal. In their order, the hidden ones too; empty for other classes."""
    name = model if isinstance(model, str) else model._meta.model_name
    return _current().by_class.get(name, ())


def shown_fields(model: Any) -> Fields:
    """Those that pages and files show."""
    return tuple(one for one in fields_of(model) if not one.hidden)


def field_of(model: Any, name: str) -> CustomField | None:
    """By any of its names."""
    return next((one for one in fields_of(model) if name in (one.name, one.api_name, one.key)), None)


def stamp() -> int:
    """Another number after each change of any definition; 0 while there are none."""
    held = _current()
    return held.stamp if held.by_class else 0


def refresh() -> None:
    """Asks the database whether anything changed. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [principals.FIELDS])
        row = cursor.fetchone()
    principals.note_fields(row[0] if row else 0)


def _current() -> Held:
    global _held
    held = _held
    if held is None or held.stamp != principals.seen_of_fields():
        held = _held = _read()
        principals.note_fields(held.stamp)
    return held


def _read() -> Held:
    """The number first: what changes in between is read twice, and not missed."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [principals.FIELDS])
        row = cursor.fetchone()
    found: dict[str, list[CustomField]] = {}
    for one in CustomField.objects.living().order_by("order", "created_at", "key"):
        found.setdefault(one.model, []).append(one)
    return Held(row[0] if row else 0, {name: tuple(fields) for name, fields in found.items()})


# --- what records ask -------------------------------------------------------------------------------------------------


def defaults(model: Any) -> dict[str, Any]:
    """What a new record starts with."""
    return {one.key: one.default for one in fields_of(model) if one.default is not None}


def check(record: Any) -> None:
    """The rules of all its fields, for ``full_clean``. Of an old record what was changed since it was read.

    Raises ValidationError by the API's names of the fields.
    """
    held = record.custom or {}
    before = None if record._state.adding else (record._custom_was or {})
    errors: dict[str, Any] = {}
    for one in fields_of(type(record)):
        kept = held.get(one.key)
        if before is not None and before.get(one.key) == kept:
            continue
        try:
            if kept is None and one.required:
                raise ValidationError(_("This field is required."), code="required")
            if one.stored(kept) != kept:
                raise ValidationError(_("This is not how the value is kept."), code="type")
        except ValidationError as error:
            errors[one.api_name] = error
    if errors:
        raise ValidationError(errors)
