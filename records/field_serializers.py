"""Custom fields over the REST API: a field of the serializer each, under its snake_case name."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as ModelError
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from records.definitions import CustomField
from records.field_lists import visible_targets
from records.fields import fields_of
from records.values import ARRAY, BOOLEAN, CHOICE, DATE, NUMBER, OBJECT, POINTER

PATH = "custom__"
HIDDEN = "There is no such record, or you may not see it."


class AddedField(serializers.Field):
    """Reads the value under its key; what is sent is checked as the model checks it."""

    default_error_messages = {"does_not_exist": HIDDEN}

    def __init__(self, field: CustomField) -> None:
        required = field.required and field.default is None
        super().__init__(
            source="*", required=required, allow_null=not field.required, label=field.label, help_text=field.description
        )
        self.added = field

    def to_representation(self, row: Any) -> Any:
        return (row.custom or {}).get(self.added.key)

    def to_internal_value(self, data: Any) -> dict:
        if data is None:  # which DRF lets through to a field that stands for several columns
            if not self.allow_null:
                self.fail("null")
            return {self.added.path: None}
        try:
            kept = self.added.stored(data)
        except ModelError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error
        if self.added.type == POINTER and kept != self._held() and not self._is_visible(kept):
            self.fail("does_not_exist")
        return {self.added.path: kept}

    def _is_visible(self, key: str) -> bool:
        return visible_targets(self.added, self.context["request"].user).filter(pk=key).exists()

    def _held(self) -> Any:
        """Sending back what was read changes nothing, hidden or not."""
        record = getattr(self.parent, "instance", None)
        return self.to_representation(record) if hasattr(record, "custom") else None


def added_fields(model: Any) -> dict[str, AddedField]:
    return {field.api_name: AddedField(field) for field in fields_of(model)}


def take_out(validated: dict) -> dict[str, Any]:
    """The values of custom fields, by key, out of what was validated."""
    names = [name for name in validated if name.startswith(PATH)]
    return {name.removeprefix(PATH): validated.pop(name) for name in names}


def put(record: Any, values: dict[str, Any]) -> bool:
    """Whether that changed anything."""
    changed = [field.put(record, values[field.key]) for field in fields_of(type(record)) if field.key in values]
    return any(changed)


class AddedFieldSchema(OpenApiSerializerFieldExtension):
    target_class = "records.field_serializers.AddedField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict:
        field = self.target.added
        kinds: dict[str, dict] = {
            NUMBER: {"type": "number"},
            BOOLEAN: {"type": "boolean"},
            DATE: {"type": "string", "format": "date-time"},
            ARRAY: {"type": "array", "items": {}},
            OBJECT: {"type": "object", "additionalProperties": {}},
            POINTER: {"type": "string", "pattern": "^[A-Za-z0-9]{10}$"},
        }
        found = {"type": "string"} | kinds.get(field.type, {})
        if field.type == CHOICE and direction == "request":  # an answer may have one that is no choice any more
            found["enum"] = field.choices
        return found
