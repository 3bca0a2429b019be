"""The columns of classes, with the master key: ``/schemas`` in GraphQL's words."""

from __future__ import annotations

from typing import Any

from parse.errors import INVALID_KEY_NAME, ParseError
from parse.graphql.context import Asking

ADDED = {"addStrings": "String", "addNumbers": "Number", "addBooleans": "Boolean", "addArrays": "Array",
         "addObjects": "Object", "addDates": "Date", "addFiles": "File", "addGeoPoint": "GeoPoint",
         "addPolygons": "Polygon", "addBytes": "Bytes", "addPointers": "Pointer",
         "addRelations": "Relation"}  # fmt: skip


def listed(asking: Asking, given: dict) -> list[dict]:
    asking.require_master()
    return [_class(one) for one in asking.do("GET", "/schemas")["results"]]


def one(asking: Asking, given: dict) -> dict:
    asking.require_master()
    return _class(asking.do("GET", f"/schemas/{given['name']}"))


def _class(schema: dict) -> dict:
    return {"name": schema["className"], "schemaFields": [_field(*pair) for pair in schema["fields"].items()]}


def _field(name: str, told: dict) -> dict:
    targets = [told["targetClass"]] if told.get("targetClass") else told.get("targetClasses", [])
    return {"__typename": f"Schema{told['type']}Field", "name": name, "targetClassName": "|".join(targets)}


def create(asking: Asking, given: dict) -> dict:
    asking.require_master()
    name = given["name"]
    body = {"className": name, "fields": _fields(given.get("schemaFields"), {})}
    return {"class": _class(asking.do("POST", f"/schemas/{name}", body))}


def update(asking: Asking, given: dict) -> dict:
    asking.require_master()
    name = given["name"]
    held = asking.do("GET", f"/schemas/{name}")["fields"]
    body = {"className": name, "fields": _fields(given.get("schemaFields"), held)}
    return {"class": _class(asking.do("PUT", f"/schemas/{name}", body))}


def delete(asking: Asking, given: dict) -> dict:
    asking.require_master()
    name = given["name"]
    was = asking.do("GET", f"/schemas/{name}")
    asking.do("DELETE", f"/schemas/{name}")
    return {"class": _class(was)}


def _fields(given: dict | None, held: dict) -> dict:
    given = given or {}
    removed = {one["name"] for one in given.get("remove") or []}
    found: dict[str, Any] = {}
    for word, kind in ADDED.items():
        columns = given.get(word) or []
        for column in [columns] if isinstance(columns, dict) else columns:
            name = column["name"]
            if name in removed:
                continue
            if name in found or name in held:
                raise ParseError(INVALID_KEY_NAME, f"Duplicated field name: {name[:100]}")
            target = {"targetClass": column["targetClassName"]} if "targetClassName" in column else {}
            found[name] = {"type": kind, **target}
    return found | {name: {"__op": "Delete"} for name in removed if name in held}
