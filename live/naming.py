"""The values of the log in words, as the pages write them. What they point to is named as far as the reader sees it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from live.logged import records
from records.models import Record
from records.templatetags.records import day, moment, money

Pointer = tuple[type[models.Model], str]


class Names:
    """Names of everything that was ``wanted``: one statement for each class."""

    def __init__(self, user: Any, wanted: Iterable[Pointer]) -> None:
        self.user = user
        by_model: dict[type[models.Model], set[str]] = defaultdict(set)
        for model, key in wanted:
            by_model[model].add(key)
        self.rows = {(model, str(row.pk)): row for model, keys in by_model.items() for row in self._rows(model, keys)}

    def _rows(self, model: Any, keys: set[str]) -> Iterable[models.Model]:
        if issubclass(model, Record):
            return model.objects.visible_to(self.user).filter(pk__in=keys)
        return model._default_manager.filter(pk__in=keys)

    def row(self, model: type[models.Model], key: Any) -> Any:
        return self.rows.get((model, str(key)))

    def of(self, model: type[models.Model], key: Any) -> str:
        """Hidden and deleted read the same, or the log would tell of what one may not see."""
        row = self.row(model, key)
        return str(row) if row else _("a hidden %(class)s") % {"class": model._meta.verbose_name}


def read(field: models.Field, value: Any) -> Any:
    """A value out of an image, as the model has it."""
    if isinstance(field, models.JSONField):
        return json.loads(json.dumps(value, default=float))  # its numbers are floats to the model
    return field.to_python(value)


def pointer(field: models.Field, value: Any) -> Pointer | None:
    if value is None or not field.remote_field:
        return None
    return (field.remote_field.model, str(value))


def words(field: models.Field, value: Any, names: Names) -> str:
    """Empty where there is nothing."""
    if value in (None, "", {}, []):
        return ""
    target = pointer(field, value)
    if target:
        return names.of(*target)
    value = read(field, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return plain(value)


def plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return money(value) if isinstance(value, Decimal) else str(value)


def label(field: models.Field) -> str:
    return capfirst(str(field.verbose_name))


def about(row: dict[str, Any]) -> Pointer | None:
    """What an activity is about, by its two columns."""
    if not row.get("related_id") or row.get("related_type_id") is None:
        return None
    model = records().get(ContentType.objects.get_for_id(row["related_type_id"]).model)
    return (model, row["related_id"]) if model else None
