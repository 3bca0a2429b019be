"""What tools take and answer, as JSON Schema: from the description of the REST API, so of its serializers and filters.

With the fields that were added to the classes at this moment.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from records.fields import stamp
from records.pagination import PARAMETERS

Schema = dict[str, Any]
DROPPED = frozenset({"example", "examples", "readOnly", "writeOnly", "x-spec-enum-id"})
PART_OF_ONE = ("items", "additionalProperties", "not")
PART_OF_SEVERAL = ("oneOf", "anyOf", "allOf")
V1 = "/api/v1/"
JSON = "application/json"


class Description:
    """The OpenAPI description of the REST API, as it was when the fields were at ``stamp``."""

    def __init__(self) -> None:
        self.stamp = stamp()
        with override("en"):
            whole = SchemaGenerator().get_schema(request=None, public=True)
        self._paths, self._parts = whole["paths"], whole["components"]["schemas"]

    def taken(self, path: str, method: str) -> Schema:
        return self._plain(self._paths[V1 + path][method]["requestBody"]["content"][JSON]["schema"])

    def answered(self, path: str, method: str = "get") -> Schema:
        return self._plain(self._paths[V1 + path][method]["responses"]["200"]["content"][JSON]["schema"])

    def rows(self, path: str) -> Schema:
        """Of a list: one of its rows."""
        return self.answered(path)["properties"]["results"]["items"]

    def filters(self, path: str) -> Schema:
        found: Schema = {}
        for one in self._parameters(path):
            if one["name"] not in {*PARAMETERS, "expand"}:
                found[one["name"]] = self._filter(one)
        return {"type": "object", "properties": found, "additionalProperties": False}

    def _filter(self, parameter: Schema) -> Schema:
        """As values and not as a form's words: true and false, and nothing that stands for nothing."""
        found, words = self._plain(parameter["schema"]), parameter.get("description", "")
        offered = [one for one in found.pop("enum", []) if one != ""]
        if set(offered) == {"true", "false"}:
            found, words = {"type": "boolean"}, words.partition("\n")[0]
        elif offered:
            found["enum"] = offered
        return found | ({"description": words} if words else {})

    def orderings(self, path: str) -> list[str]:
        return next(one["schema"]["enum"] for one in self._parameters(path) if one["name"] == "ordering")

    def _parameters(self, path: str) -> list[Schema]:
        return self._paths[V1 + path]["get"]["parameters"]

    def _plain(self, schema: Schema) -> Schema:
        """Without references and examples."""
        if "$ref" in schema:
            referred = self._parts[schema["$ref"].rpartition("/")[2]]
            return {**self._plain(referred), **self._plain({k: v for k, v in schema.items() if k != "$ref"})}
        found: Schema = {}
        for name, value in schema.items():
            if name == "properties":
                found[name] = {key: self._plain(one) for key, one in value.items()}
            elif name in PART_OF_ONE and isinstance(value, dict):
                found[name] = self._plain(value)
            elif name in PART_OF_SEVERAL:
                found[name] = [self._plain(one) for one in value]
            elif name not in DROPPED:
                found[name] = value
        return found


_lock = Lock()
_kept: Description | None = None


def description() -> Description:
    """Made anew once a field was added or changed; it takes a moment."""
    global _kept
    with _lock:
        if _kept is None or _kept.stamp != stamp():
            _kept = Description()
        return _kept
