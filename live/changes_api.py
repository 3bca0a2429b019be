"""``GET /api/v1/changes/``: the log over the REST API, for programs that keep a copy or react to what happens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from live.api import stored
from live.changes import KINDS, Happening, happenings, read, written
from live.feed import BadCursor, Cursor, begin
from live.logged import FACES
from records.pagination import DEFAULT, MOST, limit_of, refuse_unknown, together

TOO_OLD = "This is no cursor of this Parsley, or it is older than 30 days. Ask without one, and read the records anew."
CHANGE = {
    "class": "deal",
    "id": "wDCkYlkLm7",
    "kind": "changed",
    "at": "2026-03-09T14:05:12.345678Z",
    "who": "m3Xk0PqRsT",
    "face": "page",
    "changes": [{"field": "stage", "before": "lead", "after": "proposal"}],
}


class ChangedFieldSerializer(serializers.Serializer):
    field = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class ChangeSerializer(serializers.Serializer):
    """`gained` and `lost`: the caller can see the record from now on, or cannot any more. `who` may be null."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    at = serializers.DateTimeField()
    who = serializers.CharField(allow_null=True)
    face = serializers.ChoiceField(FACES)
    changes = ChangedFieldSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        classes = serializers.ChoiceField(["company", "contact", "deal", "activity"])
        return {"class": classes, **super().get_fields()}


@extend_schema_serializer(
    examples=[OpenApiExample("Changes", {"changes": [CHANGE], "cursor": "NzQx", "more": False}, response_only=True)]
)
class ChangesSerializer(serializers.Serializer):
    """`cursor`: for the next call. `more`: whether that is worth making at once."""

    changes = ChangeSerializer(many=True)
    cursor = serializers.CharField()
    more = serializers.BooleanField()


class ChangesView(APIView):
    """What happened to the records that you may see, in the order in which it was saved, and nothing left out.

    Ask once without `since` for a cursor that stands for now, then read the records, then ask with the last cursor
    again and again. A cursor holds for 30 days. What your roles and teams open or close is told of no record.
    """

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses=ChangesSerializer,
        parameters=[
            OpenApiParameter("since", str, description="The last `cursor`."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
                description="Entries of the log to look through: as many changes at most, or fewer.",
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        _, limit, since = together(
            lambda: refuse_unknown(request, {"since", "limit"}),
            lambda: limit_of(request),
            lambda: _since(request),
        )
        if since is None:
            return Response({"changes": [], "cursor": written(begin()), "more": False})
        try:
            found, cursor, more = happenings(request.user, since, limit)
        except BadCursor as error:
            raise ValidationError({"since": [TOO_OLD]}) from error
        return Response({"changes": [_row(one) for one in found], "cursor": written(cursor), "more": more})


def _since(request: Request) -> Cursor | None:
    text = request.query_params.get("since")
    if text is None:
        return None
    try:
        return read(text)
    except BadCursor as error:
        raise ValidationError({"since": [TOO_OLD]}) from error


def _row(one: Happening) -> dict[str, Any]:
    changes = [
        {"field": name, "before": stored(before), "after": stored(after)}
        for name, (before, after) in one.changes.items()
    ]
    told = {"class": one.model, "id": one.key, "kind": one.kind, "at": one.at, "who": one.who, "face": one.face}
    return {**told, "changes": changes}
