"""Forms of the administration about records: pointers to what the user may see, and grants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import Permission
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.forms import RecordForm
from records.models import Record

MAY = {"view": "read it", "change": "read and change it", "overwrite": "change it without reading it"}


def targets_for(user: Any, model: type[Model]) -> Any:
    """What a pointer to ``model`` may be set to by ``user``; None where the access rule has no say."""
    if issubclass(model, Record):
        return model.objects.visible_to(user)
    return User.objects.directory() if issubclass(model, User) else None


class Pointer(forms.ModelChoiceField):
    """One of what the user may see. What it points to already may stay, without its name where that is hidden."""

    default_error_messages = {"invalid_choice": _("There is no such row, or you may not see it.")}
    kept: Any = None

    def keep(self, pk: Any) -> None:
        if pk and not self.queryset.filter(pk=pk).exists():  # type: ignore[union-attr]
            self.kept = pk
            rows = getattr(self.queryset.model, "unrestricted", None) or self.queryset.model.objects  # type: ignore[union-attr]
            self.queryset = self.queryset | rows.filter(pk=pk)

    def label_from_instance(self, obj: Any) -> str:
        if obj.pk != self.kept:
            return str(obj)
        return f"{obj} (not active)" if isinstance(obj, User) else hidden(obj.pk)


def hidden(pk: str) -> str:
    """A bare pointer to a row that the reader may not see."""
    return f"(hidden) {pk}"


class RecordAdminForm(RecordForm):
    """Whoever is late is refused as a whole. ``viewer`` is set by RecordAdmin for each request."""

    viewer: Any = None
    merges = False
    creator = Pointer(User.objects.all(), label=_("Created by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=self.viewer, **kwargs)
        for name in {"version", "creator"} - set(self._meta.fields or ()):
            del self.fields[name]
        if "creator" in self.fields:
            self._offer_creators()
        for name, field in self.fields.items():
            if isinstance(field, Pointer):
                field.keep(self.instance.created_by_id if name == "creator" else getattr(self.instance, f"{name}_id"))

    def _offer_creators(self) -> None:
        field = self.fields["creator"]
        self.initial["creator"] = self.instance.created_by_id
        field.queryset = User.objects.directory()  # type: ignore[attr-defined]
        field.widget = AutocompleteSelect(self._meta.model._meta.get_field("created_by"), site)
        field.widget.choices = field.choices  # type: ignore[attr-defined]
        field.help_text = _("Yourself where empty. Of a saved record: access stays with the grants below.")

    def _describe(self) -> None:
        """The administration has its own widgets."""

    def save(self, commit: bool = True) -> Record:
        """RecordAdmin.save_model saves."""
        return forms.ModelForm.save(self, commit)


class GrantForm(forms.ModelForm):
    """One grant on one record: to read it, or to read and change it."""

    class Meta:
        error_messages = {NON_FIELD_ERRORS: {"unique_together": _("This grant is there already.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.fields.get("user"), Pointer):
            self.fields["user"].keep(self.instance.user_id)  # type: ignore[attr-defined]


class GrantPermission(forms.ModelChoiceField):
    """``view_…``, ``change_…`` and ``overwrite_…`` of one class in words."""

    def label_from_instance(self, obj: Permission) -> str:
        return MAY[obj.codename.split("_")[0]]
