"""Custom fields in forms: an input for each type, and what was typed as it is kept."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.models import User
from records.definitions import CustomField
from records.fields import field_of, shown_fields
from records.values import ARRAY, BOOLEAN, CHOICE, DATE, NUMBER, OBJECT, POINTER

LONG = 100  # characters: from there on a text has several lines


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker, which wants ISO 8601 to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """To the minute; the seconds that a program wrote stay until another minute is chosen."""

    widget = MomentInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(initial, datetime):
            return str(data or "")[:16] != f"{localtime(initial):%Y-%m-%dT%H:%M}"
        return super().has_changed(initial, data)


class LinesField(forms.CharField):
    """A list: one text a line; what is more than text, or looks like it, as JSON."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        is_plain = all(isinstance(one, str) and one.strip() == one and one and "\n" not in one for one in value)
        return "\n".join(value) if is_plain and not str(value[:1]).startswith("['[") else _json(value)

    def to_python(self, value: Any) -> Any:
        text = (value or "").strip() if not isinstance(value, list) else _json(value)
        if not text:
            return None
        if not text.startswith("["):
            return [line.strip() for line in text.splitlines() if line.strip()]
        return parsed(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or None) != self.to_python(data)
        except ValidationError:
            return True


class ObjectField(forms.CharField):
    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return _json(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        text = (value or "").strip() if not isinstance(value, dict) else _json(value)
        return parsed(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, dict) else None)


def parsed(text: str) -> Any:
    """Raises ValidationError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This is not JSON: check brackets, quotation marks and commas.")) from error


def input_of(field: CustomField, value: Any, *, is_new: bool) -> forms.Field:
    """``value``: what the record holds now. What is required of new records may stay empty in old ones."""
    common = {
        "label": field.label,
        "help_text": conditional_escape(field.description),  # templates take a help text for markup
        "required": field.required and (is_new or value is not None),
    }
    return {
        NUMBER: _number,
        BOOLEAN: _yes_or_no,
        DATE: lambda field, value, common: MomentField(**common),
        CHOICE: _choice,
        POINTER: _pointer,
        ARRAY: lambda field, value, common: LinesField(
            **_helped(common, lazy("One a line.")), widget=forms.Textarea({"rows": 3})
        ),
        OBJECT: lambda field, value, common: ObjectField(
            **_helped(common, lazy("As JSON.")), widget=forms.Textarea({"rows": 4})
        ),
    }.get(field.type, _text)(field, value, common)


def _helped(common: dict, words: Any) -> dict:
    return {**common, "help_text": common["help_text"] or words}


def _text(field: CustomField, value: Any, common: dict) -> forms.Field:
    is_long = isinstance(value, str) and (len(value) > LONG or "\n" in value)
    widget = forms.Textarea({"rows": 3}) if is_long else forms.TextInput()
    return forms.CharField(**common, empty_value=None, widget=widget, strip=not is_long)


def _number(field: CustomField, value: Any, common: dict) -> forms.Field:
    return forms.FloatField(**common, localize=True, widget=forms.TextInput({"inputmode": "decimal"}))


def _yes_or_no(field: CustomField, value: Any, common: dict) -> forms.Field:
    choices = [("", "–"), ("True", lazy("Yes")), ("False", lazy("No"))]
    return forms.TypedChoiceField(**common, choices=choices, coerce=lambda text: text == "True", empty_value=None)


def _choice(field: CustomField, value: Any, common: dict) -> forms.Field:
    """What it holds stays choosable, also where it is no choice any more: then whoever saves has to choose."""
    offered = [*field.choices, *([value] if value and value not in field.choices else [])]
    choices = [("", "–"), *((one, one) for one in offered)]
    return forms.TypedChoiceField(**common, choices=choices, empty_value=None)


def _pointer(field: CustomField, value: Any, common: dict) -> forms.Field:
    from records.forms import RecordPicker  # forms are made of these

    if field.target == "user":
        people = User.objects.directory() | User.objects.filter(pk=value)
        return forms.ModelChoiceField(people, **common, empty_label="–")
    picker = RecordPicker(field.target_model, **_helped(common, lazy("Start typing a name.")))
    picker.may_create = False  # type: ignore[misc]
    return picker


# --- what a form of a record does -------------------------------------------------------------------------------------


def add_inputs(form: Any, user: Any) -> None:
    """After the form's own, in their order. What it begins with is what the record holds, or starts with."""
    record = form.instance
    for field in shown_fields(type(record)):
        value = field.of(record)
        made = input_of(field, value, is_new=form.is_new)
        form.fields[field.api_name] = made
        form.initial.setdefault(field.api_name, value)
        if hasattr(made, "for_user"):
            model = field.target_model
            made.for_user(user, model.unrestricted.filter(pk=value).first() if value else None)


def names_of(form: Any) -> list[str]:
    return [field.api_name for field in shown_fields(type(form.instance)) if field.api_name in form.fields]


def take_values(form: Any) -> None:
    """Puts what was typed into the record; what cannot be kept is said of its input."""
    record = form.instance
    for name in names_of(form):
        field = field_of(type(record), name)
        if field is None or name not in form.cleaned_data or not _is_sent(form, name):
            continue
        try:
            field.put(record, field.stored(form.cleaned_data[name]))
        except ValidationError as error:
            form.add_error(name, error)


def _is_sent(form: Any, name: str) -> bool:
    """A new record takes what the form shows; an old one what was changed."""
    return form.is_new or name in form.changed_data
