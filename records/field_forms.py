"""The form in which an administrator says what a field is: on the settings page and in Django's administration."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from records import values
from records.definitions import CustomField
from records.field_inputs import LinesField, input_of
from records.values import ARRAY, BOOLEAN, DATE, NUMBER, OBJECT

YES, NO = {"true", "yes", "1"}, {"false", "no", "0"}


def name_from(label: str) -> str:
    """``Lead source`` becomes ``leadSource``; empty where the label has no letters of A to Z."""
    plain = unicodedata.normalize("NFKD", label.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    if not words:
        return ""
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


class DefaultField(forms.CharField):
    """Text that is read by the type of the field: of a list one a line, of an object JSON."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return LinesField().prepare_value(value) if isinstance(value, list) else values.in_words(OBJECT, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "")


class CustomFieldForm(forms.ModelForm):
    choices = LinesField(
        label=lazy("Choices"), required=False, widget=forms.Textarea({"rows": 4}), help_text=lazy("One a line.")
    )
    default = DefaultField(
        label=lazy("Default"),
        required=False,
        widget=forms.Textarea({"rows": 1}),
        help_text=lazy("What a new record starts with. Write yes or no, a number, 2026-03-31T09:30Z, one a line."),
    )

    class Meta:
        model = CustomField
        fields = [
            "model",
            "label",
            "name",
            "type",
            "target",
            "choices",
            "required",
            "default",
            "description",
            "hidden",
            "indexed",
            "order",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        for name in {"name", "label"} & set(self.fields):
            self.fields[name].required = False
        if "model" in self.fields:
            self.fields["model"].disabled = not is_new
        if "order" in self.fields:
            self.fields["order"].required = False

    def clean_order(self) -> int:
        return self.cleaned_data.get("order") or 0

    def clean_choices(self) -> list[str]:
        return [str(one) for one in self.cleaned_data["choices"] or []]

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("name") and "name" not in self.errors:
            cleaned["name"] = name_from(cleaned.get("label") or "")  # what cannot be one the model says
        try:
            cleaned["default"] = self._default(cleaned)
        except ValidationError as error:
            self.add_error("default", error)
        return cleaned

    def _default(self, cleaned: dict) -> Any:
        """The text by the type; whether it fits is the model's to say."""
        text, kind = cleaned.get("default") or "", cleaned.get("type") or ""
        if not text.strip() or kind not in values.TYPES:
            return None
        if kind == BOOLEAN:
            return self._yes_or_no(text.strip().lower())
        if kind in (NUMBER, ARRAY, OBJECT):
            value = input_of(CustomField(type=kind, label=""), None, is_new=False).clean(text)
            return values.stored(kind, value)
        return values.stored(kind, text.strip()) if kind == DATE else text

    def _yes_or_no(self, text: str) -> bool:
        if text in YES | {_("yes")}:
            return True
        if text in NO | {_("no")}:
            return False
        raise ValidationError(_("Write yes or no."))
