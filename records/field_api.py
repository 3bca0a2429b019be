"""``/api/v1/schema-fields/``: the custom fields of each class. Everybody who is signed in reads them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as ModelError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from records.definitions import CLASSES, CustomField
from records.field_jobs import start_jobs
from records.serializers import UNKNOWN, Text
from records.text import printable
from records.transactions import atomically

VERBS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
FIELD = {
    "model": "deal",
    "name": "leadSource",
    "label": "Lead source",
    "type": "Choice",
    "target": "",
    "choices": ["Fair", "Web"],
    "required": False,
    "default": "Web",
    "description": "Where we met first.",
    "hidden": False,
    "order": 0,
    "indexed": True,
}
KEPT = {"key": "fAb3dEf6hI", "api_name": "lead_source", "index_state": "ready", "created_at": "2026-03-02T09:30:00Z"}


class OfField(IsAuthenticated):
    """Reading is for everybody who is signed in; the rest is a permission of the role."""

    def has_permission(self, request: Any, view: Any) -> bool:
        verb = VERBS.get(request.method)
        return super().has_permission(request, view) and (
            verb is None or request.user.has_perm(f"records.{verb}_customfield")
        )


@extend_schema_serializer(
    examples=[
        OpenApiExample("New field", FIELD, request_only=True),
        OpenApiExample("Field", {**KEPT, **FIELD}, response_only=True),
    ]
)
class CustomFieldSerializer(serializers.ModelSerializer):
    """A field that was added to a class. `name` is for Parse clients, `api_name` for the REST API."""

    name = Text(max_length=60)
    label = Text(max_length=100, required=False, allow_blank=True)  # type: ignore[assignment]
    api_name = serializers.CharField(read_only=True)
    choices = serializers.ListField(child=Text(max_length=200), required=False, max_length=200)
    default = serializers.JSONField(required=False, allow_null=True)

    class Meta:
        model = CustomField
        fields = ["key", "model", "name", "api_name", "label", "type", "target", "choices", "required", "default",
                  "description", "hidden", "order", "indexed", "index_state", "created_at"]  # fmt: skip
        read_only_fields = ["key", "index_state", "created_at"]

    def to_internal_value(self, data: Any) -> dict:
        sent = data if isinstance(data, dict) else {}
        errors = {printable(name) or "?": [UNKNOWN] for name in sent if name not in self.fields}
        if errors:
            raise ValidationError(errors)
        return super().to_internal_value(data)

    def save(self, **kwargs: Any) -> CustomField:
        """By the model's own rules, which say what would be right."""
        field = self.instance or CustomField(created_by=self.context["request"].user)
        for name, value in self.validated_data.items():
            setattr(field, name, value)
        try:
            field.full_clean()
            field.save()
        except ModelError as error:
            raise ValidationError(get_error_detail(error)) from error
        self.instance = field
        return field


class CustomFieldViewSet(viewsets.ModelViewSet):
    """The fields that administrators added to companies, contacts, deals and activities. They count at once."""

    queryset = CustomField.objects.living()
    serializer_class = CustomFieldSerializer
    permission_classes = [OfField]
    orderings: ClassVar[dict[str, str]] = {"order": "order", "name": "name", "created_at": "created_at"}
    ordering = "order"
    parameters = ("model",)
    filter_backends: list = []
    lookup_value_regex = "[^/]+"

    @extend_schema(parameters=[OpenApiParameter("model", description="Of one class.", enum=CLASSES)])
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet:
        model = self.request.query_params.get("model") if self.action == "list" else None
        if model and model not in CLASSES:
            raise ValidationError({"model": [f"Choose from {', '.join(CLASSES)}."]})
        found = CustomField.objects.living()
        return found.filter(model=model) if model else found

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return atomically(super().create, request)

    def update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return atomically(super().update, request, *args, **kwargs)

    def destroy(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return atomically(super().destroy, request, *args, **kwargs)

    def perform_create(self, serializer: Any) -> None:
        serializer.save()
        start_jobs()

    perform_update = perform_create

    def perform_destroy(self, field: CustomField) -> None:
        try:
            field.delete()
        except ModelError as error:
            raise ValidationError({"non_field_errors": get_error_detail(error)}) from error
        start_jobs()
