"""The log over the REST API: a record's history, and how long it stayed in each stage."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from live.history import Entry, entries, stays
from live.logged import FACES, records
from records.models import Record
from records.pagination import DEFAULT, MOST, limit_of, refuse_unknown, together
from records.serializers import Money

KINDS = ["created", "moved", "edited", "shared", "deleted"]
ENTRY = {
    "id": "change-4711",
    "at": "2026-03-09T14:05:12.345678Z",
    "who": "m3Xk0PqRsT",
    "face": "api",
    "kind": "moved",
    "changes": [{"field": "stage", "before": "lead", "after": "proposal"}],
}
STAY = {"value": "lead", "since": "2026-03-02T09:30:00Z", "until": None, "seconds": 621312, "who": "m3Xk0PqRsT"}


class FieldChangeSerializer(serializers.Serializer):
    field = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class EntrySerializer(serializers.Serializer):
    """What one request did to the record. `who` is null where nobody was signed in."""

    id = serializers.CharField()
    at = serializers.DateTimeField()
    who = serializers.CharField(allow_null=True)
    face = serializers.ChoiceField(FACES)
    kind = serializers.ChoiceField(KINDS)
    changes = FieldChangeSerializer(many=True)


@extend_schema_serializer(
    examples=[OpenApiExample("History", {"next": None, "previous": None, "results": [ENTRY]}, response_only=True)]
)
class HistorySerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = EntrySerializer(many=True)


class StaySerializer(serializers.Serializer):
    """`until` is null for the stage that the deal is in."""

    value = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField()
    who = serializers.CharField(allow_null=True)


@extend_schema_serializer(examples=[OpenApiExample("Stages", {"results": [STAY]}, response_only=True)])
class StaysSerializer(serializers.Serializer):
    results = StaySerializer(many=True)


class OfRecord(APIView):
    """Hands out the record through the caller; a hidden one is 404."""

    model: type[Record] = None  # type: ignore[assignment]  # each address says which

    def record(self) -> Any:
        record = self.model.objects.visible_to(self.request.user).filter(pk=self.kwargs["id"]).first()
        if record is None:
            raise Http404
        return record


class HistoryView(OfRecord):
    """Who changed which field from what to what, when, and through which face. The newest first."""

    @extend_schema(
        responses=HistorySerializer,
        parameters=[
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}),
            OpenApiParameter("cursor", str, description="From `next`."),
        ],
    )
    def get(self, request, id: str) -> Response:
        _, limit, before = together(
            lambda: refuse_unknown(request, {"limit", "cursor"}),
            lambda: limit_of(request),
            lambda: _cursor(request),
        )
        found = entries(self.record(), request.user, before, limit + 1)
        following = None
        if len(found) > limit:
            following = replace_query_param(request.build_absolute_uri(), "cursor", found[limit - 1].seq)
        return Response({"next": following, "previous": None, "results": [_row(entry) for entry in found[:limit]]})


class StaysView(OfRecord):
    """The stages that the deal was in, the first one first, and for how long."""

    column = "stage"

    @extend_schema(responses=StaysSerializer)
    def get(self, request, id: str) -> Response:
        refuse_unknown(request, set())
        rows = [
            {
                "value": stay.value,
                "since": stay.since,
                "until": stay.until,
                "seconds": int(stay.lasted.total_seconds()),
                "who": stay.who and stay.who.pk,
            }
            for stay in stays(self.record(), request.user, self.column)
        ]
        return Response({"results": rows})


def _row(entry: Entry) -> dict[str, Any]:
    changes = [{"field": one.name, "before": stored(one.old), "after": stored(one.new)} for one in entry.changes]
    who = entry.who and entry.who.pk
    return {"id": entry.key, "at": entry.at, "who": who, "face": entry.face, "kind": entry.kind, "changes": changes}


def stored(value: Any) -> Any:
    """As the record's own endpoint writes it: an amount is text, or a reader's binary fractions would spoil it."""
    return Money().to_representation(value) if isinstance(value, Decimal) else value


def _cursor(request) -> int | None:
    text = request.query_params.get("cursor", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValidationError({"cursor": ["This is no cursor. Start again from the first page."]})
    return int(text) if text else None


def paths() -> list[URLPattern]:
    """Below the addresses of the records themselves; of a class with stages, those too."""
    found = []
    for name, model in records().items():
        view = HistoryView.as_view(model=model)
        found.append(path(f"v1/{model.plural}/<str:id>/history/", view, name=f"{name}-history"))
        if "stage" in {field.name for field in model._meta.concrete_fields}:
            found.append(
                path(f"v1/{model.plural}/<str:id>/stages/", StaysView.as_view(model=model), name=f"{name}-stages")
            )
    return found
