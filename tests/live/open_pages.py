"""Pages that are open in somebody's browser, without the network between: what they say and what they are told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User
from live import socket
from live.feed import begin
from live.threads import in_thread
from live.windows import signed, windows
from records.acting import ChangeSet, acting
from tests import loops

PATIENCE = 20
OURS = b"http://crm.example"


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="accounts.backends.PasswordBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Page:
    """One that is open in the browser of somebody, without the network between."""

    def __init__(self, cookie: str = "", origin: bytes = OURS) -> None:
        self._sent: asyncio.Queue = asyncio.Queue()
        self.told: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        headers = [(b"host", b"crm.example"), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        scope = {
            "type": "websocket",
            "path": "/live",
            "headers": [*headers, *([(b"origin", origin)] if origin else [])],
        }
        self._sent.put_nowait({"type": "websocket.connect"})
        self.serving = asyncio.ensure_future(socket.serve(scope, self._sent.get, self._take))

    async def _take(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if event["type"] == "websocket.send":
            self.told.append(json.loads(event["text"]))

    def say(self, text: str | None) -> None:
        self._sent.put_nowait({"type": "websocket.receive", "text": text})

    async def show(self, what: str, since: str = "", **more: str) -> "Page":
        self.say(json.dumps({"show": what, "since": since or await in_thread(lambda: signed(str(begin()))), **more}))
        await self.until(lambda: any("ready" in one for one in self.told))
        return self

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.005)

    @property
    def changed(self) -> set[str]:
        return {key for one in self.told for key in one.get("changed", {})}

    @property
    def closed(self) -> int | None:
        return next((event["code"] for event in self.events if event["type"] == "websocket.close"), None)

    async def hears_of(self, key: str) -> None:
        await self.until(lambda: key in self.changed)

    async def leave(self) -> None:
        self._sent.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.serving, PATIENCE)


def story(told: Callable[[], Awaitable[None]]) -> None:
    """Runs it; afterwards nobody may be left behind."""

    async def run() -> None:
        async with asyncio.timeout(60):
            await told()
        assert len(windows) == 0

    loops.run(run)


async def write(work: Callable[[], object], who: User | None = None) -> str:
    """In a request of ``who``'s; answers its change set."""
    changes = ChangeSet()

    def run() -> None:
        with acting(who, "page", changes):
            work()

    await in_thread(run)
    return str(changes)
