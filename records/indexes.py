"""The indexes of custom fields: built while everybody goes on working, one at a time, and told how far they are.

``CREATE INDEX CONCURRENTLY`` cannot stand in a transaction and waits for older ones, so it is a job
(records/field_jobs.py), on a connection of its own.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import connection
from django.db.utils import DatabaseError

from records.definitions import CustomField
from records.kept import KEY

log = logging.getLogger("parsley.fields")
PROGRESS = """
SELECT p.blocks_done, p.blocks_total, p.tuples_done, p.tuples_total
  FROM pg_stat_progress_create_index p JOIN pg_class t ON t.oid = p.relid
 WHERE t.relname = %s AND p.datname = current_database()
"""
VALID = "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = %s"


def name_of(field: CustomField) -> str:
    if not KEY.match(field.key):
        raise ValueError(f"{field.key} is no key of a field.")
    return f"custom_{field.key}".lower()


def table_of(field: CustomField) -> str:
    return str(field.record_model._meta.db_table)


def build(field: CustomField) -> bool:
    """Whether it is there now. What an earlier try left behind, invalid, is dropped first."""
    name, table = name_of(field), table_of(field)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            if not _is_valid(cursor, name):
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                # The key of the table settles the order of equal ones, as in lists.
                cursor.execute(f"CREATE INDEX CONCURRENTLY {name} ON {table} (({_written(field)}), id)")
            cursor.execute(f"ANALYZE {table}")  # the planner knows nothing of an expression until then
            cursor.execute("RESET statement_timeout")  # the connection goes back to where it came from
    except DatabaseError:
        log.exception("the index of %s could not be built", field)
        return False
    return True


def _written(field: CustomField) -> str:
    """The value as queries have it, its key within the text."""
    return str(field.expression.extra["template"] % {"expressions": "custom"})


def _is_valid(cursor: Any, name: str) -> bool:
    cursor.execute(VALID, [name])
    row = cursor.fetchone()
    return bool(row and row[0])


def drop(field: CustomField) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name_of(field)}")


def progress(field: CustomField) -> int | None:
    """Percent of what is being built now; None where nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, [table_of(field)])
        row = cursor.fetchone()
    if row is None:
        return None
    done, total = row[:2] if row[1] else row[2:]
    return min(99, 100 * done // total) if total else 0
