from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.core.exceptions import ValidationError

from accounts.models import User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "The username or the password is wrong.",
        "inactive": "The username or the password is wrong.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Username or e-mail address"


class FreeNames:
    """Says at its field that a username or an address is taken: the database's rule knows only the whole form."""

    def clean_username(self) -> str:
        return self._free("username", "This username is taken.")

    def clean_email(self) -> str:
        return self._free("email", "This e-mail address is taken.")

    def _free(self: Any, name: str, refusal: str) -> str:
        value = self.cleaned_data[name]
        if value and User.objects.filter(**{f"{name}__iexact": value}).exclude(pk=self.instance.pk).exists():
            raise ValidationError(refusal, code="unique")
        return value


class SignUpForm(FreeNames, BaseUserCreationForm):
    """Username, e-mail address and password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True

    class Meta:
        model = User
        fields = ["username", "email", "name"]
        widgets = {
            "username": forms.TextInput({"autocomplete": "username", "autofocus": True}),
            "email": forms.EmailInput({"autocomplete": "email"}),
            "name": forms.TextInput({"autocomplete": "name"}),
        }


class ProfileForm(FreeNames, forms.ModelForm):
    time_zone = forms.ChoiceField(required=False)

    class Meta:
        model = User
        fields = ["name", "email", "time_zone", "density"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["time_zone"].choices = [("", "As the server"), *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]
