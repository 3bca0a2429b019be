from datetime import datetime
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError

from activities.models import ABOUT, KINDS, Activity
from records.forms import RecordForm, RecordPicker
from records.models import Record


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker, which wants ISO 8601 to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class AboutPicker(RecordPicker):
    """A contact, deal or company; the classes are looked up late, as this package knows none of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def for_user(self, user: Any, kept: Record | None) -> None:
        self.models = tuple(_model(name) for name in ABOUT)
        super().for_user(user, kept)


def _model(name: str) -> type[Record]:
    """``deal`` to Deal."""
    return next(model for model in apps.get_models() if model._meta.model_name == name and issubclass(model, Record))


class ActivityForm(RecordForm):
    type = forms.ChoiceField(choices=KINDS.items(), initial="call", widget=forms.RadioSelect)
    related_to = AboutPicker(label="About", required=False, help_text="A contact, a deal or a company, by its name.")
    due_date = forms.DateTimeField(
        label="Due", required=False, widget=MomentInput, help_text="A due date makes it a task."
    )

    field_order = ["type", "subject", "description", "related_to", "due_date"]

    class Meta:
        model = Activity
        fields = ["type", "subject", "description", "due_date"]
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.instance.type
        if kind and kind not in KINDS:  # set by an integrator; it stays choosable
            self.fields["type"].choices = [*KINDS.items(), (kind, kind)]  # type: ignore[attr-defined]
        if not self.is_new:
            self.initial["related_to"] = self.instance.related_to
        self.fields["subject"].widget.attrs["placeholder"] = "What was it about?"

    def clean_due_date(self) -> datetime | None:
        """A moment that is of year 0 or 10000 in UTC can be stored, but no program can read the row back."""
        due = self.cleaned_data["due_date"]
        if due and not 1900 <= due.year <= 9000:
            raise ValidationError("Write a year between 1900 and 9000.", code="year")
        return due

    def _post_clean(self) -> None:
        """Before the model's own rules are run: they look at where the pointer points."""
        if "related_to" in self.cleaned_data:
            self.instance.related_to = self.cleaned_data["related_to"]
        super()._post_clean()

    def save(self, commit: bool = True) -> Record:
        if "related_to" in self.changed_data:
            self.changed_data.extend(["related_type", "related_id"])
        return super().save(commit)
