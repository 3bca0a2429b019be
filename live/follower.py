"""Follows the log as it grows: one task a process, which hands on every committed change once and in order.

``follower.listen(changes, control)`` in a running event loop, and ``await follower.ready()`` before telling anybody
that he will hear of everything from now on. Both are called in the loop and must not block it:

- ``changes(entries)``: a list of Entry, in the order of live/feed.py, a transaction's together unless they are
  thousands. Also those that nobody made by hand (``touch``).
- ``control(kind, name)``: ``("rights", <user id>)`` or ``("rights", "*")`` after a session with a token ended, or a
  person's row or rights changed; ``("session", <SHA-256 of the key>)`` or ``("session", "*")`` after a browser's
  session ended; ``("lost", "")`` after changes were missed, because the database came back as another one: whoever
  shows rows has to read them anew.

Asleep, it holds a lock that makes the next commit wake it. Awake, it looks every few milliseconds, and writers are
spared the NOTIFY. Who wrote just before it fell asleep and commits later is found by looks that grow rare.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from json import loads
from typing import Any

import psycopg
from django.db import connection as django_connection

from live.feed import BEGIN, BROUGHT, Cursor

log = logging.getLogger("parsley.live")
BELL = 8_203_117_002  # the lock of who sleeps: migration 0002
AWAKE, LOOKS = 0.004, 4  # seconds between looks, and how many that find nothing end it
ASLEEP = (0.01, 0.05, 0.25, 1.0)  # seconds between looks, the last again and again
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
AT_ONCE = 5_000
NAME = "parsley follower"
DJANGOS = ("cursor_factory", "context", "prepare_threshold")  # what fits only its own way of asking
CHANNELS = {
    "parsley_changes": "changes",
    "parsley_rights": "rights",
    "parsley_sessions": "session",
    "parsley_viewers": "viewers",
}
# As live/feed.py reads, in one statement: what it sees is what its own snapshot says is committed.
NEXT = """
SELECT found.until, found.is_ours, c.seq, c.at, c.model, c.key, c.record, c.op, c.actor, c.face, c.change_set,
       c.before::text, c.after::text, c.xid::text
  FROM (SELECT coalesce(%(until)s, pg_current_snapshot()::text) until,
               pg_snapshot_xmax(%(since)s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) is_ours) found
  LEFT JOIN LATERAL (
      SELECT * FROM live_change
       WHERE xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, %(since)s::pg_snapshot)
         AND pg_visible_in_snapshot(xid, found.until::pg_snapshot) AND seq > %(after)s::bigint
       ORDER BY seq LIMIT %(limit)s) c ON true
 ORDER BY c.seq
