"""One port, two protocols: HTTP goes to Django as WSGI in a bounded pool of threads, sockets stay in the event loop.

Django's own ASGI handler answers sync views two to three times slower (docs/decisions/0003-wsgi-inside-asgi.md).
"""

import asyncio
import os

from a2wsgi import WSGIMiddleware
from django.conf import settings

from config.wsgi import application as wsgi  # sets Django up: what follows needs it
from developers.agents import door as agents
from live import socket
from parse import door
from parse.graphql import socket as subscriptions
from parse.livequery import door as live_queries

web = WSGIMiddleware(wsgi, workers=int(os.environ.get("WEB_THREADS", "8")))
BODY_SECONDS = 60


async def application(scope, receive, send) -> None:
    if scope["type"] == "http":
        await _http(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket" and socket.takes(scope):
        await socket.serve(scope, receive, send)
    elif scope["type"] == "websocket" and live_queries.takes(scope):
        await live_queries.serve(scope, receive, send)
    elif scope["type"] == "websocket" and subscriptions.takes(scope):
        await subscriptions.serve(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def _http(scope, receive, send) -> None:
    """A thread is asked only when all has arrived: a few slow senders would otherwise hold every one of them."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _body(scope, receive)
    except TimeoutError:
        await send({"type": "http.response.start", "status": 408, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body"})
    except ConnectionResetError:
        pass  # nobody waits for an answer
    else:
        await _answer(scope | {"headers": _headers(scope, len(body))}, body, _once(body, receive), send)


async def _answer(scope, body: bytes, receive, send) -> None:
    if door.takes(scope):
        await door.serve(scope, body, send)
    elif agents.takes(scope):
        await agents.serve(scope, body, receive, send)
    else:
        await web(scope, receive, send)


async def _body(scope, receive) -> bytes:
    """All of it, or just enough to be refused as too large by whoever looks at its length."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if _declared_length(scope) > limit:
        return b""
    body, more = bytearray(), True
    while more and len(body) <= limit:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ConnectionResetError
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return bytes(body)


def _headers(scope, length: int) -> list[tuple[bytes, bytes]]:
    """Without underscores, since to WSGI X_Forwarded_For would be X-Forwarded-For, which only a proxy may set.

    With a length, also for a body that came in chunks: Django reads none where it is told none.
    """
    kept = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    declared = any(name == b"content-length" for name, _ in kept)
    return kept if declared or not length else [*kept, (b"content-length", b"%d" % length)]


def _declared_length(scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _once(body: bytes, receive):
    given = False

    async def give():
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def _lifespan(receive, send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            door.close()
            await agents.close()
            return
