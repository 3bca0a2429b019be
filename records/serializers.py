"""Records as JSON: the fields of the class, pointers as ids, and what is sent checked as a whole."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError as ModelError
from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import get_error_detail

from accounts.models import User
from records.field_serializers import added_fields, put, take_out
from records.models import Record
from records.text import printable

HIDDEN = "There is no such record, or you may not see it."
UNKNOWN = ErrorDetail("There is no such field.", "unknown")


class Text(serializers.CharField):
    """Text and nothing else: a number or a list is a mistake of the caller's, not to be stored as its print."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Instant(serializers.DateTimeField):
    """ISO 8601, answered in UTC whoever asks. The years 1 and 9999 are refused: not every time zone could show them."""

    FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    default_error_messages = {"range": "Write a year from 2 to 9998."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, default_timezone=UTC)

    def to_internal_value(self, value: Any) -> datetime:
        instant = super().to_internal_value(value)
        if not self.FIRST <= instant < self.LAST:
            self.fail("range")
        return instant


class Money(serializers.DecimalField):
    """Exact, as a string with two decimals or more."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        exact = Decimal(value) + 0  # which also makes -0 a 0
        return f"{exact:.2f}" if exact == round(exact, 2) else f"{exact.normalize():f}"


class VisiblePointer(serializers.PrimaryKeyRelatedField):
    """The id of a record (without ``model``: of a colleague) that the caller may see.

    A hidden one is answered as a missing one, except where the record points to it already: sending back what was
    read changes nothing.
    """

    default_error_messages = {"does_not_exist": HIDDEN, "incorrect_type": "Write the id as text."}

    def __init__(self, model: type[Record] | None = None, **kwargs: Any) -> None:
        self.model = model
        if not kwargs.get("read_only"):
            kwargs["queryset"] = model.objects.all() if model else User.objects.directory()
        super().__init__(**kwargs)

    def get_queryset(self):
        if self.model is None:
            return User.objects.directory()
        return self.model.objects.visible_to(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("incorrect_type")
        record = getattr(self.parent, "instance", None)
        if record is not None and getattr(record, f"{self.source}_id") == data:
            return getattr(record, str(self.source))
        return super().to_internal_value(data)


class RelatedTo(serializers.Field):
    """``deal:<id>``, ``contact:<id>`` or ``company:<id>``, of a record that the caller may see."""

    default_error_messages = {
        "form": "Write the class and the id: {classes}, a colon, and the id.",
        "does_not_exist": HIDDEN,
    }

    def __init__(self, classes: tuple[str, ...], **kwargs: Any) -> None:
        self.classes = classes
        super().__init__(**kwargs, source="*")

    def to_representation(self, row: Any) -> str | None:
        if not row.related_id:
            return None
        return f"{ContentType.objects.get_for_id(row.related_type_id).model}:{row.related_id}"

    def to_internal_value(self, data: Any) -> dict:
        if data is None:  # which DRF lets through to a field that stands for several columns
            return {"related_to": None}
        record = getattr(self.parent, "instance", None)
        if record is not None and record.related_id and data == self.to_representation(record):
            return {"related_to": record.related_to}
        target = record_named(data, self.classes, self.context["request"].user) if isinstance(data, str) else False
        if target is False:
            self.fail("form", classes=", ".join(self.classes))
        if target is None:
            self.fail("does_not_exist")
        return {"related_to": target}


def record_named(reference: str, classes: tuple[str, ...], user: Any) -> Any:
    """The record behind ``class:id`` as far as ``user`` may see it: None if not, False if it is no reference at all."""
    name, _, pk = reference.partition(":")
    if name not in classes or not pk:
        return False
    known = {model._meta.model_name: model for model in apps.get_models() if issubclass(model, Record)}
    return known[name].objects.visible_to(user).filter(pk=pk).first()


class RecordSerializer(serializers.ModelSerializer):
    """Refuses unknown fields by name, runs the model's own rules, and saves only what changed.

    What the server keeps (id, creator, times) is ignored when sent, so that a record can be sent back as it was read.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: Text,
        models.TextField: Text,
        models.DateTimeField: Instant,
    }
    expandable: dict[str, type[serializers.BaseSerializer]] = {}

    class Meta:
        fields = ["id", "created_at", "updated_at"]

    def get_fields(self) -> dict[str, serializers.Field]:
        """And those that were added to the class, before what the server keeps."""
        found = super().get_fields()
        last = [name for name in ("created_by", "created_at", "updated_at") if name in found]
        kept = {name: found.pop(name) for name in last}
        return {**found, **added_fields(self.Meta.model), **kept}  # type: ignore[attr-defined, dict-item]

    def to_internal_value(self, data: Any) -> dict:
        sent = data if isinstance(data, dict) else {}
        errors: dict[str, Any] = {printable(name) or "?": [UNKNOWN] for name in sent if name not in self.fields}
        try:
            valid = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**errors, **serializers.as_serializer_error(error)}) from error
        if errors:
            raise serializers.ValidationError(errors)
        return valid

    def create(self, validated: dict) -> Record:
        added = take_out(validated)
        record = self.Meta.model(**validated)
        put(record, added)
        record.created_by = self.context["request"].user
        self._clean(record, [field.name for field in record._meta.fields])
        record.save(force_insert=True)
        return record

    def update(self, record: Record, validated: dict) -> Record:
        added = take_out(validated)
        changed = [name for name, value in validated.items() if _differs(record, name, value)]
        for name in changed:
            setattr(record, name, validated[name])
        is_put = put(record, added)
        if changed or is_put:
            columns = [column for name in changed for column in RELATED.get(name, [name])]
            columns += ["custom"] if is_put else []
            self._clean(record, columns)
            record.save(update_fields=[*columns, "updated_at"])
        return record

    def _clean(self, record: Record, columns: list[str]) -> None:
        """The model's rules for ``columns``. Pointers were looked up already, and the database checks them again."""
        kept = [field.name for field in record._meta.fields if field.name not in columns or field.is_relation]
        try:
            record.full_clean(exclude=kept, validate_unique=False)
        except ModelError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error


RELATED = {"related_to": ["related_type", "related_id"]}


def _differs(record: Record, name: str, value: Any) -> bool:
    if hasattr(record, f"{name}_id"):
        return getattr(record, f"{name}_id") != (value.pk if value else None)
    return getattr(record, name) != value


def expand(rows: list[dict], records: list, inners: dict[str, type[serializers.BaseSerializer]], request: Any) -> None:
    """Puts whole records in the place of ids, where the caller may see them: one statement for each name.

    ``rows`` are the ``records`` as JSON, in the same order; ``inners`` the serializer of each name.
    """
    for name, inner in inners.items():
        ids = {getattr(record, f"{name}_id") for record in records} - {None}
        model = inner.Meta.model  # type: ignore[attr-defined]
        visible = model.objects.visible_to(request.user) if issubclass(model, Record) else model.objects.directory()
        found = visible.in_bulk(ids)
        shown = {pk: inner(row, context={"request": request}).data for pk, row in found.items()}
        for row in rows:
            row[name] = shown.get(row[name], row[name])
