"""What the administration calls the fields and classes that say nothing of themselves, in the reader's language.

Only people read these names: no migration knows them.
"""

from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

OURS = ("accounts", "records", "live", "activities", "crm", "pipeline", "desk")
APPS: dict[str, Any] = {
    "accounts": _("People and access"),
    "activities": _("Activities"),
    "crm": _("Contacts and companies"),
    "pipeline": _("Pipeline"),
}
FIELDS: dict[str, Any] = {
    "actor": _("actor"),
    "after": _("after"),
    "at": _("at"),
    "before": _("before"),
    "change_set": _("change set"),
    "confirmed_email": _("confirmed e-mail address"),
    "created_at": _("created at"),
    "created_by": _("created by"),
    "created_with": _("created with"),
    "custom": _("custom fields"),
    "expires_at": _("expires at"),
    "face": _("face"),
    "group": _("role"),
    "id": _("ID"),
    "key": _("key"),
    "last_address": _("last address"),
    "last_used_at": _("last used at"),
    "model": _("class"),
    "op": _("operation"),
    "permission": _("permission"),
    "readers": _("readers"),
    "record": _("record"),
    "team": _("team"),
    "updated_at": _("updated at"),
    "user": _("user"),
    "writers": _("writers"),
}


def name_all() -> None:
    """Once every class is there."""
    for label, name in APPS.items():
        apps.get_app_config(label).verbose_name = name
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            _name(model)


def _name(model: type[Model]) -> None:
    for field in model._meta.local_fields:
        if isinstance(field, Field) and field._verbose_name is None and field.name in FIELDS:  # type: ignore[attr-defined]
            field.verbose_name = FIELDS[field.name]
    kind = model.__name__
    if kind.endswith("UserGrant"):
        model._meta.verbose_name, model._meta.verbose_name_plural = _("grant to a person"), _("grants to people")
    elif kind.endswith("RoleGrant"):
        model._meta.verbose_name, model._meta.verbose_name_plural = _("grant to a role"), _("grants to roles")
    elif kind == "Membership":
        model._meta.verbose_name, model._meta.verbose_name_plural = _("member"), _("members")
