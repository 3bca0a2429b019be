"""What the database says of changes: the rows before and after as clients see them, and which questions they answer.

One statement of a class reads the images from the log, puts each into the form of a row of the table, and renders it;
one for every 64 questions says which of them hold. All are prepared and planned once.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
import psycopg

from accounts.principals import seen_of_fields
from live.follower import connect
from live.threads import in_thread
from parse.errors import ParseError
from parse.livequery.conditions import Condition, compiled, rendered
from parse.livequery.groups import Chunk, ClassGroups, Group, Groups
from parse.rendering import finished

log = logging.getLogger("parsley.live")
NAME = "parsley live queries"
SLOW_MS, PLAIN_MS = 1_000, 5_000  # for all patterns together; for anything else
SETTINGS = f"SET plan_cache_mode = force_generic_plan; SET statement_timeout = {PLAIN_MS}"
# ``table`` stands for the row of the image, so that conditions and columns of ordinary queries fit.
PREPARE = """
PREPARE {name}(bigint[]) AS SELECT c.seq, i.is_new, {wanted}
  FROM live_change c
 CROSS JOIN LATERAL (VALUES
       (false, CASE c.op WHEN 'insert' THEN NULL ELSE coalesce(c.after, '{{}}') || coalesce(c.before, '{{}}') END),
       (true, c.after)) i(is_new, image)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::"{table}", i.image) "{table}"
 WHERE c.seq = ANY($1) AND i.image IS NOT NULL
"""
STALE = """
SELECT s.holder, s.stamp FROM accounts_rightsstamp s
  JOIN unnest(%s::text[], %s::bigint[]) known(holder, stamp) ON s.holder = known.holder
 WHERE s.stamp <> known.stamp
