"""Statements of ours, their parameters sent apart and their answers read as binary."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor

from accounts.loop import Asked, in_loop


def run(sql: str, parameters: Sequence[Any], *, keep: bool = True) -> list[tuple]:
    """Django's cursor binds on the client and reads text; this one does neither, which halves the time of a list.

    ``keep``: prepared, and after some runs planned once for all. Not for lists: a rep's few rows and a lead's many want
    different plans.
    """
    here = in_loop()
    if here is not None:
        return here.wait(Asked(sql, parameters, keep))
    connection.ensure_connection()
    started = time.monotonic()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        found = cursor.execute(sql, parameters, prepare=keep, binary=True).fetchall()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - started:.3f}"})
    return found


def write(sql: str, parameters: Sequence[Any], acting: str) -> list[tuple]:
    """From within the event loop: one statement that writes, and on whose behalf, in a transaction of their own."""
    here = in_loop()
    if here is None:
        raise RuntimeError("In a thread Django writes.")
    return here.wait(Asked(sql, parameters, keep=True, acting=acting))
