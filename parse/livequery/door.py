"""The door for sockets of Parse clients: keys and a session's token, never a cookie, so any origin may come."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.conf import settings

from parse.calls import MOUNT
from parse.door import is_secure
from parse.livequery.frames import error
from parse.livequery.server import INTERNAL, queries
from parse.livequery.sockets import TOO_LATE, Socket

log = logging.getLogger("parsley.live")
CONNECT_SECONDS = 30  # until a socket has shown its keys


def takes(scope: dict[str, Any]) -> bool:
    return scope["path"].rstrip("/") == MOUNT


async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    if settings.SECURE_SSL_REDIRECT and not is_secure(scope):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "websocket.accept"})
    socket = Socket(send)
    queries.enter(socket)
    try:
        while True:
            async with asyncio.timeout(None if socket.client_id else CONNECT_SECONDS):
                event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            if not socket.is_ending:
                await _hear(socket, event.get("text"))
    except TimeoutError:
        socket.end(TOO_LATE, "Nobody connected.")
        await receive()
    finally:
        await queries.leave(socket)


async def _hear(socket: Socket, text: str | None) -> None:
    try:
        await queries.hear(socket, text)
    except Exception:
        log.exception("A message of a live query failed")
        socket.push(error(INTERNAL, "Internal server error."))
