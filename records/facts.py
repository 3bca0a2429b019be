"""The facts at the side of a record's page: a field of its form each, shown, and changed in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404

from records import values
from records.field_lists import visible_targets
from records.fields import field_of, shown_fields
from records.forms import RecordPicker
from records.values import DATE, POINTER

if TYPE_CHECKING:
    from records.pages import RecordPages

NAMED = {"website", "email", "phone"}


@dataclass
class Fact:
    """``kind`` decides how the value is written (templates/records/_value.html)."""

    record: Any
    name: str
    label: str
    kind: str
    value: Any
    is_hidden: bool = False
    """It points to something that the reader may not see."""

    @classmethod
    def of(cls, record: Any, name: str, pages: type[RecordPages], user: Any = None) -> Fact:
        """``record`` as its page fetched it: with what it points to as far as the reader may see that."""
        if name not in pages.form_class.base_fields:
            return cls.of_added(record, name, user)
        field = pages.form_class.base_fields[name]
        label = str(field.label or name.replace("_", " ").capitalize())
        value, hidden = _value(record, name, field, pages)
        return cls(record, name, label, _kind(name, field), value, hidden)

    @classmethod
    def of_added(cls, record: Any, name: str, user: Any) -> Fact:
        """A field that was added to the class. What it points to is shown as far as ``user`` sees it."""
        field = field_of(type(record), name)
        if field is None:
            raise Http404
        value = field.of(record)
        if field.type == POINTER and value:
            target = visible_targets(field, user).filter(pk=value).first()
            kind = "line" if field.target == "user" else "pointer"
            return cls(record, name, field.label, kind, target, target is None)
        kind = "moment" if field.type == DATE else "text"
        shown = value if field.type == DATE else values.in_words(field.type, value)
        return cls(record, name, field.label, kind, shown)

    @classmethod
    def all_of(cls, record: Any, pages: type[RecordPages], user: Any = None) -> list[Fact]:
        added = (field.api_name for field in shown_fields(type(record)))
        return [cls.of(record, name, pages, user) for name in (*pages.facts, *added)]

    @staticmethod
    def knows(name: str, pages: type[RecordPages]) -> bool:
        return name in pages.form_class.base_fields or any(
            field.api_name == name for field in shown_fields(pages.model)
        )

    @property
    def is_empty(self) -> bool:
        return self.value in (None, "") and not self.is_hidden and self.kind != "person"

    @property
    def has_link(self) -> bool:
        """Whether the value leads somewhere itself, so that a click on it must not edit."""
        return self.kind in ("website", "email", "phone", "pointer") and bool(self.value or self.is_hidden)


def _kind(name: str, field: forms.Field) -> str:
    if name in NAMED:
        return name
    if isinstance(field, RecordPicker):
        return "pointer"
    if isinstance(field, forms.ModelChoiceField):
        return "person" if name == "assigned_to" else "line"
    if isinstance(field, forms.DecimalField):
        return "money"
    if isinstance(field, forms.DateTimeField):
        return "moment"
    if isinstance(field, forms.DateField):
        return "day"
    return "text" if isinstance(field.widget, forms.Textarea) else "line"


def _value(record: Any, name: str, field: forms.Field, pages: type[RecordPages]) -> tuple[Any, bool]:
    if not isinstance(field, RecordPicker) or name in pages.opens:
        return getattr(record, name), False
    target = getattr(record, f"visible_{name}")
    return target, bool(target is None and getattr(record, f"{name}_id"))
