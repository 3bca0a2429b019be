"""From rows as REST answers them to what a query selected: a function is put together once, and called for each row.

The library would call a resolver for each field of each row, which takes several times as long as reading the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from parse.graphql.ids import global_id
from parse.graphql.selections import Selected, Selection

Render = Callable[[Any], Any]
Related = Callable[[str, Selected], Render]
PUBLIC = {"*": {"read": True, "write": True}}
ROLE = "role:"


class Renderer:
    """``classes``: Parse's name by title. ``related``: what reads the rows of a relation, by title and field."""

    def __init__(self, classes: dict[str, str], related: Related) -> None:
        self.classes = classes
        self.related = related

    def of(self, kind: Any, selection: Selection | None, where: str) -> Render:
        """``where``: how an error names the field."""
        if isinstance(kind, GraphQLNonNull):
            return _required(self.of(kind.of_type, selection, where), where)
        if isinstance(kind, GraphQLList):
            return _list(self.of(kind.of_type, selection, where))
        if selection is None or is_leaf_type(kind):
            return LEAVES.get(kind.name, _plain)
        if is_abstract_type(kind):
            return self._abstract(kind.name, selection)
        return self.object(kind.name, selection)

    def object(self, title: str, selection: Selection) -> Render:
        getters = [(one.key, self._getter(title, one)) for one in selection.of(title)]
        prepare = PREPARED.get(title)

        def render(value: Any) -> dict:
            row = prepare(value) if prepare else value
            return {key: get(row) for key, get in getters}

        return render

    def _getter(self, title: str, one: Selected) -> Render:
        if one.name == "__typename" or one.type is None:
            return lambda row: title
        if title in self.classes:
            class_name = self.classes[title]
            if one.name == "id":
                return lambda row: global_id(class_name, row["objectId"])
            if one.name == "ACL":
                acl = self.of(get_named_type(one.type.type), one.below, f"{title}.ACL")
                return lambda row: acl(PUBLIC if row.get("ACL") is None else row["ACL"])
            if one.type.args:
                return self.related(title, one)
        return self._column(one.name, self.of(one.type.type, one.below, f"{title}.{one.name}"))

    def _column(self, name: str, out: Render) -> Render:
        if out is _plain:
            return lambda row: row.get(name)
        if getattr(out, "takes_null", False):
            return lambda row: out(row.get(name))

        def get(row: dict) -> Any:
            value = row.get(name)
            return None if value is None else out(value)

        return get

    def _abstract(self, name: str, selection: Selection) -> Render:
        renders = {title: self.object(title, selection) for title in selection.by_type}

        def render(value: Any) -> Any:
            title = _title(value)
            if title not in renders:  # of an array, what is no row
                title, value = "Element", {"value": value}
            return renders[title](value)

        return render


def _title(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    named = value.get("__typename") or value.get("className")
    return named.removeprefix("_") if isinstance(named, str) else ""


def _plain(value: Any) -> Any:
    return value


def _required(inner: Render, where: str) -> Render:
    def render(value: Any) -> Any:
        if value is None:
            raise GraphQLError(f"Cannot return null for non-nullable field {where}.")
        return inner(value)

    render.takes_null = True  # type: ignore[attr-defined]
    return render


def _list(inner: Render) -> Render:
    if inner is _plain:
        return _plain
    return lambda values: [None if value is None else inner(value) for value in values]


# --- values -----------------------------------------------------------------------------------------------------------


def _date(value: Any) -> Any:
    return value.get("iso") if isinstance(value, dict) else value


def _bytes(value: Any) -> Any:
    return value.get("base64") if isinstance(value, dict) else value


def _acl(acl: dict) -> dict:
    entries = [(name, bool(may.get("read")), bool(may.get("write"))) for name, may in acl.items()]
    users = [
        {"userId": global_id("_User", name), "read": read, "write": write}
        for name, read, write in entries
        if name != "*" and not name.startswith(ROLE)
    ]
    roles = [
        {"roleName": name.removeprefix(ROLE), "read": read, "write": write}
        for name, read, write in entries
        if name.startswith(ROLE)
    ]
    public = next(({"read": read, "write": write} for name, read, write in entries if name == "*"), None)
    return {"users": users or None, "roles": roles or None, "public": public}


LEAVES: dict[str, Render] = {"Date": _date, "Bytes": _bytes}
PREPARED: dict[str, Render] = {"ACL": _acl}
