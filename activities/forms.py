from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

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


def storable(due: datetime | None) -> datetime | None:
    """A moment that is of year 0 or 10000 in UTC can be stored, but no program can read the row back."""
    if due and not 1900 <= due.year <= 9000:
        raise ValidationError(_("Write a year between 1900 and 9000."), code="year")
    return due


class ActivityForm(RecordForm):
    type = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS.items(), initial="call", widget=forms.RadioSelect
    )
    related_to = AboutPicker(
        label=gettext_lazy("About"),
        required=False,
        help_text=gettext_lazy("A contact, a deal or a company, by its name."),
    )
    due_date = forms.DateTimeField(
        label=gettext_lazy("Due"),
        required=False,
        widget=MomentInput,
        help_text=gettext_lazy("A due date makes it a task."),
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
        self.fields["subject"].widget.attrs["placeholder"] = _("What was it about?")

    def clean_due_date(self) -> datetime | None:
        return storable(self.cleaned_data["due_date"])

    def _post_clean(self) -> None:
        """Before the model's own rules are run: they look at where the pointer points."""
        if "related_to" in self.cleaned_data:
            self.instance.related_to = self.cleaned_data["related_to"]
        super()._post_clean()

    def save(self, commit: bool = True) -> Record:
        if "related_to" in self.changed_data:
            self.changed_data.extend(["related_type", "related_id"])
        return super().save(commit)


class DueDateForm(forms.Form):
    """A moment, or a day by name, at the time of day that ``due`` has."""

    DAYS = {"tomorrow": gettext_lazy("Tomorrow"), "next-week": gettext_lazy("Next week")}

    due_date = forms.DateTimeField(
        label=gettext_lazy("Due"), widget=MomentInput, error_messages={"required": gettext_lazy("Say when it is due.")}
    )
    day = forms.ChoiceField(choices=[("", ""), *DAYS.items()], required=False)

    def __init__(self, data: Any = None, *, due: datetime | None) -> None:
        super().__init__(data, initial={"due_date": due}, auto_id="due_%s")
        self.due = due
        self.fields["due_date"].required = not (data and data.get("day"))  # the buttons of the days need no moment

    def clean_due_date(self) -> datetime | None:
        return storable(self.cleaned_data["due_date"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("day"):
            cleaned["due_date"] = self._at_the_same_time(cleaned["day"])
        return cleaned

    def _at_the_same_time(self, name: str) -> datetime:
        """At nine, where it had no time."""
        today = timezone.localdate()
        named: date = today + timedelta(days=1 if name == "tomorrow" else 7 - today.weekday())
        at = timezone.localtime(self.due) if self.due else datetime(2000, 1, 1, 9)
        return timezone.make_aware(datetime.combine(named, at.time().replace(tzinfo=None)))

    def when(self) -> str:
        return formats.date_format(
            timezone.localtime(self.cleaned_data["due_date"]), pgettext("date format", "j M, H:i")
        )
