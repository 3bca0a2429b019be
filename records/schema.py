"""The OpenAPI description of what every record's endpoint does: headers, expansion, and the errors."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

import accounts.schema  # noqa: F401 - drf-spectacular knows what was imported

PROBLEMS = {
    "400": "Something sent is unknown or wrong: `errors` names each field.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "Your roles do not include this, or you may see the record but not change it.",
    "404": "There is no such record, or you may not see it.",
    "409": "It collides with something saved at the same moment. Read it again and retry.",
    "412": "The record is not at the version that If-Match names.",
    "413": "The body is larger than 1 MB.",
    "415": "The body is not `application/json`.",
    "422": "The Idempotency-Key was used for a different request.",
    "429": "Too many tries to sign in.",
    "503": "The database is away or busy; it is worth trying again.",
}
ALWAYS = ["400", "401", "403", "503"]
BODY = ["409", "413", "415"]
STATUSES = {
    "get": ALWAYS,
    "post": [*ALWAYS, *BODY, "422"],
    "put": [*ALWAYS, *BODY, "412"],
    "patch": [*ALWAYS, *BODY, "412"],
    "delete": [*ALWAYS, "409", "412"],
}
SIGN_IN = {"post": ["400", "413", "415", "429", "503"], "delete": ["400", "401", "503"]}
PROBLEM = {
    "type": "object",
    "description": "An RFC 9457 problem.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "One entry for each thing to correct; `field` is empty where it is none's in particular.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "detail")},
            },
        },
    },
    "example": {
        "type": "about:blank",
        "title": "That request cannot be read",
        "status": 400,
        "detail": "stage: There is no such stage. The stages are lead, qualified, proposal, negotiation, won, lost.",
        "errors": [{"field": "stage", "code": "invalid", "detail": "There is no such stage. …"}],
    },
}
# What the server keeps, for the examples of each class.
KEPT = {
    "created_by": "m3Xk0PqRsT",
    "created_at": "2026-03-02T09:30:00Z",
    "updated_at": "2026-03-09T14:05:12.345678Z",
}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}


class RecordSchema(AutoSchema):
    """For a RecordViewSet: ``expand``, ETag, If-Match, If-None-Match, Idempotency-Key and Location."""

    def get_override_parameters(self) -> list[Any]:
        serializer = getattr(self.view, "serializer_class", None)
        if not hasattr(serializer, "expandable"):
            return []
        return [*self._expand(serializer), *self._headers()]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict:
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "response":
            for name, inner in getattr(serializer, "expandable", {}).items():
                expanded = self.resolve_serializer(inner, direction).ref
                schema["properties"][name] = {"oneOf": [schema["properties"][name], expanded]}
        return schema

    def _expand(self, serializer: Any) -> list[OpenApiParameter]:
        if self.method != "GET" or not serializer.expandable:
            return []
        words = "Puts whole records in the place of their ids, where you may see them: " + ", ".join(
            f"`{name}`" for name in serializer.expandable
        )
        return [OpenApiParameter("expand", description=f"{words}. Separate several by commas.")]

    def _headers(self) -> list[OpenApiParameter]:
        if self._is_list_view():
            return []
        tag = _header("ETag", "The version of the record.", response=[200, 201])
        matching = "Only if the record is still at this version (an ETag); otherwise 412."
        return {
            "GET": [tag, _header("If-None-Match", "304 without a body if the record is at this version.")],
            "POST": [
                tag,
                _header("Location", "The address of the new record.", response=[201]),
                _header("Idempotency-Key", "The same key again within a day is answered again, not done again."),
            ],
            "PUT": [tag, _header("If-Match", matching)],
            "PATCH": [tag, _header("If-Match", matching)],
            "DELETE": [_header("If-Match", matching)],
        }[self.method]


def _header(name: str, description: str, response: list[int] | bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, location=OpenApiParameter.HEADER, description=description, response=response)


class MoneyField(OpenApiSerializerFieldExtension):
    """Answered as text, so that no reader's binary fractions spoil it; taken as a number too."""

    target_class = "records.serializers.Money"

    def map_serializer_field(self, auto_schema, direction: str) -> dict:
        text = {"type": "string", "format": "decimal", "pattern": r"^-?\d{1,16}(?:\.\d{1,4})?$"}
        return text if direction == "response" else {"type": ["string", "number"]}


class RelatedToField(OpenApiSerializerFieldExtension):
    target_class = "records.serializers.RelatedTo"

    def map_serializer_field(self, auto_schema, direction: str) -> dict:
        classes = self.target.classes
        pattern = f"^({'|'.join(classes)}):[A-Za-z0-9]{{10}}$"
        words = f"`class:id`, of a class out of {', '.join(classes)}."
        return {"type": "string", "pattern": pattern, "description": words}


def describe_problems(result: dict, generator, request, public) -> dict:
    """A hook of drf-spectacular: adds the errors of each operation."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _response(status) for status in PROBLEMS}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            statuses = SIGN_IN[method] if path.endswith("/auth/token/") else STATUSES[method]
            for status in [*statuses, *(["404"] if "{" in path else [])]:
                operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
            if any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", [])):
                operation["responses"]["304"] = {"description": "The record is still at that version."}
            operation["responses"] = dict(sorted(operation["responses"].items()))
            for parameter in operation.get("parameters", []):
                if _is_time(parameter):
                    parameter["allowEmptyValue"] = True
    return result


def _is_time(parameter: dict) -> bool:
    """Of a filter: sent empty, as a form sends what was not filled in, it asks for nothing."""
    return parameter["in"] == "query" and parameter["schema"].get("format") in ("date", "date-time")


def _response(status: str) -> dict:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"headers": RETRY_AFTER} if status in ("429", "503") else {}
    return {"description": PROBLEMS[status], "content": content, **headers}
