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
STAGED = "CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"
ABOUT = """
WITH owner AS (
    SELECT id, ARRAY(SELECT u.id UNION SELECT 'team:' || team_id FROM accounts_membership WHERE user_id = u.id
                      ORDER BY 1)::text[] AS names FROM accounts_user u
), target AS (
    SELECT 'deal' AS model, id, readers FROM pipeline_deal UNION ALL
    SELECT 'contact', id, readers FROM crm_contact UNION ALL SELECT 'company', id, readers FROM crm_company
)
INSERT INTO {table} ({columns}, readers_own, writers, readers_reach, readers)
SELECT staged.*, owner.names, owner.names, coalesce(target.readers, '{{}}'),
       ARRAY(SELECT DISTINCT n FROM unnest(owner.names || target.readers) n ORDER BY 1)
  FROM staged JOIN owner ON owner.id = staged.created_by_id
  LEFT JOIN django_content_type kind ON kind.id = staged.related_type_id
  LEFT JOIN target ON target.model = kind.model AND target.id = staged.related_id
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
            cursor.execute("SELECT current_setting('pgtrigger.ignore')")
            before = cursor.fetchone()[0]
            both = ",".join(filter(None, [before.strip("{}"), *names]))
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{both}}}"])
            yield
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [before])

    def copy(self, model: type[models.Model], fields: Iterable[str], rows: Iterable[tuple]) -> int:
        """One COPY, so that the triggers of statements run once. Returns how many rows there were."""
        return self._done(model, self._copy(model, fields, rows, model._meta.db_table))

    def copy_about(self, model: type[models.Model], fields: Iterable[str], rows: Iterable[tuple]) -> int:
        """The same for rows that are about others, with the access arrays that their trigger would write.

        It does so row by row, which takes most of a minute for 200,000; here it is one statement for all of them.
        """
        columns = ", ".join(_columns(model, fields))
        with connection.cursor() as cursor, self.without("access_insert", [model]):
            cursor.execute(STAGED.format(table=_name(model), columns=columns))
            number = self._copy(model, fields, rows, "staged")
            cursor.execute(ABOUT.format(table=_name(model), columns=columns))
            cursor.execute("DROP TABLE staged")
        return self._done(model, number)

    def _copy(self, model: type[models.Model], fields: Iterable[str], rows: Iterable[tuple], table: str) -> int:
        into, number = f"{_quoted(table)} ({', '.join(_columns(model, fields))})", 0
        with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as stream:
            for row in self.progress.counting(str(model._meta.verbose_name_plural), rows):
                stream.write_row(row)
                number += 1
        return number

    def _done(self, model: type[models.Model], number: int) -> int:
        self.progress.done(f"{model._meta.verbose_name_plural} {number:,}")
        self.filled[model._meta.db_table] = None
        return number

    def analyze(self, *tables: type[models.Model]) -> None:
        """Within the transaction: triggers plan by what is known of a table, and of a new one that is nothing."""
        with connection.cursor() as cursor:
            for model in tables:
                cursor.execute(f"ANALYZE {_name(model)}")
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


def _name(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _columns(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    return [_quoted(model._meta.get_field(name).column) for name in fields]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
