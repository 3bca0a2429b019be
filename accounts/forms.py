from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The username or the password is wrong."),
        "inactive": _("The username or the password is wrong."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username or e-mail address")


class FreeNames:
    """Says at its field that a username or an address is taken: the database's rule knows only the whole form."""

    def clean_username(self) -> str:
        return self._free("username", _("This username is taken."))

    def clean_email(self) -> str:
        return self._free("email", _("This e-mail address is taken."))

    def _free(self: Any, name: str, refusal: Any) -> str:
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


def zones() -> list[tuple[str, Any]]:
    names = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("", _("As the server")), *((name, name) for name in names)]


class PreferencesForm(forms.ModelForm):
    """How the pages look and behave for one person."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=zones)

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme", "density", "single_keys"]
        widgets: dict[str, Any] = {"theme": forms.RadioSelect, "density": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser")), *settings.LANGUAGES]  # type: ignore[attr-defined]

    def only(self, names: set[str]) -> "PreferencesForm":
        """Asks for these alone; the others stay as they are."""
        for name in set(self.fields) - names:
            del self.fields[name]
        return self


class ProfileForm(FreeNames, PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["name", "email", *PreferencesForm.Meta.fields]
        widgets = {
            **PreferencesForm.Meta.widgets,
            "name": forms.TextInput({"autocomplete": "name"}),
            "email": forms.EmailInput({"autocomplete": "email"}),
        }

    @property
    def parts(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings, as the page shows them."""
        return [
            (_("You"), [self["name"], self["email"]]),
            (_("Language and time"), [self["language"], self["time_zone"]]),
            (_("Looks"), [self["theme"], self["density"]]),
            (_("Keyboard"), [self["single_keys"]]),
        ]
