from django import forms
from django.utils.translation import gettext_lazy as _

from crm.models import Company, Contact
from records.forms import RecordForm, RecordPicker


class CompanyForm(RecordForm):
    watched = ("name", "website")

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
    watched = ("name", "email")
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, empty_value=None)
    company = RecordPicker(Company, label=_("Company"), required=False, help_text=_("Start typing a name."))

    class Meta:
        model = Contact
        fields = ["name", "email", "phone", "company", "notes"]
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "phone": forms.TextInput({"type": "tel"}),
            "notes": forms.Textarea({"rows": 5}),
        }
