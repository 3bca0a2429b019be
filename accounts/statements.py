"""Statements of ours, their parameters sent apart and their answers read as binary."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor

from accounts.loop import Asked, in_loop

TELL = b"SELECT set_config('parsley.acting', $1, true)"  # records/acting.py


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
    """From within the event loop: one statement that writes, and on whose behalf, in a transaction of their own.

    With the proof of a session that is only assumed. Raises Overtaken.
    """
    here = in_loop()
    if here is None:
        raise RuntimeError("In a thread Django writes.")
    assumed, here.assumed = here.assumed, None
    if assumed is None:
        return here.wait(Asked(sql, parameters, keep=True, first=(TELL, [acting.encode()])))
    with assumed.proven_by_write() as (proof, stamps):
        return here.wait(Asked(sql, parameters, keep=True, first=(TELL + proof, [acting.encode(), *stamps])))
