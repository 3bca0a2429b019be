from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from crm.models import Company, Contact
from pipeline.models import Deal, Stage
from records.forms import RecordForm, RecordPicker


class DealForm(RecordForm):
    stage = forms.ModelChoiceField(Stage.objects.all(), empty_label=None, initial="lead")
    company = RecordPicker(Company, required=False, help_text="Start typing a name.")
    contact = RecordPicker(Contact, required=False, help_text="Start typing a name.")
    assigned_to = forms.ModelChoiceField(User.objects.directory(), required=False, empty_label="Nobody")
    expected_close_date = forms.DateField(
        label="Expected close", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = Deal
        fields = ["title", "amount", "stage", "company", "contact", "expected_close_date", "assigned_to", "notes"]
        widgets = {
            "title": forms.TextInput({"autocomplete": "off"}),
            "amount": forms.TextInput({"inputmode": "decimal"}),
            "notes": forms.Textarea({"rows": 5}),
        }


class StageForm(forms.Form):
    """Where to move a deal. ``was``: the stage it had on the screen it was moved on, if that screen can be stale."""

    stage = forms.CharField(max_length=50)
    was = forms.CharField(max_length=50, required=False)

    def clean_stage(self) -> str:
        slug = self.cleaned_data["stage"]
        stages = {stage.pk: stage for stage in Stage.objects.all()}
        if slug not in stages:
            names = ", ".join(str(stage) for stage in stages.values())
            raise ValidationError(f"There is no such stage. The stages are {names}.")
        return slug
