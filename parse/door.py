"""How /parse is entered in front of Django's middleware: half of what a read costs would otherwise go there.

The same entry, session lookup and access rule as by the URL of config/urls.py, which stays as the way for plain http
where TLS is demanded, and for tests. What the middleware does for a page and matters to a program is done here: the
length of the body (config/asgi.py) and the headers of parse/views.py.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpResponse

from parse.calls import MOUNT
from parse.graphql.entry import PATH as GRAPHQL
from parse.graphql.entry import entry as graphql
from parse.views import entry

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
    """Threads of our own keep their connections: taking one from the pool costs a statement a request."""
    loop = asyncio.get_running_loop()
    status, headers, content = await loop.run_in_executor(pool, answer, scope, body)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _response(request: ASGIRequest, path: str) -> HttpResponse:
    return graphql(request) if path == GRAPHQL else entry(request, path.removeprefix(MOUNT).lstrip("/"))


def answer(scope: dict[str, Any], body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body, as ASGI wants them."""
    try:
        response = _response(ASGIRequest(scope, BytesIO(body)), scope["path"])
    finally:
        if connection.errors_occurred and not connection.in_atomic_block:
            connection.close()  # perhaps it died with the database; the next request makes a new one
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    content = response.content
    return response.status_code, [*headers, (b"content-length", b"%d" % len(content))], content
