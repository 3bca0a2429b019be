"""What is left to do after a field was changed: build its index, or clear away the values of one that was deleted.

``manage.py field_jobs`` does all of it; whoever changes a field starts it in a thread of the web process besides. By a
lock of the database one at a time works.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import connection, connections, transaction
from django.db.models import Q

from records import indexes
from records.acting import unlogged
from records.definitions import CustomField

log = logging.getLogger("parsley.fields")
LOCK = 8_203_117_006  # any number, the same everywhere
AT_ONCE = 2_000
ROUNDS, PAUSE = 10, 0.2
CLEARED = """
UPDATE {table} SET custom = custom - %s
 WHERE id IN (SELECT id FROM {table} WHERE custom ? %s AND id > %s ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def waiting() -> Q:
    index = CustomField.Index
    return (
        Q(deleted_at__isnull=False)
        | Q(index_state__in=[index.WAITING, index.BUILDING])
        | Q(indexed=False, index_state=index.READY)
    )


def start_jobs() -> None:
    """In a thread, once the change is committed; nothing where there is nothing to do."""
    transaction.on_commit(_start, robust=True)


def _start() -> None:
    if CustomField.objects.filter(waiting()).exists():
        threading.Thread(target=_run_and_close, name="field-jobs", daemon=True).start()


def _run_and_close() -> None:
    try:
        run()
    except Exception:
        log.exception("a job of a field failed; manage.py field_jobs goes on with it")
    finally:
        connections.close_all()


def run() -> int:
    """How many fields were seen to; none where another process is at it."""
    done = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        seen: set[str] = set()
        while (field := CustomField.objects.filter(waiting()).exclude(pk__in=seen).first()) is not None:
            _see_to(field)
            seen.add(field.pk)
            done += 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return done


def _see_to(field: CustomField) -> None:
    if field.deleted_at:
        indexes.drop(field)
        if clear(field):
            field.forget()
    elif field.indexed:
        _say(field, CustomField.Index.BUILDING)
        built = indexes.build(field)
        _say(field, CustomField.Index.READY if built else CustomField.Index.FAILED)
    else:
        indexes.drop(field)
        _say(field, CustomField.Index.NONE)


def _say(field: CustomField, state: str) -> None:
    CustomField.objects.filter(pk=field.pk).update(index_state=state)


def clear(field: CustomField) -> bool:
    """In steps, so that nobody waits. False where a row is left, because somebody was writing it all the while."""
    for _ in range(ROUNDS):
        after = ""
        while found := _clear_some(field, after):
            after = max(found)
        if not field.has_values():
            return True
        time.sleep(PAUSE)
    return False


def _clear_some(field: CustomField, after: str) -> list[str]:
    sql = CLEARED.format(table=indexes.table_of(field), most=AT_ONCE)
    with transaction.atomic(), unlogged(), connection.cursor() as cursor:
        cursor.execute(sql, [field.key, field.key, after])
        return [row[0] for row in cursor.fetchall()]
