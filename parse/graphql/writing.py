"""``fields`` of a mutation, to the body that REST takes. What is made on the way is made by REST as well."""

from __future__ import annotations

from typing import Any

from parse import files, objects, rows
from parse.classes import class_named
from parse.errors import FILE_SAVE, ParseError
from parse.graphql.columns import Column, titled
from parse.graphql.context import Asking
from parse.graphql.ids import object_id, parts_of

INVALID_POINTER = 106
EMPTY = {"__op": "Delete"}
MAKES = ("createAndLink", "createAndAdd")


def body_of(asking: Asking, name: str, fields: dict | None) -> dict:
    """Null takes a value away."""
    graph_class = asking.graph.classes[name]
    body: dict[str, Any] = {}
    for key, value in (fields or {}).items():
        column = graph_class.column(key)
        if key == "ACL":
            body |= {"ACL": acl_from(value)} if value is not None else {}
        elif value is None or column is None:
            body[key] = EMPTY if value is None else value
        else:
            body[key] = _value(asking, column, value)
    return body


def makes_rows(fields: Any) -> bool:
    """Whether more than one row is written: then all of them, or none."""
    if isinstance(fields, dict):
        return any(key in MAKES or makes_rows(value) for key, value in fields.items())
    return isinstance(fields, list) and any(makes_rows(value) for value in fields)


def _value(asking: Asking, column: Column, value: Any) -> Any:
    if column.type == "Pointer":
        return (_open_pointer if column.is_open else _pointer)(asking, column, value)
    if column.type == "Relation":
        return _relation(asking, column, value)
    if column.type == "File":
        return _file(asking, value)
    if column.type == "GeoPoint":
        return {**value, "__type": "GeoPoint"}
    if column.type == "Polygon":
        return {"__type": "Polygon", "coordinates": [[one["latitude"], one["longitude"]] for one in value]}
    return value


def acl_from(value: dict) -> dict:
    acl: dict[str, dict] = {}
    if value.get("public"):
        acl["*"] = _may(value["public"])
    for one in value.get("users") or []:
        acl[object_id("_User", one["userId"])] = _may(one)
    for one in value.get("roles") or []:
        acl[f"role:{one['roleName']}"] = _may(one)
    return acl


def _may(entry: dict) -> dict:
    return {"read": entry["read"], "write": entry["write"]}


# --- pointers ---------------------------------------------------------------------------------------------------------


def _to(name: str, key: str) -> dict:
    return {"__type": "Pointer", "className": name, "objectId": key}


def _made(asking: Asking, name: str, fields: dict) -> dict:
    line = asking.line("POST", f"/classes/{name}", body_of(asking, name, fields))
    return _to(name, rows.create(line, name).body["objectId"])


def _pointer(asking: Asking, column: Column, value: dict) -> dict:
    target = column.targets[0]
    if len(value) != 1:
        raise _neither(column)
    if value.get("createAndLink"):
        return _made(asking, target, value["createAndLink"])
    if not value.get("link"):
        raise _neither(column)
    return _to(target, object_id(target, value["link"]))


def _neither(column: Column) -> ParseError:
    words = f"You need to provide link OR createLink on the pointer mutation of field {column.name}"
    return ParseError(INVALID_POINTER, words)


def _open_pointer(asking: Asking, column: Column, value: dict) -> dict:
    """To a row of one of several classes: its global id names the class, and so does ``class``."""
    by_title = {titled(target): target for target in column.targets}
    made, link = value.get("createAndLink"), value.get("link") or ""
    if bool(made) == bool(link):
        raise _neither(column)
    if made:
        if len(made) != 1 or None in made.values():
            raise _neither(column)
        (single, fields), *_ = made.items()
        target = next(one for title, one in by_title.items() if title.lower() == single.lower())
        return _made(asking, target, fields)
    class_name, key = parts_of(link)
    if class_name in column.targets:
        return _to(class_name, key)
    if value.get("class"):
        return _to(by_title[value["class"]], link)
    return _to(_class_of(asking, column, link), link)


def _class_of(asking: Asking, column: Column, key: str) -> str:
    """The class of the row with that id, among those that the caller may see; else the first, to be refused there."""
    for target in column.targets:
        if objects.one(asking.caller, class_named(target), key).exists():
            return target
    return column.targets[0]


def _relation(asking: Asking, column: Column, value: dict) -> dict:
    if not value:
        words = f"You need to provide at least one operation on the relation mutation of field {column.name}"
        raise ParseError(INVALID_POINTER, words)
    target = column.targets[0]
    made = [_made(asking, target, one) for one in value.get("createAndAdd") or []]
    added = [_to(target, object_id(target, one)) for one in value.get("add") or []]
    removed = [_to(target, object_id(target, one)) for one in value.get("remove") or []]
    operations = [("AddRelation", added + made), ("RemoveRelation", removed)]
    return {"__op": "Batch", "ops": [{"__op": name, "objects": held} for name, held in operations if held]}


# --- files ------------------------------------------------------------------------------------------------------------


def _file(asking: Asking, value: dict) -> dict:
    if value.get("upload"):
        return {"__type": "File", **uploaded(asking, value["upload"])}
    if value.get("file"):
        return value["file"]
    raise ParseError(FILE_SAVE, "Invalid file upload.")


def uploaded(asking: Asking, upload: Any) -> dict:
    line = asking.line("POST", f"/files/{upload.name}", {"bytes": upload.read()})
    return files.upload(line, upload.name).body
