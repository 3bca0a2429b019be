"""When a row was last changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models


class ChangedAt(models.DateTimeField):
    """``auto_now``, except that a new row was last changed when it was made, to the microsecond.

    To migrations it is an ordinary DateTimeField.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "auto_now": True})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        if not add:
            return super().pre_save(model_instance, add)
        made = model_instance.created_at  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, made)
        return made
