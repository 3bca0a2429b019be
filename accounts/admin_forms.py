"""Forms of the administration about people and roles."""

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import ProfileForm, SignUpForm
from accounts.models import EVERYONE, Role, User


class PersonForm(UserChangeForm, ProfileForm):
    class Meta:
        model = User
        fields = "__all__"


class PersonCreationForm(SignUpForm):
    """As people sign up themselves: username, e-mail address, password twice."""


class PasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        user.end_sessions()  # also where the password was taken away instead of changed
        return user


class RoleForm(forms.ModelForm):
    class Meta:
        model = Role
        fields = ["name", "permissions"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if self.instance.name == EVERYONE and name != EVERYONE:
            raise ValidationError(
                _("%(everyone)s keeps its name: grants to all who are signed in hang on it."),
                params={"everyone": EVERYONE},
            )
        return name
