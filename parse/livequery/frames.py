"""The messages of a client, checked and complained of in the words of Parse's own server, which clients look for."""

from __future__ import annotations

from typing import Any

import orjson

TEXT = {"type": "string"}
NAMES = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
NUMBER = {"type": "number"}
OPERATIONS = ["connect", "subscribe", "unsubscribe", "update"]
GENERAL = {"type": "object", "required": ["op"], "properties": {"op": {"type": "string", "enum": OPERATIONS}}}
CONNECT = ("applicationId", "javascriptKey", "masterKey", "clientKey", "windowsKey", "restAPIKey", "sessionToken",
           "installationId")  # fmt: skip
QUERY = {
    "type": "object",
    "required": ["where", "className"],
    "properties": {"className": TEXT, "where": {"type": "object"}, "keys": NAMES, "watch": NAMES},
    "closed": True,
}
SUBSCRIBE = {
    "type": "object",
    "required": ["op", "requestId", "query"],
    "properties": {"op": {}, "requestId": NUMBER, "query": QUERY, "sessionToken": TEXT},
    "closed": True,
}
FRAMES: dict[str, dict[str, Any]] = {
    "connect": {
        "type": "object",
        "required": ["op", "applicationId"],
        "properties": {"op": {}, **dict.fromkeys(CONNECT, TEXT)},
        "closed": True,
    },
    "subscribe": SUBSCRIBE,
    "update": SUBSCRIBE,
    "unsubscribe": {
        "type": "object",
        "required": ["op", "requestId"],
        "properties": {"op": {}, "requestId": NUMBER},
        "closed": True,
    },
}


def complaint(message: Any) -> str | None:
    """The first thing that is wrong with it."""
    return _complaint(message, GENERAL) or _complaint(message, FRAMES[message["op"]])


def _complaint(value: Any, schema: dict[str, Any]) -> str | None:
    kind = _kind(value)
    if kind != schema.get("type", kind):
        return f"Invalid type: {kind} (expected {schema['type']})"
    if "enum" in schema and value not in schema["enum"]:
        return f"No enum match for: {orjson.dumps(value[:100]).decode()}"
    if kind == "array":
        return _of_list(value, schema)
    return _of_object(value, schema) if kind == "object" else None


def _of_list(values: list[Any], schema: dict[str, Any]) -> str | None:
    if len(values) < schema.get("minItems", 0):
        return f"Array is too short ({len(values)}), minimum {schema['minItems']}"
    if schema.get("uniqueItems"):
        seen: dict[bytes, int] = {}
        for index, value in enumerate(values):
            first = seen.setdefault(orjson.dumps(value), index)
            if first != index:
                return f"Array items are not unique (indices {first} and {index})"
    return next(filter(None, (_complaint(value, schema["items"]) for value in values if "items" in schema)), None)


def _of_object(values: dict[str, Any], schema: dict[str, Any]) -> str | None:
    for name in schema.get("required", ()):
        if name not in values:
            return f"Missing required property: {name}"
    known = schema.get("properties", {})
    for name, value in values.items():
        if name in known:
            found = _complaint(value, known[name])
        else:
            found = "Additional properties not allowed" if schema.get("closed") else None
        if found:
            return found
    return None


def _kind(value: Any) -> str:
    """What JavaScript calls it."""
    if isinstance(value, bool):
        return "boolean"
    words = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return words.get(type(value), "null")


def error(code: int, words: str, *, reconnect: bool = True, request_id: Any = None) -> str:
    """``reconnect``: whether the client should come back with a new socket."""
    told = {"op": "error", "error": words, "code": code, "reconnect": reconnect, "requestId": request_id}
    return orjson.dumps(told).decode()
