from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm

from accounts.models import User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "The username or the password is wrong.",
        "inactive": "The username or the password is wrong.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Username or e-mail address"


class SignUpForm(BaseUserCreationForm):
    """Username, e-mail address and password, twice."""

    class Meta:
        model = User
        fields = ["username", "email", "name"]
        widgets = {
            "username": forms.TextInput({"autocomplete": "username", "autofocus": True}),
            "email": forms.EmailInput({"autocomplete": "email"}),
            "name": forms.TextInput({"autocomplete": "name"}),
        }


class ProfileForm(forms.ModelForm):
    time_zone = forms.ChoiceField(required=False)

    class Meta:
        model = User
        fields = ["name", "email", "time_zone", "density"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["time_zone"].choices = [("", "As the server"), *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]
