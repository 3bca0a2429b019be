"""Keyset pages for the REST API: ``{next, previous, results}``, and ``count`` where it was asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.utils.urls import remove_query_param, replace_query_param

from records import keyset
from records.text import printable

DEFAULT, MOST = 50, 1000
PARAMETERS = {"limit", "cursor", "ordering", "count"}


def together(*checks: Callable[[], Any]) -> list:
    """What each check answers; what they refuse is raised as one ValidationError, so that one answer names it all."""
    answers: list = []
    errors: dict[str, Any] = {}
    for check in checks:
        try:
            answers.append(check())
        except ValidationError as error:
            errors |= as_serializer_error(error)
    if errors:
        raise ValidationError(errors)
    return answers


def refuse_unknown(request, known: set[str]) -> None:
    """A misspelt parameter would otherwise answer everything."""
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        detail = ErrorDetail("There is no such parameter.", "unknown")
        raise ValidationError({printable(name) or "?": [detail] for name in unknown})


@dataclass(frozen=True)
class Asked:
    """What a list was asked for. ``view`` names its ``orderings``, its filters and, in ``parameters``, what else."""

    ordering: str
    limit: int
    count: bool

    @classmethod
    def of(cls, request, view) -> "Asked":
        """Raises ValidationError naming every parameter that is unknown or wrong."""
        filters = getattr(view, "filterset_class", None)
        known = {*PARAMETERS, *getattr(view, "parameters", ()), *(filters.base_filters if filters else ())}
        _, *answers = together(
            lambda: refuse_unknown(request, known),
            lambda: _ordering(request, view),
            lambda: limit_of(request),
            lambda: _flag(request, "count"),
        )
        return cls(*answers)


class RecordPagination(BasePagination):
    """``?limit=`` (50, at most 1000), ``?cursor=`` from ``next`` or ``previous``, ``?ordering=``, ``?count=true``."""

    def paginate_queryset(self, queryset: Any, request, view=None) -> list:
        asked = Asked.of(request, view)
        cursor = request.query_params.get("cursor")
        self.request = request
        try:
            self.page = keyset.page(queryset, asked.ordering, view.orderings, asked.limit, cursor)
        except keyset.BadCursor as error:
            raise ValidationError({"cursor": [str(error)]}) from error
        self.count = queryset.order_by().count() if asked.count else None
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        body = {"next": self._link(self.page.next), "previous": self._link(self.page.previous), "results": data}
        return Response(body if self.count is None else {"count": self.count, **body})

    def _link(self, cursor: str | None) -> str | None:
        address = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(address, "cursor", cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "With `count=true`.", "example": 1},
                "next": link,
                "previous": link,
                "results": schema,
            },
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


def limit_of(request) -> int:
    text = request.query_params.get("limit", str(DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise ValidationError({"limit": [f"Write a whole number from 1 to {MOST}."]})
    return int(text)


def _ordering(request, view) -> str:
    ordering = request.query_params.get("ordering", view.ordering)
    if ordering.removeprefix("-") not in view.orderings:
        choices = ", ".join(view.orderings)
        raise ValidationError({"ordering": [f"Choose from {choices}, with - in front to turn round."]})
    return ordering
