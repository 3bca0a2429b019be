"""Keyset pages for the REST API: ``{next, previous, results}``, and ``count`` where it was asked for."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from records import keyset

DEFAULT, MOST = 50, 1000


class RecordPagination(BasePagination):
    """``?limit=`` (50, at most 1000), ``?cursor=`` from ``next`` or ``previous``, ``?ordering=``, ``?count=true``."""

    parameters = {"limit", "cursor", "ordering", "count"}

    def paginate_queryset(self, queryset: QuerySet, request, view=None) -> list:
        self.request = request
        self.count = queryset.order_by().count() if _flag(request, "count") else None
        try:
            self.page = keyset.page(
                queryset, _ordering(request, view), view.orderings, _limit(request), request.query_params.get("cursor")
            )
        except keyset.BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        body = {"next": self._link(self.page.next), "previous": self._link(self.page.previous), "results": data}
        return Response(body if self.count is None else {"count": self.count, **body})

    def _link(self, cursor: str | None) -> str | None:
        address = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(address, "cursor", cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        names = [f"{sign}{name}" for name in view.orderings for sign in ("", "-")]
        return [
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}, "Rows a page."),
            _parameter("cursor", {"type": "string"}, "From `next` or `previous`."),
            _parameter("ordering", {"type": "string", "enum": names, "default": view.ordering}, "Sort order."),
            _parameter("count", {"type": "boolean", "default": False}, "Adds the exact count of visible rows."),
        ]


def _parameter(name: str, schema: dict, description: str) -> dict:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _flag(request, name: str) -> bool:
    value = request.query_params.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise ValidationError({name: ["Write true or false."]})
    return value in ("true", "1")


def _limit(request) -> int:
    text = request.query_params.get("limit", str(DEFAULT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST and len(text) < 9):
        raise ValidationError({"limit": [f"Write a whole number from 1 to {MOST}."]})
    return int(text)


def _ordering(request, view) -> str:
    ordering = request.query_params.get("ordering", view.ordering)
    if ordering.removeprefix("-") not in view.orderings:
        raise ValidationError(
            {"ordering": [f"Choose from {', '.join(view.orderings)}, with - in front to turn round."]}
        )
    return ordering
