"""``manage.py prune_changes``: forgets what was logged longer ago than is kept. Once a day is often enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from live.feed import settle
from live.models import Change, Undoing
from live.undo import DAYS

AT_ONCE = 10_000


class Command(BaseCommand):
    help = "Deletes entries of the change log that are older than CHANGE_LOG_DAYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=settings.CHANGE_LOG_DAYS, help="Keep so many days.")

    def handle(self, *args: Any, **options: Any) -> None:
        days: int = options["days"]
        if days < DAYS:
            raise CommandError(f"Undo and the trash need {DAYS} days of the log. Keep that many or more.")
        settle()
        self.stdout.write(f"{prune(days):,} changes forgotten, those of the last {days} days kept.")


def prune(days: int) -> int:
    """In steps, each a transaction of its own: nobody waits for one long deletion. Returns how many went."""
    oldest = timezone.now() - timedelta(days=days)
    Undoing.objects.filter(at__lt=oldest).delete()
    gone = 0
    while True:
        step = list(Change.objects.order_by("seq").values_list("seq", "at")[:AT_ONCE])
        old = [seq for seq, at in step if at < oldest]
        if old:
            gone += Change.objects.filter(seq__lte=old[-1], at__lt=oldest)._raw_delete("default")  # type: ignore[attr-defined]
        if not step or len(old) < len(step):
            return gone
