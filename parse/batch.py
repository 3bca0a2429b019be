"""``/batch``: up to 50 calls in one, each answered by itself, or all done or none with ``transaction: true``."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import transaction

from parse.bodies import query_string
from parse.calls import MOUNT, Answer, Call
from parse.errors import INVALID_JSON, ParseError
from parse.trouble import parse_error

MOST = 50
METHODS = {"GET", "POST", "PUT", "DELETE"}


class Undone(Exception):
    """The first error of a transaction, on its way out of it."""

    def __init__(self, error: ParseError) -> None:
        super().__init__(error.message)
        self.error = error


def run(call: Call) -> Answer:
    lines = call.body.get("requests")
    if not isinstance(lines, list):
        raise ParseError(INVALID_JSON, "requests must be an array")
    if len(lines) > MOST:
        raise ParseError(INVALID_JSON, f"A batch has at most {MOST} requests.")
    if call.body.get("transaction") is True:
        return Answer(_whole(call, lines))
    calls = [_line(call, one, False) for one in lines]
    return Answer([_answered(one) for one in calls])


def _whole(call: Call, lines: list) -> list[dict]:
    calls = [_line(call, one, True) for one in lines]
    try:
        with transaction.atomic():
            return [{"success": _done(one)} for one in calls]
    except Undone as undone:
        raise undone.error from undone


def _done(call: Call) -> Any:
    try:
        return _route(call).body
    except Exception as error:
        known = parse_error(call.request, error)
        if known is None:
            raise
        raise Undone(known) from error


def _answered(call: Call) -> dict:
    try:
        return {"success": _route(call).body}
    except Exception as error:
        known = parse_error(call.request, error)
        if known is None:
            raise
        return {"error": {"code": known.code, "error": known.message}}


def _route(call: Call) -> Answer:
    assert call.route  # noqa: S101 - given by the entry
    return call.route(call)


def _is_routed(method: str, path: str) -> bool:
    """Asked before any line is done: one that leads nowhere is a mistake of the whole batch, as for Parse."""
    from parse import routes  # which knows this module

    return method in METHODS and routes.knows(method, path)


def _line(call: Call, line: Any, in_transaction: bool) -> Call:
    path = line.get("path") if isinstance(line, dict) else None
    if not isinstance(line, dict) or not isinstance(path, str):
        raise ParseError(INVALID_JSON, "batch request path must be a string")
    if not path.startswith(f"{MOUNT}/"):
        raise ParseError(INVALID_JSON, f"cannot route batch path {path[:100]}")
    address = urlsplit(path)
    if address.path == f"{MOUNT}/batch":
        raise ParseError(INVALID_JSON, "nested batch requests are not allowed")
    method, body = line.get("method", "undefined"), line.get("body") or {}
    if not isinstance(method, str) or not _is_routed(method.upper(), address.path.removeprefix(MOUNT)):
        raise ParseError(INVALID_JSON, f"cannot route {str(method)[:20]} {address.path.removeprefix(MOUNT)[:100]}")
    if not isinstance(body, dict):
        raise ParseError(INVALID_JSON, "The body of a request in a batch is an object.")
    parameters = query_string(parse_qsl(address.query, keep_blank_values=True))
    if method.upper() == "GET":
        parameters |= body
    return call.line(method.upper(), address.path.removeprefix(MOUNT), body, parameters, in_transaction)
