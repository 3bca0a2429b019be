from django import forms

from crm.models import Company, Contact
from records.forms import RecordForm, RecordPicker


class CompanyForm(RecordForm):
    class Meta:
        model = Company
        fields = ["name", "website", "industry", "address", "notes"]
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "website": forms.TextInput({"inputmode": "url", "placeholder": "https://"}),
            "address": forms.Textarea({"rows": 2}),
            "notes": forms.Textarea({"rows": 5}),
        }


class ContactForm(RecordForm):
    email = forms.EmailField(label="E-mail", required=False, max_length=254, empty_value=None)
    company = RecordPicker(Company, required=False, help_text="Start typing a name.")

    class Meta:
        model = Contact
        fields = ["name", "email", "phone", "company", "notes"]
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "phone": forms.TextInput({"type": "tel"}),
            "notes": forms.Textarea({"rows": 5}),
        }
