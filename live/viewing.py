"""Who has which record open at the moment, in all processes: rows that live as long as the page is open.

A process that dies takes nobody's name away; its rows are left out when they were not renewed for a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from live.concerns import is_read_by
from live.guests import with_rights
from live.models import Viewing

CHANNEL = "parsley_viewers"
FRESH = timedelta(seconds=60)
MOST = 12  # people whose rights are looked at for one page


def begin(window: str, record: str, user_id: str) -> None:
    Viewing.objects.update_or_create(window=window, defaults={"record": record, "user_id": user_id})
    _tell([record])


def end(window: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM live_viewing WHERE "window" = %s RETURNING record', [window])
        _tell(record for (record,) in cursor.fetchall())


def still(seen: Iterable[tuple[str, str, str]]) -> None:
    """Renews those of this process, and drops those of processes that died."""
    now = timezone.now()
    rows = [Viewing(window=window, record=record, user_id=user, seen_at=now) for window, record, user in seen]
    if rows:
        columns = ["record", "user_id", "seen_at"]
        Viewing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["window"], update_fields=columns)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM live_viewing WHERE seen_at < %s RETURNING record", [now - FRESH])
        _tell({record for (record,) in cursor.fetchall()})


def of(record: str) -> frozenset[str]:
    return frozenset(_fresh(record).values_list("user_id", flat=True))


def others(record: Any, user: User) -> list[User]:
    """Those who have it open beside ``user``, and may see it: as of this moment, not as of when they opened it."""
    found = User.objects.filter(is_active=True, pk__in=_fresh(record.reference).values("user_id"))
    people = with_rights(found.exclude(pk=user.pk).order_by("name", "username")[:MOST])
    name = record._meta.model_name
    return [one for one in people if is_read_by(one.rights, name, record.readers)]


def _fresh(record: str) -> QuerySet[Viewing]:
    return Viewing.objects.filter(record=record, seen_at__gt=timezone.now() - FRESH)


def _tell(records: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for record in records:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, record])
