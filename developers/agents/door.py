"""The door of AI agents, /mcp: Streamable HTTP without sessions, as an ASGI application beside Django.

Who comes is asked here, before a word of the protocol is read. The protocol itself is spoken by the official SDK, in
the event loop; what tools do is done in threads of their own.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import close_old_connections

from developers.agents.caller import Agent, Refusal, refusal
from developers.agents.entry import CHALLENGE, PATH, agent_of
from live.socket import is_ours
from parse.door import Request, is_secure

log = logging.getLogger("parsley.agents")
LONGEST = 100_000  # bytes of a message
AGENT = "parsley.agent"  # in the scope, where tools find on whose behalf they are called
RETRY_SECONDS = 5
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = dict[str, str]
pool = ThreadPoolExecutor(settings.AGENT_THREADS, thread_name_prefix="agent")


def takes(scope: Scope) -> bool:
    """Not what has to be sent on to https: Django does that."""
    return scope["path"].rstrip("/") == PATH and (not settings.SECURE_SSL_REDIRECT or is_secure(scope))


async def serve(scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
    try:
        agent = await _let_in(scope, body)
        manager = await _protocol.manager()
    except Refusal as refused:
        return await _refuse(refused, send)
    return await manager.handle_request(scope | {AGENT: agent}, receive, _kept_from_others(send))


async def _let_in(scope: Scope, body: bytes) -> Agent:
    """Raises Refusal."""
    headers, request = dict(scope["headers"]), Request(scope, BytesIO(body))
    try:
        request.get_host()
    except DisallowedHost:
        raise refusal(400, "This Parsley has another name.") from None
    if b"origin" in headers and not is_ours(scope):
        raise refusal(403, "Pages of other sites may not call this address.")
    agent = await in_thread(agent_of, request)
    if scope["method"] != "POST":
        raise refusal(405, "Messages are sent by POST; there is no stream to listen to.")
    if max(len(body), _length(headers)) > LONGEST:
        raise refusal(413, f"A message has at most {LONGEST} bytes.")
    return agent


def _length(headers: dict[bytes, bytes]) -> int:
    declared = headers.get(b"content-length", b"0")
    return int(declared) if declared.isdigit() and len(declared) < 16 else 0


async def _refuse(refused: Refusal, send: Send) -> None:
    content = json.dumps(refused.problem).encode()
    headers = {"content-type": "application/problem+json", "content-length": str(len(content))}
    headers |= {401: {"www-authenticate": CHALLENGE}, 405: {"allow": "POST"}}.get(refused.status, {})
    headers |= {"retry-after": str(RETRY_SECONDS)} if refused.status == 503 else {}
    started = {"type": "http.response.start", "status": refused.status, "headers": _encoded(headers | KEPT)}
    await send(started)
    await send({"type": "http.response.body", "body": content})


KEPT = {"cache-control": "no-store", "x-content-type-options": "nosniff", "x-robots-tag": "noindex"}


def _kept_from_others(send: Send) -> Send:
    async def sending(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            event = event | {"headers": [*event.get("headers", []), *_encoded(KEPT)]}
        await send(event)

    return sending


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(pool, _run, work, arguments)


def _run(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return work(*arguments)
    finally:
        close_old_connections()  # back to the pool, or away if it died with the database


class Protocol:
    """The SDK and what it keeps running, begun by the first message: most Parsleys are never asked by an agent."""

    def __init__(self) -> None:
        self._begun: asyncio.Future[Any] | None = None
        self._end = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def manager(self) -> Any:
        """Raises Refusal."""
        loop = asyncio.get_running_loop()
        if self._begun is None or self._begun.get_loop() is not loop:
            self._begun, self._end = loop.create_future(), asyncio.Event()
            self._running = loop.create_task(self._run(self._begun, self._end))
        try:
            return await asyncio.shield(self._begun)
        except ImportError:
            raise refusal(501, "The package mcp is not installed here.") from None

    async def _run(self, begun: asyncio.Future[Any], end: asyncio.Event) -> None:
        """What the SDK begins, the same task has to end."""
        try:
            server = await in_thread(import_module, "developers.agents.server")
            manager = server.manager()
            async with manager.run():
                begun.set_result(manager)
                await end.wait()
        except Exception as error:
            log.exception("The protocol of agents broke")
            if not begun.done():
                begun.set_exception(error)
        finally:
            if self._begun is begun:
                self._begun = None  # the next message begins anew

    async def close(self) -> None:
        self._end.set()
        if self._running is not None:
            await asyncio.wait([self._running], timeout=2)


_protocol = Protocol()
close = _protocol.close
