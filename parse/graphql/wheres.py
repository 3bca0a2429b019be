"""``where`` as GraphQL writes it, to Parse's own, which parse/where.py alone understands."""

from __future__ import annotations

from typing import Any

from parse.errors import INVALID_QUERY, ParseError
from parse.graphql.columns import Column, GraphClass
from parse.graphql.ids import object_id

COMBINED = {"OR": "$or", "AND": "$and", "NOR": "$nor"}
OPERATORS = {
    "equalTo": "$eq",
    "notEqualTo": "$ne",
    "lessThan": "$lt",
    "lessThanOrEqualTo": "$lte",
    "greaterThan": "$gt",
    "greaterThanOrEqualTo": "$gte",
    "in": "$in",
    "notIn": "$nin",
    "exists": "$exists",
    "inQueryKey": "$select",
    "notInQueryKey": "$dontSelect",
    "containedBy": "$containedBy",
    "contains": "$all",
    "matchesRegex": "$regex",
    "options": "$options",
    "text": "$text",
    "nearSphere": "$nearSphere",
    "maxDistance": "$maxDistance",
    "within": "$within",
    "geoWithin": "$geoWithin",
    "geoIntersects": "$geoIntersects",
}
MEANT = {"have": "$inQuery", "haveNot": "$notInQuery"}
SEARCH = {"term": "$term", "language": "$language", "caseSensitive": "$caseSensitive",
          "diacriticSensitive": "$diacriticSensitive"}  # fmt: skip


def where_of(classes: dict[str, GraphClass], name: str, given: dict | None, *, is_live: bool = False) -> dict:
    """``classes``: by Parse's name. What is null says nothing. ``is_live``: pointers are compared as they are."""
    return Translator(classes, is_live).where(name, given or {})


class Translator:
    def __init__(self, classes: dict[str, GraphClass], is_live: bool) -> None:
        self.classes = classes
        self.is_live = is_live

    def where(self, name: str, given: dict) -> dict:
        parts = [self._part(name, key, value) for key, value in given.items() if value is not None]
        keys = [key for part in parts for key in part]
        if len(keys) == len(set(keys)):
            return {key: value for part in parts for key, value in part.items()}
        return {"$and": parts}

    def _part(self, name: str, key: str, value: Any) -> dict:
        if key in COMBINED:
            if not value and key != "NOR":
                raise ParseError(INVALID_QUERY, f"{key} needs at least one condition.")
            return {COMBINED[key]: [self.where(name, one) for one in value]}
        if key == "id":
            return {"objectId": self._ids(name, self._conditions(value))}
        column = self.classes[name].column(key) if name in self.classes else None
        if column and column.type in ("Pointer", "Relation"):
            return self._behind(column, value)
        if isinstance(value, dict) and column and column.type in ("Object", "ACL"):
            return self._of_keys(key, value)
        return {key: self._conditions(value)}

    def _ids(self, name: str, conditions: dict) -> dict:
        return {operator: _without_class(name, value) for operator, value in conditions.items()}

    def _conditions(self, given: Any) -> Any:
        """Also in Parse's own words, as the ``where`` of a sub-query may be written."""
        if not isinstance(given, dict) or "__type" in given:
            return given
        found = {}
        for key, value in given.items():
            if key in ("inQueryKey", "notInQueryKey"):
                value = self._selected(value)
            elif key == "text" and value:
                value = _searched(value)
            found[OPERATORS.get(key, key)] = value
        return found

    def _selected(self, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("query"), dict):
            return given
        query = given["query"]
        where = query.get("where") or {}
        return {"query": {**query, "where": self.where(query.get("className", ""), where)}, "key": given.get("key")}

    def _of_keys(self, name: str, given: dict) -> dict:
        """``{equalTo: {key: "a.b", value: 5}}`` is a condition on what is inside an object."""
        found: dict[str, Any] = {}
        for key, value in given.items():
            if isinstance(value, dict) and "key" in value:
                found.setdefault(f"{name}.{value['key']}", {})[OPERATORS.get(key, key)] = value.get("value")
            else:
                found.setdefault(name, {})[OPERATORS.get(key, key)] = value
        return found

    # --- pointers and relations ---------------------------------------------------------------------------------------

    def _behind(self, column: Column, given: Any) -> dict:
        if not isinstance(given, dict) or "__type" in given:
            return {column.name: given}
        parts: list[dict] = []
        for key, value in given.items():
            if value is None:
                continue
            if key in MEANT:
                parts.append(self._meant(column, key, value))
            elif key == "exists" and column.type == "Relation":
                parts.append(self._meant(column, "have" if value else "haveNot", {"objectId": {"exists": True}}))
            else:
                parts.append({column.name: {OPERATORS.get(key, key): value}})
        if len(parts) == 1:
            return parts[0]
        return {"$and": parts} if parts else {column.name: {}}

    def _meant(self, column: Column, key: str, where: dict) -> dict:
        """Of a pointer to several classes: a row of any of them has it, of none of them."""
        keys = _keys_of(where) if self.is_live and key == "have" and column.type == "Pointer" else None
        if keys is not None:
            return {column.name: {"$in": [_pointer(one, key) for one in column.targets for key in keys]}}
        queries = [
            {column.name: {MEANT[key]: {"className": target, "where": self.where(target, where)}}}
            for target in column.targets
        ]
        if len(queries) == 1:
            return queries[0]
        return {"$or" if key == "have" else "$and": queries}


def _keys_of(where: dict) -> list[str] | None:
    """The ids of the rows meant, where nothing but those is said of them."""
    (name, conditions), *more = where.items() if where else [("", None)]
    if more or name not in ("id", "objectId") or not isinstance(conditions, dict) or len(conditions) != 1:
        return None
    found = conditions.get("in", [conditions.get("equalTo")])
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else None


def _pointer(class_name: str, key: str) -> dict:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id(class_name, key)}


def _without_class(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_without_class(name, one) for one in value]
    return object_id(name, value) if isinstance(value, str) else value


def _searched(given: Any) -> Any:
    search = given.get("search") if isinstance(given, dict) else None
    if not isinstance(search, dict):
        return given
    return {"$search": {SEARCH.get(key, key): value for key, value in search.items() if value is not None}}
