"""A call as a program with Parse's JavaScript SDK would make it."""

from __future__ import annotations

import json
import re
from typing import Any

from developers.playground.calls import Call, Operation

HEAD = """\
import Parse from 'parse/node';

Parse.initialize(process.env.PARSE_APP_ID, process.env.PARSE_JS_KEY);
Parse.serverURL = '{origin}/parse';
const sessionToken = process.env.PARSE_SESSION_TOKEN;
"""
POINTER = "const pointer = (name, id) => Parse.Object.extend(name).createWithoutData(id);\n"
METHODS = {
    "$eq": "equalTo",
    "$ne": "notEqualTo",
    "$lt": "lessThan",
    "$lte": "lessThanOrEqualTo",
    "$gt": "greaterThan",
    "$gte": "greaterThanOrEqualTo",
    "$in": "containedIn",
    "$nin": "notContainedIn",
}
WORD = re.compile(r"[A-Za-z_$][\w$]*\Z")
SHOW = "console.log(JSON.stringify({}, null, 2));"


LISTEN = """
const query = new Parse.Query('Deal').equalTo('stage', 'won');
const subscription = await query.subscribe(sessionToken);
for (const event of ['create', 'update', 'enter', 'leave', 'delete']) {
  subscription.on(event, deal => console.log(event, deal.toJSON()));
}"""


def live_script(origin: str) -> str:
    return HEAD.format(origin=origin) + LISTEN


def script(call: Call, operation: Operation | None, origin: str) -> str:
    lines = _lines(call, operation)
    text = "\n".join(lines)
    pointers = POINTER if "pointer('" in text else ""
    return HEAD.format(origin=origin) + pointers + "\n" + text


def _lines(call: Call, operation: Operation | None) -> list[str]:
    if operation is None or operation.class_name.startswith("_"):
        return _raw(call)
    written = {"find": _find, "get": _get, "create": _create, "update": _update, "delete": _delete}
    return written[operation.verb](operation) or _raw(call)


def _raw(call: Call) -> list[str]:
    """What the SDK has no word of its own for."""
    body = call.body if call.body is not None else dict(call.parameters)
    path = call.path.strip("/")
    request = f"request('{call.method}', {literal(path)}, {literal(body)}, {{ sessionToken }})"
    return ["const controller = Parse.CoreManager.getRESTController();", f"const answer = await controller.{request};",
            SHOW.format("answer")]  # fmt: skip


def _find(operation: Operation) -> list[str]:
    name = literal(operation.class_name)
    conditions = _conditions(operation.where)
    if conditions is None:
        asked = {"where": operation.where}
        lines = [f"const query = Parse.Query.fromJSON({name}, {json.dumps(asked, ensure_ascii=False)});"]
    else:
        lines = [f"const query = new Parse.Query({name});", *conditions]
    lines += _shape(operation)
    for name in ("limit", "skip"):
        if name in operation.parameters:
            lines.append(f"query.{name}({int(operation.parameters[name])});")
    if operation.wants_count:
        lines += ["query.withCount();", "const { results, count } = await query.find({ sessionToken });"]
        return [*lines, SHOW.format("{ results: results.map(row => row.toJSON()), count }")]
    lines.append("const results = await query.find({ sessionToken });")
    return [*lines, SHOW.format("{ results: results.map(row => row.toJSON()) }")]


def _shape(operation: Operation) -> list[str]:
    """Order, columns, and what is brought along."""
    lines = []
    for number, name in enumerate(operation.order):
        word = "descending" if name.startswith("-") else "ascending"
        word = f"add{word.capitalize()}" if number else word
        lines.append(f"query.{word}({literal(name.removeprefix('-'))});")
    if operation.names:
        lines.append(f"query.select({', '.join(map(literal, operation.names))});")
    lines += [f"query.include({literal(name)});" for name in operation.included]
    return lines


def _conditions(where: dict[str, Any]) -> list[str] | None:
    """One line a condition; None where there is one that has no method."""
    lines = []
    for name, value in where.items():
        if name.startswith("$"):
            return None
        operators = value if isinstance(value, dict) and any(key.startswith("$") for key in value) else {"$eq": value}
        for operator, wanted in operators.items():
            if operator == "$exists":
                lines.append(f"query.{'exists' if wanted else 'doesNotExist'}({literal(name)});")
            elif operator in METHODS:
                lines.append(f"query.{METHODS[operator]}({literal(name)}, {literal(wanted)});")
            else:
                return None
    return lines


def _get(operation: Operation) -> list[str]:
    lines = [f"const query = new Parse.Query({literal(operation.class_name)});", *_shape(operation)]
    return [*lines, f"const row = await query.get({literal(operation.key)}, {{ sessionToken }});",
            SHOW.format("row.toJSON()")]  # fmt: skip


def _create(operation: Operation) -> list[str]:
    made = f"const row = new Parse.Object({literal(operation.class_name)});"
    return _saved(operation, made)


def _update(operation: Operation) -> list[str]:
    made = (
        f"const row = Parse.Object.extend({literal(operation.class_name)}).createWithoutData({literal(operation.key)});"
    )
    return _saved(operation, made)


def _existing(operation: Operation) -> str:
    return f"Parse.Object.extend({literal(operation.class_name)}).createWithoutData({literal(operation.key)})"


def _saved(operation: Operation, made: str) -> list[str]:
    lines = [made]
    for name, value in operation.body.items():
        line = _set(name, value)
        if line is None:
            return []
        lines.append(line)
    return [*lines, "await row.save(null, { sessionToken });", SHOW.format("row.toJSON()")]


def _set(name: str, value: Any) -> str | None:
    if name == "ACL":
        return f"row.setACL(new Parse.ACL({literal(value)}));"
    done = value.get("__op") if isinstance(value, dict) else None
    if done == "Increment":
        return f"row.increment({literal(name)}, {literal(value.get('amount', 1))});"
    if done == "Delete":
        return f"row.unset({literal(name)});"
    return None if done else f"row.set({literal(name)}, {literal(value)});"


def _delete(operation: Operation) -> list[str]:
    made = _existing(operation)
    return [f"const row = {made};", "await row.destroy({ sessionToken });", SHOW.format("{}")]


def literal(value: Any) -> str:
    """As JavaScript writes it: dates as Date, pointers by the function above, the rest as JSON with single quotes."""
    if isinstance(value, str):
        inner = json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
        return f"'{inner}'".replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    if isinstance(value, list):
        return f"[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, dict):
        if value.get("__type") == "Date" and isinstance(value.get("iso"), str):
            return f"new Date({literal(value['iso'])})"
        if value.get("__type") == "Pointer" and {"className", "objectId"} <= set(value):
            return f"pointer({literal(value['className'])}, {literal(value['objectId'])})"
        inner = ", ".join(
            f"{name if WORD.match(name) else literal(name)}: {literal(one)}" for name, one in value.items()
        )
        return f"{{ {inner} }}" if inner else "{}"
    return json.dumps(value)
