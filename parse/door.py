"""How /parse is entered in front of Django's middleware: half of what a read costs would otherwise go there.

The same entry, session lookup and access rule as by the URL of config/urls.py, which stays as the way for plain http
where TLS is demanded, and for tests. What the middleware does for a page and matters to a program is done here: the
length of the body (config/asgi.py) and the headers of parse/views.py.
"""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import OperationalError, connection

from accounts.loop import Lines
from parse.calls import MOUNT
from parse.classes import RECORDS
from parse.graphql.entry import PATH as GRAPHQL
from parse.graphql.entry import answered as graphql
from parse.views import answered

Answered = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers and body, as ASGI wants them
QUICK = tuple(f"{MOUNT}/classes/{name}" for name in RECORDS)
LONGEST = 8_192
GUARD = "DJANGO_ALLOW_ASYNC_UNSAFE"  # where it is set, nothing sends back to a thread what would hold up the loop
SLOW = (b'"ACL"', b'"__op"')  # as a rule: what needs a transaction begins anew in a thread
pool = ThreadPoolExecutor(settings.PARSE_THREADS, thread_name_prefix="parse")


def takes(scope: dict[str, Any]) -> bool:
    """Whether a request is ours: under the mount, or /graphql, and not one that has to be sent on to https."""
    path = scope["path"]
    if path not in (MOUNT, GRAPHQL) and not path.startswith(f"{MOUNT}/"):
        return False
    return not settings.SECURE_SSL_REDIRECT or is_secure(scope)


def is_secure(scope: dict[str, Any]) -> bool:
    told = settings.SECURE_PROXY_SSL_HEADER
    if told is None:
        return scope.get("scheme") in ("https", "wss")
    name = told[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
    return dict(scope["headers"]).get(name, b"").decode("latin-1") == told[1]


# A thread that comes back from the database waits for the interpreter until the one that has it is told to give it
# up: five milliseconds by default, ten times what a read takes.
sys.setswitchinterval(0.0005)


async def serve(scope: dict[str, Any], body: bytes, send: Any) -> None:
    """What is quick waits for the database in the event loop, all else in threads, which keep their connections."""
    loop = asyncio.get_running_loop()
    answered = await _quickly(scope, body) if GUARD not in os.environ and is_quick(scope, body) else None
    if answered is None:
        answered = await loop.run_in_executor(pool, answer, scope, body)
    status, headers, content = answered
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def is_quick(scope: dict[str, Any], body: bytes) -> bool:
    """Reads and plain writes of records; short enough not to hold up others who wait."""
    if not scope["path"].startswith(QUICK) or len(scope["query_string"]) + len(body) > LONGEST:
        return False
    return scope["method"] in ("GET", "POST", "PUT", "DELETE") and not any(told in body for told in SLOW)


async def _quickly(scope: dict[str, Any], body: bytes) -> Answered | None:
    """None where it has to be done by a thread: it needs more than our own statements, or the connection broke."""
    try:
        return await _lines().call(told, scope, body)
    except (SynchronousOnlyOperation, OperationalError):
        return None


@lru_cache(maxsize=1)
def _lines() -> Lines:
    return Lines(2 * settings.PARSE_THREADS)  # more than threads: commits that wait together are written together


def close() -> None:
    _lines().close()


def answer(scope: dict[str, Any], body: bytes) -> Answered:
    """In a thread."""
    try:
        return told(scope, body)
    finally:
        if connection.errors_occurred and not connection.in_atomic_block:
            connection.close()  # perhaps it died with the database; the next request makes a new one


def told(scope: dict[str, Any], body: bytes) -> Answered:
    request, path = Request(scope, BytesIO(body)), scope["path"]
    answer = graphql(request) if path == GRAPHQL else answered(request, path.removeprefix(MOUNT))
    content = answer.content
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.all_headers.items()]
    return answer.status, [*headers, (b"content-length", b"%d" % len(content))], content


class Headers(dict[str, str]):
    """By small letters, asked for in any."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())


class Request(ASGIRequest):
    """Django's own mapping of headers costs more than all the rest of a request."""

    @cached_property
    def headers(self) -> Headers:  # type: ignore[override]
        return Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.scope["headers"])