"""


@dataclass
class Entry:
    """A change as live/models.py has it, without Django around it; the images are read when somebody asks for them."""

    seq: int
    at: datetime
    model: str
    key: str
    record: str
    op: str
    actor: str | None
    face: str
    change_set: str | None
    before_text: str | None
    after_text: str | None
    xid: str  # of the transaction

    @cached_property
    def before(self) -> dict[str, Any] | None:
        """Of an update the old values of what it changed, of a deletion the row."""
        return None if self.before_text is None else loads(self.before_text, parse_float=Decimal)

    @cached_property
    def after(self) -> dict[str, Any] | None:
        return None if self.after_text is None else loads(self.after_text, parse_float=Decimal)

    @cached_property
    def old_row(self) -> dict[str, Any]:
        """As it was before; empty before it was made."""
        return {} if self.op == "insert" else {**(self.after or {}), **(self.before or {})}

    @property
    def row(self) -> dict[str, Any]:
        """As it was left; empty after it was deleted."""
        return self.after or {}

    @property
    def readers(self) -> list[str]:
        return self.row.get("readers") or []

    @property
    def old_readers(self) -> list[str]:
        return self.old_row.get("readers") or []


@dataclass(eq=False)
class Listener:
    changes: Callable[[list[Entry]], None]
    control: Callable[[str, str], None] | None = None

    def tell(self, kind: str, name: str) -> None:
        if self.control is not None:
            self.control(kind, name)


async def connect(name: str) -> psycopg.AsyncConnection:
    """A connection of one's own to the database that Django uses, outside of its pool and threads.

    ``name``: under which the database lists it.
    """
    told = django_connection.get_connection_params()
    told = {key: value for key, value in told.items() if key not in DJANGOS}
    return await psycopg.AsyncConnection.connect(**told, autocommit=True, application_name=name)


class Follower:
    """Runs while somebody listens. A mistake of one listener is logged and keeps nothing from the others.

    ``since``: where to begin; now where there is none. ``cursor``: after what was handed on last, or is being.
    """

    def __init__(self, since: Cursor | None = None) -> None:
        self.since = self.cursor = since
        self._listeners: list[Listener] = []
        self._task: asyncio.Task | None = None
        self._ready = asyncio.Event()

    def listen(
        self, changes: Callable[[list[Entry]], None], control: Callable[[str, str], None] | None = None
    ) -> Callable[[], None]:
        """From the next batch on. Answers what ends it."""
        listener = Listener(changes, control)
        self._listeners.append(listener)
        if self._task is None or self._task.done():
            self.cursor, self._ready = self.since, asyncio.Event()
            self._task = asyncio.create_task(self._run())
        return lambda: self._leave(listener)

    async def ready(self) -> None:
        """Returns once every change that is committed from now on will be handed on."""
        await self._ready.wait()

    def _leave(self, listener: Listener) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            try:
                async with await connect(NAME) as connection:
                    await self._begin(connection)
                    pause = SHORTEST_PAUSE
                    while True:
                        await self._sleep(connection)
                        await self._look(connection)
            except psycopg.Error as error:
                log.warning("The log is followed again in %.2f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _begin(self, connection: psycopg.AsyncConnection) -> None:
        """Where the last connection left off. What was told to sessions meanwhile is not known: all are asked about."""
        for channel in CHANNELS:
            await connection.execute(f"LISTEN {channel}")
        if self.cursor is None:
            await connection.execute(BROUGHT)
            self.cursor = await self._here(connection)
        if self._ready.is_set():
            self._tell("rights", "*")
            self._tell("session", "*")
        self._ready.set()

    async def _here(self, connection: psycopg.AsyncConnection) -> Cursor:
        row = await (await connection.execute(BEGIN)).fetchone()
        assert row is not None  # noqa: S101 - a select without a table has one row
        return Cursor(row[0])

    async def _sleep(self, connection: psycopg.AsyncConnection) -> None:
        """Until something came."""
        await connection.execute(f"SELECT pg_advisory_lock_shared({BELL})")
        pauses = itertools.chain(ASLEEP, itertools.repeat(ASLEEP[-1]))
        while not await self._catch_up(connection):
            await self._hear(connection, next(pauses))
        await connection.execute(f"SELECT pg_advisory_unlock_shared({BELL})")

    async def _look(self, connection: psycopg.AsyncConnection) -> None:
        """As long as something comes."""
        idle = 0
        while idle < LOOKS:
            await self._hear(connection, AWAKE)
            idle = 0 if await self._catch_up(connection) else idle + 1

    async def _catch_up(self, connection: psycopg.AsyncConnection) -> bool:
        """Everything up to now, in batches; the cursor moves with each, before it is handed on. False for nothing."""
        found = False
        while self.cursor is not None:
            told = {"since": self.cursor.since, "until": self.cursor.until, "after": self.cursor.after}
            rows = await (await connection.execute(NEXT, {**told, "limit": AT_ONCE}, prepare=True)).fetchall()
            until, is_ours = rows[0][:2]
            if not is_ours:
                self.cursor = await self._here(connection)
                self._tell("lost", "")
                break
            entries = [Entry(*row[2:]) for row in rows if row[2] is not None]
            is_all = len(entries) < AT_ONCE
            self.cursor = Cursor(until) if is_all else Cursor(self.cursor.since, until, entries[-1].seq)
            if entries:
                found = True
                self._hand_on(entries)
            if is_all:
                break
        return found

    async def _hear(self, connection: psycopg.AsyncConnection, seconds: float) -> None:
        """What was told, at most for ``seconds``: passed on before the changes that follow are looked at."""
        told = set()
        async for notify in connection.notifies(timeout=seconds, stop_after=1):
            told.add((CHANNELS[notify.channel], notify.payload))
        for kind, name in sorted(told):
            if kind != "changes":
                self._tell(kind, name)

    def _tell(self, kind: str, name: str) -> None:
        for listener in list(self._listeners):
            try:
                listener.tell(kind, name)
            except Exception:
                log.exception("A listener failed at %s", kind)

    def _hand_on(self, entries: list[Entry]) -> None:
        for listener in list(self._listeners):
            try:
                listener.changes(entries)
            except Exception:
                log.exception("A listener failed at change %s", entries[0].seq)


follower = Follower()
