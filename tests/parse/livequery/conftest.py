"""Sockets of Parse clients without a server in between: the same door, played in an event loop of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from django.db import connection

from accounts.models import Session, User
from live.models import Change
from parse.livequery import door
from tests import loops

PATIENCE = 20
KEYS = {"applicationId": "parsley", "javascriptKey": "parsley-js"}
MASTER = {"applicationId": "parsley", "masterKey": "only-for-tests"}


@pytest.fixture(autouse=True)
def _world(transactional_db, settings):
    """Committed rows, since a follower sees no others."""
    settings.PARSE_MASTER_KEY = MASTER["masterKey"]
    Change.objects.all().delete()


@pytest.fixture
def token_of() -> Callable[[User], str]:
    return lambda user: Session.start(user)[1]


class Client:
    """``heard``: what came that nobody has taken yet."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.hold: asyncio.Event | None = None  # until it is set, nothing is taken from the wire
        self.sent.put_nowait({"type": "websocket.connect"})

    async def receive(self) -> dict[str, Any]:
        return await self.sent.get()

    async def send(self, event: dict[str, Any]) -> None:
        if self.hold is not None:
            await self.hold.wait()
        if event["type"] == "websocket.send":
            self.heard.append(orjson.loads(event["text"]))
        elif event["type"] == "websocket.close":
            self.closed = event["code"], event["reason"]
            self.sent.put_nowait({"type": "websocket.disconnect", "code": event["code"]})

    def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else orjson.dumps(message).decode()
        self.sent.put_nowait({"type": "websocket.receive", "text": text})

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.002)

    async def take(self) -> dict[str, Any]:
        """The next message."""
        await self.until(lambda: self.heard)
        return self.heard.pop(0)

    async def asked(self, message: Any) -> dict[str, Any]:
        self.say(message)
        return await self.take()

    async def connect(self, keys: dict[str, Any] = KEYS) -> dict[str, Any]:
        return await self.asked({"op": "connect", **keys})

    async def subscribe(
        self, token: str, name: str = "Deal", number: float = 1, where: Any = None, **query: Any
    ) -> dict[str, Any]:
        asked = {"className": name, "where": where or {}, **query}
        said = {"op": "subscribe", "requestId": number, "query": asked, **({"sessionToken": token} if token else {})}
        return await self.asked(said)

    async def event(self) -> tuple[str, Any, dict[str, Any]]:
        """Its kind, which subscription it is of, and the object."""
        told = await self.take()
        return told["op"], told["requestId"], told.get("object", told)


@asynccontextmanager
async def opened(keys: dict[str, Any] | None = KEYS):
    """A socket at the door, connected with ``keys``."""
    client = Client()
    serving = asyncio.create_task(door.serve({"path": "/parse", "scheme": "ws"}, client.receive, client.send))
    try:
        if keys is not None:
            assert (await client.connect(keys))["op"] == "connected"
        yield client
    finally:
        client.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await serving


def playing(story: Callable[[], Awaitable[Any]]) -> Any:
    return loops.run(story)


async def in_thread(work: Callable[[], Any]) -> Any:
    """What somebody else does meanwhile."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.to_thread(run)
