"""Records as JSON: the fields of the class, pointers as ids, and what is sent checked as a whole."""

from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError as ModelError
from rest_framework import serializers

from accounts.models import User
from records.models import Record
from records.text import printable


class VisiblePointer(serializers.PrimaryKeyRelatedField):
    """The id of a record that the caller may see. A hidden one is answered as a missing one."""

    default_error_messages = {"does_not_exist": "There is no such record, or you may not see it."}

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
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class Money(serializers.DecimalField):
    """Exact, as a string with two decimals or more."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        plain = Decimal(value).normalize()
        return f"{plain:.2f}" if plain.as_tuple().exponent > -2 else f"{plain:f}"


class RelatedTo(serializers.Field):
    """``deal:<id>``, ``contact:<id>`` or ``company:<id>``, of a record that the caller may see."""

    default_error_messages = {
        "form": "Write the class and the id: {classes}, a colon, and the id.",
        "does_not_exist": "There is no such record, or you may not see it.",
    }

    def __init__(self, classes: tuple[str, ...], **kwargs: Any) -> None:
        self.classes = classes
        super().__init__(**kwargs, source="*")

    def to_representation(self, row: Any) -> str | None:
        if not row.related_id:
            return None
        return f"{ContentType.objects.get_for_id(row.related_type_id).model}:{row.related_id}"

    def to_internal_value(self, data: Any) -> dict:
        target = record_named(data, self.classes, self.context["request"].user) if isinstance(data, str) else False
        if target is False:
            self.fail("form", classes=", ".join(self.classes))
        if target is None:
            self.fail("does_not_exist")
        return {"related_to": target}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        is_empty, value = self.validate_empty_values(data)
        return {"related_to": None} if is_empty and value is None else super().run_validation(data)


def record_named(reference: str, classes: tuple[str, ...], user: Any) -> Any:
    """The record behind ``class:id`` as far as ``user`` may see it: None if not, False if it is no reference at all."""
    model_name, _, pk = reference.partition(":")
    if model_name not in classes or not pk:
        return False
    model = ContentType.objects.get(model=model_name, app_label__in=["crm", "pipeline"]).model_class()
    return model.objects.visible_to(user).filter(pk=pk[:20]).first()


class RecordSerializer(serializers.ModelSerializer):
    """Refuses unknown fields by name, runs the model's own rules, and saves only what changed."""

    expandable: dict[str, type[serializers.BaseSerializer]] = {}

    class Meta:
        fields = ["id", "created_at", "updated_at"]

    def to_internal_value(self, data: Any) -> dict:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {printable(name): ["There is no such field."] for name in unknown}, code="unknown"
                )
        return super().to_internal_value(data)

    def create(self, validated: dict) -> Record:
        record = self.Meta.model(**validated)
        record.created_by = self.context["request"].user
        self._clean(record)
        record.save(force_insert=True)
        return record

    def update(self, record: Record, validated: dict) -> Record:
        changed = [name for name, value in validated.items() if getattr(record, name) != value]
        for name in changed:
            setattr(record, name, validated[name])
        self._clean(record)
        record.save(update_fields=[*self._columns(changed), "updated_at"])
        return record

    def _columns(self, changed: list[str]) -> list[str]:
        return [column for name in changed for column in RELATED.get(name, [name])]

    def _clean(self, record: Record) -> None:
        try:
            record.full_clean(validate_unique=False)
        except ModelError as error:
            raise serializers.ValidationError(error.message_dict) from error


RELATED = {"related_to": ["related_type", "related_id"]}


def expand(rows: list[dict], records: list[Record], names: list[str], serializer: RecordSerializer) -> None:
    """Puts whole records in the place of ids, where the caller may see them: one statement for each name."""
    user = serializer.context["request"].user
    for name in names:
        inner = serializer.expandable[name]
        ids = {getattr(record, f"{name}_id") for record in records} - {None}
        model = inner.Meta.model  # type: ignore[attr-defined]
        visible = model.objects.visible_to(user) if issubclass(model, Record) else model.objects.directory()
        found = visible.in_bulk(ids)
        shown = {pk: inner(row, context=serializer.context).data for pk, row in found.items()}
        for row in rows:
            row[name] = shown.get(row[name], row[name])
