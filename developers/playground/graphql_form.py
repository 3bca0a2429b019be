"""A call to /parse/classes/… as GraphQL asks for the same."""

from __future__ import annotations

import json
from typing import Any

from developers.playground.calls import Operation
from parse.graphql.columns import Column, GraphClass, graph_classes
from parse.graphql.wheres import COMBINED, OPERATORS

WORDS = {ours: word for word, ours in OPERATORS.items()}
TOGETHER = {ours: word for word, ours in COMBINED.items()}
UNASKED = {"ACL", "Relation"}


class NoForm(Exception):
    """What GraphQL has no word for."""


def query(operation: Operation) -> str:
    """Empty where there is no such form."""
    known = {one.name: one for one in graph_classes()}
    if operation.class_name not in known:
        return ""
    graph = known[operation.class_name]
    written = {"find": _find, "get": _get, "create": _create, "update": _update, "delete": _delete}
    try:
        return written[operation.verb](operation, graph, known)
    except NoForm:
        return ""


Known = dict[str, GraphClass]


def _find(operation: Operation, graph: GraphClass, known: Known) -> str:
    given = [f"where: {_where(operation.where, graph)}"] if operation.where else []
    if operation.order:
        words = [f"{one.removeprefix('-')}_{'DESC' if one.startswith('-') else 'ASC'}" for one in operation.order]
        given.append(f"order: [{', '.join(words)}]")
    for name, word in (("limit", "first"), ("skip", "skip")):
        if name in operation.parameters:
            given.append(f"{word}: {int(operation.parameters[name])}")
    head = f"{graph.plural}({', '.join(given)})" if given else graph.plural
    asked = ["count"] if operation.wants_count else []
    if operation.parameters.get("limit") != "0":
        asked.append(_block("edges", [_block("node", _columns(operation, graph, known))]))
    return _block("query", [_block(head, asked)])


def _get(operation: Operation, graph: GraphClass, known: Known) -> str:
    head = f"{graph.single}(id: {_text(operation.key)})"
    return _block("query", [_block(head, _columns(operation, graph, known))])


def _create(operation: Operation, graph: GraphClass, known: Known) -> str:
    return _mutation("create", f"fields: {_fields(operation.body, graph)}", operation, graph, known)


def _update(operation: Operation, graph: GraphClass, known: Known) -> str:
    given = f"id: {_text(operation.key)}, fields: {_fields(operation.body, graph)}"
    return _mutation("update", given, operation, graph, known)


def _delete(operation: Operation, graph: GraphClass, known: Known) -> str:
    return _mutation("delete", f"id: {_text(operation.key)}", operation, graph, known)


def _mutation(verb: str, given: str, operation: Operation, graph: GraphClass, known: Known) -> str:
    head = f"{verb}{graph.title}(input: {{ {given} }})"
    return _block("mutation", [_block(head, [_block(graph.single, _columns(operation, graph, known))])])


def _block(head: str, lines: list[str]) -> str:
    inner = "\n".join(lines).replace("\n", "\n  ")
    return f"{head} {{\n  {inner}\n}}"


# --- what is asked for ------------------------------------------------------------------------------------------------


def _columns(operation: Operation, graph: GraphClass, known: Known) -> list[str]:
    wanted = operation.names
    always = ["objectId", "createdAt", "updatedAt"]
    own = [one for one in graph.own if one.type not in UNASKED and not one.is_input and one.name != "authData"]
    chosen = [one for one in own if not wanted or one.name in wanted]
    return [*always, *(_column(one, operation.included, known) for one in chosen)]


def _column(column: Column, included: list[str], known: Known) -> str:
    if column.type == "File":
        return f"{column.name} {{ name url }}"
    if column.type == "Array":
        return f"{column.name} {{ ... on Element {{ value }} }}"
    if column.type != "Pointer":
        return column.name
    within = [one.partition(".")[2] for one in included if one.partition(".")[0] == column.name]
    inner = [_behind(known[target], within, bool(within), known) for target in column.targets if target in known]
    if column.is_open:
        parts = [f"... on {known[target].title} {{ __typename {' '.join(lines)} }}"
                 for target, lines in zip(column.targets, inner, strict=True)]  # fmt: skip
        return _block(column.name, parts)
    return _block(column.name, inner[0]) if within else f"{column.name} {{ objectId }}"


def _behind(graph: GraphClass, within: list[str], whole: bool, known: Known) -> list[str]:
    if not whole:
        return ["objectId"]
    return _columns(Operation("get", graph.name, parameters={"include": ",".join(filter(None, within))}), graph, known)


# --- what is said -----------------------------------------------------------------------------------------------------


def _where(where: dict[str, Any], graph: GraphClass) -> str:
    parts = []
    for name, value in where.items():
        if name in TOGETHER:
            if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
                raise NoForm
            parts.append(f"{TOGETHER[name]}: [{', '.join(_where(one, graph) for one in value)}]")
            continue
        column = graph.column(name)
        if column is None:
            raise NoForm
        parts.append(f"{name}: {_conditions(column, value)}")
    return f"{{ {', '.join(parts)} }}"


def _conditions(column: Column, value: Any) -> str:
    operators = value if isinstance(value, dict) and any(key.startswith("$") for key in value) else {"$eq": value}
    parts = []
    for operator, wanted in operators.items():
        if column.type == "Pointer" and operator == "$eq":  # haveNot is another question: of rows that point somewhere
            parts.append(f"have: {{ objectId: {{ equalTo: {_text(_key(wanted))} }} }}")
        elif operator not in WORDS or (column.type == "Pointer" and operator != "$exists"):
            raise NoForm
        else:
            parts.append(f"{WORDS[operator]}: {_value(column, wanted)}")
    return f"{{ {', '.join(parts)} }}"


def _fields(body: dict[str, Any], graph: GraphClass) -> str:
    parts = []
    for name, value in body.items():
        column = graph.column(name)
        if (
            column is None
            or name == "ACL"
            or (isinstance(value, dict) and "__op" in value and value["__op"] != "Delete")
        ):
            raise NoForm
        if isinstance(value, dict) and value.get("__op") == "Delete":
            value = None
        if column.type == "Pointer" and value is not None:
            of_class = f", class: {value.get('className')}" if column.is_open else ""
            parts.append(f"{name}: {{ link: {_text(_key(value))}{of_class} }}")
        else:
            parts.append(f"{name}: {_value(column, value)}")
    return f"{{ {', '.join(parts)} }}"


def _key(value: Any) -> str:
    if not isinstance(value, dict) or not isinstance(value.get("objectId"), str):
        raise NoForm
    return value["objectId"]


def _value(column: Column, value: Any) -> str:
    """As GraphQL writes it: names of objects without quotes."""
    if column.type == "File" or (isinstance(value, dict) and value.get("__type") not in (None, "Date")):
        raise NoForm
    if isinstance(value, dict):
        if value.get("__type") == "Date":
            return _text(str(value.get("iso")))
        return "{ " + ", ".join(f"{name}: {_value(column, one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(_value(column, one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