"""


@dataclass
class Image:
    """A row at one end of a change: who may read it, its JSON, and the questions that it answers."""

    readers: list[str]
    text: str
    groups: set[Group] = field(default_factory=set)


Images = dict[tuple[int, bool], Image]


class Lost(Exception):
    """The database cannot be asked: what these changes meant to clients is not known."""


class Asker:
    """Has a connection of its own. ``broken``: questions that the database failed to answer, to be given up."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.broken: list[Group] = []
        self._connection: psycopg.AsyncConnection | None = None
        self._names = (f"lq_{number}" for number in itertools.count())
        self._prepared: set[str] = set()

    async def stale(self, stamps: dict[str, int]) -> dict[str, int]:
        """The stamps that are others by now."""
        async with self._asking() as connection:
            asked = [list(stamps), list(stamps.values())]
            return dict(await (await connection.execute(STALE, asked, prepare=True)).fetchall())

    async def images(self, of_class: ClassGroups, seqs: list[int]) -> Images:
        async with self._asking() as connection:
            found: Images = {}
            await self._take_new_fields(of_class)
            if of_class.rows is None:
                of_class.rows = await self._prepare(connection, of_class, await self._wanted(of_class))
            rows = await _execute(connection, of_class.rows, seqs)
            for (seq, is_new, readers, _), text in zip(rows, await _texts(rows), strict=True):
                found[seq, is_new] = Image(readers or [], text)
            for chunk in list(of_class.chunks):
                await self._match(connection, of_class, chunk, seqs, found)
            await self._tidy(connection)
            return found

    async def _tidy(self, connection: psycopg.AsyncConnection) -> None:
        """Statements that questions came to or went from were written anew: the database forgets the old ones."""
        for name in self._prepared - self.groups.statements():
            await connection.execute(f"DEALLOCATE {name}")  # type: ignore[arg-type]
            self._prepared.discard(name)

    async def _take_new_fields(self, of_class: ClassGroups) -> None:
        """Fields that were added or deleted change what is told of a row, and may change what a question means."""
        if of_class.fields == seen_of_fields():
            return
        of_class.fields = seen_of_fields()
        of_class.forget_statements()
        groups = list(of_class.by_key.values())
        for group, condition in zip(groups, await in_thread(_compiled_again, groups), strict=True):
            if condition is None:
                self.broken.append(group)
            else:
                group.condition = condition

    async def _wanted(self, of_class: ClassGroups) -> str:
        sql = await in_thread(rendered, of_class.parse_class)
        return f'"{of_class.parse_class.model._meta.db_table}".readers, {sql}'

    async def _prepare(self, connection: psycopg.AsyncConnection, of_class: ClassGroups, wanted: str) -> str:
        name = next(self._names)
        table = of_class.parse_class.model._meta.db_table
        await connection.execute(PREPARE.format(name=name, wanted=wanted, table=table))  # type: ignore[arg-type]
        self._prepared.add(name)
        return name

    async def _match(
        self, connection: psycopg.AsyncConnection, of_class: ClassGroups, chunk: Chunk, seqs: list[int], found: Images
    ) -> None:
        asked = tuple(chunk.groups)
        try:
            if chunk.name is None or chunk.asked != asked:
                conditions = ", ".join(f"({group.condition.sql}) IS TRUE" for group in asked)
                wanted = f"array_positions(ARRAY[{conditions}], true)"
                name = await self._prepare(connection, of_class, wanted)
                chunk.name, chunk.asked = name, asked
            for seq, is_new, positions in await self._answered(connection, of_class, chunk, seqs):
                image = found.get((seq, is_new))
                if image:
                    image.groups.update(asked[position - 1] for position in positions)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if not isinstance(error, psycopg.errors.QueryCanceled) or not asked[0].is_slow:
                raise  # the database is slow, and not the question
            await self._part(connection, of_class, chunk, seqs, found)
        except psycopg.Error:
            await self._part(connection, of_class, chunk, seqs, found)

    async def _answered(
        self, connection: psycopg.AsyncConnection, of_class: ClassGroups, chunk: Chunk, seqs: list[int]
    ) -> list[tuple]:
        """A pattern may take its share of a second."""
        assert chunk.name is not None  # noqa: S101 - for the type checker
        if not chunk.asked[0].is_slow:
            return await _execute(connection, chunk.name, seqs)
        share = SLOW_MS // max(1, of_class.number_of_slow)
        await connection.execute(f"SET statement_timeout = {max(1, share)}")
        try:
            return await _execute(connection, chunk.name, seqs)
        finally:
            await connection.execute(f"SET statement_timeout = {PLAIN_MS}")

    async def _part(
        self, connection: psycopg.AsyncConnection, of_class: ClassGroups, chunk: Chunk, seqs: list[int], found: Images
    ) -> None:
        """Finds the one that fails, and asks the others each by itself."""
        if len(chunk.groups) <= 1:
            self.broken += chunk.groups
            return
        log.warning("One of %s questions about %s fails", len(chunk.groups), of_class.parse_class.name)
        before = len(of_class.chunks) - 1
        of_class.part(chunk)
        for alone in of_class.chunks[before:]:
            await self._match(connection, of_class, alone, seqs, found)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[psycopg.AsyncConnection]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = await connect(NAME)
                self.groups.forget_statements()
                self._prepared.clear()
                await self._connection.execute(SETTINGS)
            yield self._connection
        except psycopg.Error as error:
            log.warning("Live queries cannot ask the database: %s", error)
            await self.close()
            raise Lost from error

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


def _compiled_again(groups: list[Group]) -> list[Condition | None]:
    found: list[Condition | None] = []
    for group in groups:
        try:
            found.append(compiled(group.parse_class, orjson.loads(group.key)))
        except ParseError:
            found.append(None)
    return found


async def _texts(rows: list[tuple]) -> list[str]:
    """Each row's JSON with its ACL. The names of roles have to be looked up for that."""
    raw = [row[3].encode() for row in rows]
    if any(b"role:" in text for text in raw):
        return await in_thread(_finished, raw)
    return _finished(raw)


def _finished(raw: list[bytes]) -> list[str]:
    return [finished(text).decode() for text in raw]


async def _execute(connection: psycopg.AsyncConnection, name: str, seqs: list[int]) -> list[tuple]:
    numbers = ",".join(map(str, seqs))
    return await (await connection.execute(f"EXECUTE {name}('{{{numbers}}}')")).fetchall()  # type: ignore[arg-type]
