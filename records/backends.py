"""Object permissions from the one rule, so that DRF, templates and the admin agree by construction."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from records.models import Record

ACTIONS = {"view": "visible_to", "change": "editable_by", "delete": "deletable_by"}


class RecordBackend(BaseBackend):
    """Answers ``user.has_perm("pipeline.change_deal", deal)``. Never call it for each row of a list."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(obj, Record) or not user_obj.is_authenticated:
            return False
        app_label, _, codename = perm.partition(".")
        action, _, model = codename.partition("_")
        if (app_label, model) != (obj._meta.app_label, obj._meta.model_name) or action not in ACTIONS:
            return False
        return getattr(type(obj).objects, ACTIONS[action])(user_obj).filter(pk=obj.pk).exists()
