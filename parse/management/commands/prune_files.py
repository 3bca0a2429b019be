"""``manage.py prune_files``: removes uploads that no record ever held. Once a day is often enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from parse.files import path_of
from records.models import File

AT_ONCE = 1_000


class Command(BaseCommand):
    help = "Removes files that were uploaded more than a day ago and never held by a record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="Keep what is younger than so many hours.")

    def handle(self, *args: Any, **options: Any) -> None:
        hours: int = options["hours"]
        if hours < 1:
            raise CommandError("An upload is held a moment after it was made. Leave it an hour or more.")
        oldest = timezone.now() - timedelta(hours=hours)
        self.stdout.write(f"{prune(oldest):,} uploads removed that nobody held, and {sweep(oldest):,} without a row.")


def prune(oldest: datetime) -> int:
    """The row goes first, and only while nobody holds it: a record that takes the file has locked it (files.attach)."""
    gone = 0
    unheld = File.objects.filter(holder_id=None, created_at__lt=oldest)
    for key in list(unheld.values_list("pk", flat=True)):
        if unheld.filter(pk=key)._raw_delete("default"):  # type: ignore[attr-defined]  # one statement, no look before
            path_of(key).unlink(missing_ok=True)
            gone += 1
    return gone


def sweep(oldest: datetime) -> int:
    """Bytes whose row is not there: an upload, or a removal, that was broken off in the middle."""
    gone = 0
    older = _older(oldest)
    while paths := list(islice(older, AT_ONCE)):
        known = set(File.objects.filter(pk__in=[path.name for path in paths]).values_list("pk", flat=True))
        for path in paths:
            if path.name not in known:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _older(oldest: datetime) -> Iterator[Path]:
    for path in Path(settings.FILES_DIR).glob("??/??????????"):
        if path.is_file() and path.stat().st_mtime < oldest.timestamp():
            yield path
