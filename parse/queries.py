"""The parameters of a query: read, checked, bounded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from parse.classes import KEYS, ParseClass
from parse.errors import INVALID_JSON, INVALID_KEY_NAME, INVALID_QUERY, ParseError

DEFAULT_LIMIT, MOST_ROWS, FURTHEST = 100, 1000, 10_000_000
DEEPEST_INCLUDE, MOST_INCLUDES = 10, 100
COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
READING = {"keys", "excludeKeys", "include", "includeAll"}
IGNORED = {"readPreference", "includeReadPreference", "subqueryReadPreference", "hint", "comment"}
KNOWN = READING | IGNORED | {"where", "order", "limit", "skip", "count", "explain", "redirectClassNameForKey"}
KNOWN_OF_ONE = READING | IGNORED


@dataclass
class Wanted:
    """Which columns: ``keys`` None for all, ``without`` some, ``include`` a tree of pointers to follow.

    ``inner``: the same of the rows behind each included pointer.
    """

    keys: set[str] | None = None
    without: set[str] = field(default_factory=set)
    include: dict[str, Wanted] = field(default_factory=dict)

    def names(self, parse_class: ParseClass) -> frozenset[str] | None:
        if self.keys is None and not self.without:
            return None
        chosen = set(parse_class.fields) if self.keys is None else self.keys | set(self.include)
        return frozenset((chosen - self.without) | set(KEYS)) & frozenset(parse_class.fields)

    def key(self) -> tuple:
        """All of it, hashable."""
        keys = None if self.keys is None else frozenset(self.keys)
        return keys, frozenset(self.without), tuple((name, inner.key()) for name, inner in self.include.items())


@dataclass
class Query:
    where: Any
    order: list[tuple[str, bool]]
    limit: int
    skip: int
    count: bool
    wanted: Wanted


def refuse_unknown(parameters: dict, known: set[str]) -> None:
    for name in parameters:
        if name not in known:
            raise ParseError(INVALID_QUERY, f"Invalid parameter for query: {name[:100]}")


def query_of(parameters: dict, parse_class: ParseClass) -> Query:
    """Raises 102, 105 or 107. What only tunes a database is taken and ignored."""
    refuse_unknown(parameters, KNOWN)
    if parameters.get("explain"):
        raise ParseError(INVALID_QUERY, "Using the explain query parameter requires the master key")
    where = parameters.get("where", {})
    where = {} if where in (None, []) else where  # PHP's empty array
    if not isinstance(where, dict):
        raise ParseError(INVALID_JSON, "where parameter is not valid JSON")
    return Query(
        where=where,
        order=_order(parameters.get("order")),
        limit=min(_number(parameters.get("limit"), "limit", DEFAULT_LIMIT), MOST_ROWS),
        skip=_number(parameters.get("skip"), "skip", 0),
        count=bool(parameters.get("count")) and parameters.get("count") not in ("0", "false"),
        wanted=wanted_of(parameters, parse_class),
    )


def _number(value: Any, name: str, default: int) -> int:
    """Rounded as PostgreSQL rounds."""
    if value is None or value == "":
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ParseError(INVALID_QUERY, f"{name} must be a number from 0 on.")
    return math.floor(min(value, FURTHEST) + 0.5)


def _words(value: Any, name: str, *, is_strict: bool = False) -> list[str]:
    """A comma list, or a list of words as some SDKs send it. Nothing between two commas is left out, or kept."""
    if value is None or value == "":
        return []
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ",".join(value)
    if not isinstance(value, str):
        raise ParseError(INVALID_QUERY, f"{name} must be a comma list.")
    return [word for word in (part.strip() for part in value.split(",")) if word or is_strict]


def _order(value: Any) -> list[tuple[str, bool]]:
    """Column and whether descending."""
    found = []
    for word in _words(value, "order", is_strict=True):
        name = word.removeprefix("-")
        if not COLUMN.match(name.split(".")[0]) and name != "$score":
            raise ParseError(INVALID_KEY_NAME, f"Invalid field name: {name[:100]}.")
        found.append((name, word.startswith("-")))
    return found


def wanted_of(parameters: dict, parse_class: ParseClass) -> Wanted:
    include = _words(parameters.get("include"), "include")
    if parameters.get("includeAll") or "*" in include:
        include += [one.name for one in parse_class.fields.values() if one.type == "Pointer"]
    keys, without = (_words(parameters.get(name), name) for name in ("keys", "excludeKeys"))
    include += [path.rpartition(".")[0] for path in [*keys, *without] if "." in path]
    paths = [path.split(".") for path in dict.fromkeys(include) if path != "*"]
    if len(paths) > MOST_INCLUDES or any(len(path) > DEEPEST_INCLUDE for path in paths):
        raise ParseError(INVALID_QUERY, f"include takes {MOST_INCLUDES} paths of {DEEPEST_INCLUDE} names at most.")
    root = Wanted(keys=set() if keys or parameters.get("keys") == "" else None)
    for path in paths:
        _at(root, path)
    for key in keys:
        _narrow(root, key.split("."))
    for key in without:
        *above, last = key.split(".")
        _at(root, above).without.add(last)
    return root


def _at(root: Wanted, path: list[str]) -> Wanted:
    for name in path:
        root = root.include.setdefault(name, Wanted())
    return root


def _narrow(root: Wanted, path: list[str]) -> None:
    """``keys=contact.name``: of the outer row the pointer, of the included one the name."""
    at = root
    for name in path[:-1]:
        at.keys = (at.keys or set()) | {name}
        at = at.include[name]
    at.keys = (at.keys or set()) | {path[-1]}
