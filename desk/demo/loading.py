"""Rows into tables by COPY, and what a table wants before and after that."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from django.db import connection, models

PATIENCE = 2.0  # seconds of silence before progress is told
PENDING = """
SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
 WHERE a.amname = 'gin' AND i.indrelid = ANY(SELECT to_regclass(name) FROM unnest(%s::text[]) name)
"""


class Progress:
    """A line for each table on ``stream``, from when the whole took longer than two seconds."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.terminal = self.stream.isatty()
        self.start = self.step = time.monotonic()
        self.kept: list[str] = []

    @property
    def is_told(self) -> bool:
        return time.monotonic() - self.start > PATIENCE

    def counting(self, label: str, rows: Iterable[tuple]) -> Iterator[tuple]:
        for number, row in enumerate(rows, 1):
            if self.terminal and number % 2000 == 0 and self.is_told:
                self.stream.write(f"\r{label} {number:,} …")
                self.stream.flush()
            yield row

    def done(self, label: str) -> None:
        now = time.monotonic()
        self.kept.append(f"{label}, {now - self.step:.1f} s")
        self.step = now
        if self.is_told:
            start = "\r" if self.terminal else ""
            self.stream.writelines(f"{start}{line}\n" for line in self.kept)
            self.stream.flush()
            self.kept = []


class Loader:
    """Fills tables; the triggers on them do the rest."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.filled: dict[str, None] = {}  # names of tables, in order

    def prepare(self) -> None:
        """For one long transaction. Not needed for a few rows, worth minutes for many."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            # Deferred checks pile up, and whatever is caught in a trigger goes through the whole pile.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            # Unset it is an error that pgtrigger catches, in every call of every trigger.
            cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")

    @contextmanager
    def without(self, trigger: str, tables: Iterable[type[models.Model]]) -> Iterator[None]:
        """Leaves out a trigger that would find nothing to do. (pgtrigger.ignore does not reach a COPY.)"""
        names = [found.get_pgid(model) for model in tables for found in model._meta.triggers if found.name == trigger]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{','.join(names)}}}"])
            yield
            cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")

    def copy(self, model: type[models.Model], fields: Iterable[str], rows: Iterable[tuple]) -> int:
        """One COPY, so that the triggers of statements run once. Returns how many rows there were."""
        columns = [model._meta.get_field(name).column for name in fields]
        into = f"{_quoted(model._meta.db_table)} ({', '.join(map(_quoted, columns))})"
        label, number = str(model._meta.verbose_name_plural), 0
        with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as stream:
            for row in self.progress.counting(label, rows):
                stream.write_row(row)
                number += 1
        self.filled[model._meta.db_table] = None
        self.progress.done(f"{label} {number:,}")
        return number

    def analyze(self, *tables: type[models.Model]) -> None:
        """Within the transaction: triggers plan by what is known of a table, and of a new one that is nothing."""
        with connection.cursor() as cursor:
            for model in tables:
                cursor.execute(f"ANALYZE {_quoted(model._meta.db_table)}")
                self.filled[model._meta.db_table] = None

    def tidy(self) -> None:
        """Statistics and visibility for the planner, and no pending entries left to slow the first readers."""
        verb = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            for table in self.filled:
                cursor.execute(f"{verb} {_quoted(table)}")
            cursor.execute(PENDING, [list(self.filled)])
            cursor.execute("RESET statement_timeout")
        self.progress.done("tidied")


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
