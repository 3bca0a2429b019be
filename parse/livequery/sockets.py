"""One socket: what is sent to it waits here, so that who reads slowly keeps nobody from being told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from parse.livequery.subscriptions import Subscription

MOST_WAITING = 1_000_000  # characters that a client has not taken yet
TOO_SLOW, ENDED, AGAIN, TOO_LATE = 1013, 1008, 1012, 1008  # codes of RFC 6455 and IANA

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Socket:
    """``client_id`` is empty until the client has connected with its keys."""

    def __init__(self, send: Send) -> None:
        self.client_id = ""
        self.installation = ""
        self.is_master = False
        self.token = ""
        self.subscriptions: dict[Any, Subscription] = {}
        self._send = send
        self._waiting: deque[str] = deque()
        self._size = 0
        self._writer: asyncio.Task | None = None
        self._end: tuple[int, str] | None = None

    @property
    def is_ending(self) -> bool:
        return self._end is not None

    def connected(self, client_id: str, installation_id: str | None, token: str, is_master: bool) -> None:
        self.client_id, self.token, self.is_master = client_id, token, is_master
        self.installation = "" if installation_id is None else f',"installationId":{_json(installation_id)}'
        self.push(f'{{"op":"connected","clientId":{_json(client_id)}{self.installation}}}')

    def push(self, text: str) -> None:
        """Returns at once. Who lets a megabyte wait is cut off: nothing may be left out in between."""
        if self._end is not None:
            return
        self._waiting.append(text)
        self._size += len(text)
        if self._size > MOST_WAITING:
            self._waiting.clear()
            self.end(TOO_SLOW, "Too much was left unread.")
        else:
            self._wake()

    def end(self, code: int, reason: str) -> None:
        """After what was pushed before."""
        if self._end is None:
            self._end = code, reason
            self._wake()

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._waiting:
                text = self._waiting.popleft()
                self._size -= len(text)
                await self._send({"type": "websocket.send", "text": text})
            if self._end is not None:
                code, reason = self._end
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError):
            self._end = self._end or (1006, "")  # it is gone; its own loop hears of that and ends
            self._waiting.clear()
        finally:
            self._writer = None


def _json(text: str) -> str:
    return orjson.dumps(text).decode()
