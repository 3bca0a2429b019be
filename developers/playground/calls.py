"""A call of the playground: one request to a face of the API, as it was typed or as an example has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

MOUNTS = {"parse": "/parse", "rest": "/api/v1", "graphql": "/graphql"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Call:
    """``path``: below the mount of the face. ``parameters``: of the query, in their order. ``body``: JSON or None."""

    face: str
    method: str
    path: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    body: Any = None

    @property
    def address(self) -> str:
        return MOUNTS[self.face] + quote(self.path, safe="/:@!$&'()*+,;=~-._%")

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def lines(self) -> str:
        """The parameters as the form has them."""
        return "\n".join(f"{name}={value}" for name, value in self.parameters)

    @property
    def text(self) -> str:
        """The body as the form has it."""
        return "" if self.body is None else json.dumps(self.body, ensure_ascii=False, indent=2)


def compact(value: Any) -> str:
    """JSON on one line, as in a query."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pointer(name: str, key: str) -> dict[str, str]:
    return {"__type": "Pointer", "className": name, "objectId": key}


def graphql(query: str, variables: dict[str, Any] | None = None) -> Call:
    return Call("graphql", "POST", body={"query": query, **({"variables": variables} if variables else {})})


@dataclass(frozen=True)
class Operation:
    """What a call to /parse/classes/… does, beyond how it is sent. ``verb``: find, get, create, update or delete."""

    verb: str
    class_name: str
    key: str = ""
    where: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The columns that were asked for; all where none are named."""
        return [one.strip() for one in self.parameters.get("keys", "").split(",") if one.strip()]

    @property
    def included(self) -> list[str]:
        return [one.strip() for one in self.parameters.get("include", "").split(",") if one.strip()]

    @property
    def order(self) -> list[str]:
        return [one.strip() for one in self.parameters.get("order", "").split(",") if one.strip()]

    @property
    def wants_count(self) -> bool:
        return self.parameters.get("count") in ("1", "true")


KNOWN = {"where", "order", "limit", "skip", "keys", "include", "count"}
VERBS = {
    ("GET", False): "find",
    ("POST", False): "create",
    ("GET", True): "get",
    ("PUT", True): "update",
    ("DELETE", True): "delete",
}
DEEPEST = 20  # as the faces themselves take it


def operation_of(call: Call) -> Operation | None:
    """None for what is none of the five, is not well-formed, or has parameters that only REST knows."""
    parts = call.path.strip("/").split("/")
    if call.face != "parse" or parts[0] != "classes" or len(parts) not in (2, 3):
        return None
    verb = VERBS.get((call.method, len(parts) == 3))
    parameters = dict(call.parameters)
    numbers = [parameters[name] for name in ("limit", "skip") if name in parameters]
    if verb is None or not set(parameters) <= KNOWN or not isinstance(call.body or {}, dict):
        return None
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers):
        return None
    try:
        where = json.loads(parameters.pop("where", "{}"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(where, dict) or is_too_deep(where):
        return None
    return Operation(verb, parts[1], parts[2] if len(parts) == 3 else "", where, parameters, call.body or {})


def is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)
