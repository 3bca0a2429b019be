"""The log read in the order in which it happened, without a gap: for whoever follows it.

A cursor is a snapshot of PostgreSQL: the transactions that were committed when it was taken. The next changes are those
of the transactions that are in a later snapshot and not in this one, so one that began early and commits late is
neither missed nor waited for. Of one row the changes come in the order of their commits: who writes a row second waits
for the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import DataError, connection, transaction

from live.models import Change

UNTIL = """
SELECT coalesce(%s::pg_snapshot, pg_current_snapshot())::text,
       pg_snapshot_xmax(%s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
"""
BATCH = """
SELECT * FROM live_change
 WHERE xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, %(since)s::pg_snapshot)
   AND pg_visible_in_snapshot(xid, %(until)s::pg_snapshot) AND seq > %(after)s
 ORDER BY seq LIMIT %(limit)s
"""
BEGIN = "SELECT pg_current_snapshot()::text"
# What a restore brought along from another server has numbers of transactions that are yet to come here.
BROUGHT = """
UPDATE live_change SET change_set = coalesce(change_set, 'x' || xid), xid = '3'
 WHERE xid > pg_snapshot_xmax(pg_current_snapshot())
"""


SNAPSHOT = r"\d+:\d+:[\d,]*"
WRITTEN = re.compile(rf"(?P<since>{SNAPSHOT});(?P<until>(?:{SNAPSHOT})?);(?P<after>\d+)\Z", re.ASCII)


class BadCursor(ValueError):
    """Not a cursor of this database: start anew, and read the rows themselves again."""


@dataclass(frozen=True)
class Cursor:
    """Everything in ``since`` was read; of what is in ``until`` beside it, everything up to ``after``."""

    since: str
    until: str | None = None
    after: int = 0

    def __str__(self) -> str:
        return f"{self.since};{self.until or ''};{self.after}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Raises BadCursor."""
        found = WRITTEN.match(text)
        if found is None or len(found["after"]) > 18:
            raise BadCursor(text)
        return cls(found["since"], found["until"] or None, int(found["after"]))


@dataclass(frozen=True)
class Moment:
    """Which transactions were committed at one: those below ``floor``, and below ``ceiling`` but for ``running``."""

    floor: int
    ceiling: int
    running: frozenset[int]

    @classmethod
    def parse(cls, snapshot: str) -> Moment:
        floor, ceiling, running = snapshot.split(":")
        return cls(int(floor), int(ceiling), frozenset(map(int, filter(None, running.split(",")))))

    @classmethod
    def now(cls) -> Moment:
        return cls.parse(_snapshot())

    def __contains__(self, xid: int) -> bool:
        return xid < self.floor or (xid < self.ceiling and xid not in self.running)


def begin() -> Cursor:
    """From here on."""
    settle()
    return Cursor(_snapshot())


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN)
        return cursor.fetchone()[0]


def settle() -> None:
    """Makes what a restore brought along a thing of the past."""
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT)


def changes_since(cursor: Cursor, limit: int = 1000) -> tuple[list[Change], Cursor]:
    """At most ``limit`` changes after ``cursor``, and the cursor after them. With fewer there is nothing more for now.

    Raises BadCursor where the cursor is of another server, as after a restore.
    """
    try:
        with transaction.atomic(), connection.cursor() as statement:
            statement.execute(UNTIL, [cursor.until, cursor.since])
            until, is_ours = statement.fetchone()
    except DataError as error:
        raise BadCursor(str(cursor)) from error
    if not is_ours:
        raise BadCursor(str(cursor))
    asked = {"since": cursor.since, "until": until, "after": cursor.after, "limit": limit}
    changes = list(Change.objects.raw(BATCH, asked))
    if len(changes) == limit:
        return changes, Cursor(cursor.since, until, changes[-1].seq)
    return changes, Cursor(until)
