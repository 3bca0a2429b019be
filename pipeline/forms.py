from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.models import Company, Contact
from pipeline import amounts
from pipeline.models import Deal, LostReason, Stage
from records.forms import RecordForm, RecordPicker


class AmountField(forms.DecimalField):
    """Money as people write it: ``1200``, not ``1200.0000``; ``1.234,50`` in German. What is ambiguous is asked."""

    def prepare_value(self, value: Any) -> Any:
        return amounts.typed(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        if not isinstance(value, str):
            return super().to_python(value)
        text = value.strip(amounts.SIGNS)
        if amounts.is_ambiguous(text):
            raise ValidationError(amounts.TWO_WAYS, code="ambiguous", params=amounts.readings(text))
        return super().to_python(amounts.number_of(text) or text)


class StageSelect(forms.Select):
    """Says of each stage what kind it is, so that what belongs to a lost deal is shown of a lost one alone."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if stage := getattr(value, "instance", None):
            option["attrs"]["data-kind"] = stage.kind
        return option


class DealForm(RecordForm):
    amount = AmountField(
        label=_("Amount"),
        max_digits=20,
        decimal_places=4,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    stage = forms.ModelChoiceField(
        Stage.objects.all(), label=_("Stage"), empty_label=None, initial="lead", widget=StageSelect
    )
    lost_reason = forms.ModelChoiceField(
        LostReason.objects.all(),
        label=_("Reason, if lost"),
        required=False,
        empty_label=_("None"),
        error_messages={"invalid_choice": _("There is no such reason. Choose one of the list.")},
    )
    company = RecordPicker(Company, label=_("Company"), required=False, help_text=_("Start typing a name."))
    contact = RecordPicker(Contact, label=_("Contact"), required=False, help_text=_("Start typing a name."))
    assigned_to = forms.ModelChoiceField(
        User.objects.directory(), label=_("Assigned to"), required=False, empty_label=_("Nobody")
    )
    expected_close_date = forms.DateField(
        label=_("Expected close"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = Deal
        fields = [
            "title",
            "amount",
            "stage",
            "lost_reason",
            "company",
            "contact",
            "expected_close_date",
            "assigned_to",
            "notes",
        ]
        widgets = {
            "title": forms.TextInput({"autocomplete": "off"}),
            "notes": forms.Textarea({"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Somebody who left stays where they are until somebody else is chosen.
        either = Q(is_active=True) | Q(pk=self.instance.assigned_to_id)
        self.fields["assigned_to"].queryset = User.objects.filter(either).order_by("name", "username")  # type: ignore[attr-defined]
        offered = Q(active=True) | Q(pk=self.instance.lost_reason_id)
        if "lost_reason" in self.fields:
            self.fields["lost_reason"].queryset = LostReason.objects.filter(offered)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A reason that was chosen before the stage was changed once more is not seen any longer, and not meant."""
        cleaned = super().clean() or self.cleaned_data
        if (stage := cleaned.get("stage")) and stage.kind != Stage.Kind.LOST and "lost_reason" in cleaned:
            cleaned["lost_reason"] = None
        return cleaned

    def narrow_to(self, name: str) -> None:
        """The stage goes with the reason that it may want."""
        kept = self.fields["lost_reason"]
        super().narrow_to(name)
        if name == "stage":
            self.fields["lost_reason"] = kept

    def add_error(self, field: str | None, error: Any) -> None:
        """A rule about a field that a shorter form does not show is told on top of it."""
        if field is None and hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)


class ForecastForm(DealForm):
    """How much and when: what changes most, on the card itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in ("amount", "expected_close_date", "version")]:
            del self.fields[name]


class StageForm(forms.Form):
    """Where to move a deal. ``was``: the stage it had on the screen it was moved on, if that screen can be stale."""

    stage = forms.CharField(max_length=50)
    was = forms.CharField(max_length=50, required=False)
    lost_reason = forms.CharField(max_length=50, required=False)

    def clean_stage(self) -> str:
        slug = self.cleaned_data["stage"]
        stages = {stage.pk: stage for stage in Stage.objects.all()}
        if slug not in stages:
            names = ", ".join(str(stage) for stage in stages.values())
            raise ValidationError(
                gettext("There is no such stage. The stages are %(stages)s."), params={"stages": names}
            )
        return slug

    def clean_lost_reason(self) -> str:
        slug = self.cleaned_data["lost_reason"]
        reasons = {reason.pk: reason for reason in LostReason.objects.filter(active=True)} if slug else {}
        if slug and slug not in reasons:
            names = ", ".join(str(reason) for reason in reasons.values())
            raise ValidationError(
                gettext("There is no such reason. The reasons are %(reasons)s."), params={"reasons": names}
            )
        return slug
