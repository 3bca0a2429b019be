"""Statements that are waited for in the event loop: handing a read to a thread and back costs as much as the read.

The code of a read is the same in both places. Here it runs in a greenlet, which steps aside at each statement
(accounts/statements.py). The connections speak to libpq through psycopg's own layer: a cursor that is awaited costs
0.1 ms, five times what is needed, most of it for watching the socket anew with each statement.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from django.db.utils import DatabaseErrorWrapper
from greenlet import getcurrent, greenlet
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, PipelineStatus
from psycopg.pq.abc import PGresult

PLACE = re.compile(r"%([%s])")
MOST_KEPT = 200  # prepared statements of a connection
OFF = PipelineStatus.OFF
FAILED = {ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE}


class Asked(NamedTuple):
    """``keep`` as accounts/statements.py has it. ``first``: goes in front of what writes, in the same transaction."""

    sql: str
    parameters: Sequence[Any]
    keep: bool
    first: tuple[bytes, list[bytes]] | None = None


class InLoop(greenlet):
    """A call in the event loop's thread. What uses Django's own connection here raises SynchronousOnlyOperation."""

    has_written = False  # and so must not begin anew
    assumed: Any = None  # what the next write is to prove (accounts/authentication.py)

    def wait(self, asked: Asked) -> list[tuple]:
        self.has_written = self.has_written or asked.first is not None
        return self.parent.switch(asked)


def in_loop() -> InLoop | None:
    here = getcurrent()
    return here if isinstance(here, InLoop) else None


class Lines:
    """The connections of one event loop, ``most`` at a time, made as Django makes its own."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._idle: list[Line] = []
        self._mapped = DatabaseErrorWrapper(_Told())

    async def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What ``function`` gives, its statements awaited."""
        task = InLoop(function)
        step = task.switch(*arguments)
        while not task.dead:
            try:
                found = await self._run(step)
            except BaseException as error:
                step = task.throw(error)
            else:
                step = task.switch(found)
        return step

    async def _run(self, asked: Asked) -> list[tuple]:
        async with self._free:
            with self._mapped:
                line = await self._line()
                try:
                    return await line.run(asked)
                finally:
                    if line.is_open:
                        self._idle.append(line)

    async def _line(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if line.is_open and not line.is_full:
                return line
            line.close()
        return await Line.made()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


class Line:
    """One connection, its socket watched for as long as it is open. Takes one statement at a time."""

    def __init__(self, held: psycopg.AsyncConnection) -> None:
        self._held, self._pg = held, held.pgconn
        self._names: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._results: list[PGresult] = []
        self._answer: asyncio.Future[list[PGresult]] | None = None
        self._loop = asyncio.get_running_loop()
        self._socket = self._pg.socket
        self._loop.add_reader(self._socket, self._read)
        self.is_open = True

    @classmethod
    async def made(cls) -> Line:
        told = connection.get_connection_params()
        kept = {name: told[name] for name in told if name not in ("cursor_factory", "pool")}
        kept["options"] = f"{kept.get('options', '')} -c TimeZone=UTC"
        return cls(await psycopg.AsyncConnection.connect(**kept, autocommit=True))

    @property
    def is_full(self) -> bool:
        """Of prepared statements: their plans take memory."""
        return len(self._names) >= MOST_KEPT

    async def run(self, asked: Asked) -> list[tuple]:
        """Raises psycopg.Error. Closed afterwards where it broke, or was left in the middle."""
        words = Transformer.from_context(self._held)
        values = words.dump_sequence(asked.parameters, [PyFormat.AUTO] * len(asked.parameters))
        sql, types = _numbered(asked.sql), words.types or ()
        if asked.first is not None:
            result = await self._write(sql, types, values, words.formats, *asked.first)
        elif asked.keep:
            name = self._names.get((sql, types)) or await self._prepare(sql, types)
            result = await self._ask(self._pg.send_query_prepared, name, values, words.formats, Format.BINARY)
        else:
            result = await self._ask(self._pg.send_query_params, sql, values, types, words.formats, Format.BINARY)
        words.set_pgresult(result)
        return words.load_rows(0, result.ntuples, tuple)

    async def _write(
        self, sql: bytes, types: tuple[int, ...], values: Any, formats: Any, first: bytes, told: list[bytes]
    ) -> PGresult:
        """Sent in one go, with one answer to wait for: up to it PostgreSQL takes all for one transaction."""
        tell = self._names.get((first, ())) or await self._prepare(first, ())
        name = self._names.get((sql, types)) or await self._prepare(sql, types)

        def send() -> None:
            self._pg.enter_pipeline_mode()
            self._pg.send_query_prepared(tell, told)
            self._pg.send_query_prepared(name, values, formats, Format.BINARY)
            self._pg.pipeline_sync()

        try:
            return await self._ask(send)
        finally:
            if self.is_open:
                self._pg.exit_pipeline_mode()

    async def _prepare(self, sql: bytes, types: tuple[int, ...]) -> bytes:
        name = b"kept%d" % len(self._names)
        await self._ask(self._pg.send_prepare, name, sql, types)
        self._names[sql, types] = name
        return name

    async def _ask(self, send: Callable[..., None], *arguments: Any) -> PGresult:
        self._answer = self._loop.create_future()
        try:
            send(*arguments)
            while self._pg.flush():
                await asyncio.sleep(0.001)  # more than a socket takes at once: rare, and short
            results = await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None
        for result in results:
            if result.status in FAILED:
                raise psycopg.errors.error_from_result(result, encoding="utf-8")
        return results[-1]

    def _read(self) -> None:
        """Whenever there is something to read; also that the database has gone."""
        try:
            self._pg.consume_input()
            while self._answer and not self._answer.done() and not self._pg.is_busy():
                result = self._pg.get_result()
                is_last = result is None if self._pg.pipeline_status == OFF else _is_sync(result)
                if is_last:
                    self._answer.set_result(self._results)
                    self._results = []
                elif result is not None:
                    self._results.append(result)
        except psycopg.Error as error:
            answer = self._answer
            self.close()
            if answer and not answer.done():
                answer.set_exception(error)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self._loop.remove_reader(self._socket)
            self._pg.finish()


def _is_sync(result: PGresult | None) -> bool:
    return result is not None and result.status == ExecStatus.PIPELINE_SYNC


@lru_cache(maxsize=2048)
def _numbered(sql: str) -> bytes:
    """As PostgreSQL counts places: ``$1`` where Django writes ``%s``."""
    number = count(1)
    return PLACE.sub(lambda found: "%" if found[1] == "%" else f"${next(number)}", sql).encode()


class _Told:
    """What Django's mapping of errors wants to know of a connection."""

    Database = psycopg
    errors_occurred = False
