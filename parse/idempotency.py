"""X-Parse-Request-Id: a write that is sent again, because its answer got lost, is answered again, not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson

from parse.calls import Answer, Call
from parse.errors import DUPLICATE_REQUEST, INVALID_JSON, ParseError
from records.idempotency import keep, seen
from records.transactions import atomically

HEADER = "X-Parse-Request-Id"


def once(call: Call, work: Callable[[], Answer]) -> Answer:
    """Lines of a batch have no id of their own; who is not signed in, and the master key, are nobody to keep it for."""
    key = call.request.headers.get(HEADER)
    if key is None or call.is_line or call.caller.session is None:
        return work()
    call.caller.prove()
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise ParseError(INVALID_JSON, f"{HEADER}: 1 to 200 printable characters.")
    return atomically(_once, call, f"parse:{key}"[:200], work)


def _once(call: Call, key: str, work: Callable[[], Answer]) -> Answer:
    reply = seen(call.caller.user, key, _digest(call))
    if reply is None:
        raise ParseError(DUPLICATE_REQUEST, "Duplicate request: this request id was used for a different one.")
    if reply.status:
        return Answer(reply.body, reply.status, reply.headers)
    answer = work()
    keep(reply, answer.status, answer.body, answer.headers)
    return answer


def _digest(call: Call) -> str:
    body = orjson.dumps([call.method, call.path, call.body], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()
