"""The facts at the side of a record's page: a field of its form each, shown, and changed in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from records.forms import RecordPicker

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
    def of(cls, record: Any, name: str, pages: type[RecordPages]) -> Fact:
        """``record`` as its page fetched it: with what it points to as far as the reader may see that."""
        field = pages.form_class.base_fields[name]
        label = str(field.label or name.replace("_", " ").capitalize())
        value, hidden = _value(record, name, field, pages)
        return cls(record, name, label, _kind(name, field), value, hidden)

    @classmethod
    def all_of(cls, record: Any, pages: type[RecordPages]) -> list[Fact]:
        return [cls.of(record, name, pages) for name in pages.facts]

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
