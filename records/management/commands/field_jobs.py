"""``manage.py field_jobs``: builds the indexes of fields that are waiting, and clears away values of deleted ones."""

from typing import Any

from django.core.management.base import BaseCommand

from records.field_jobs import run


class Command(BaseCommand):
    help = "Builds indexes of custom fields, and clears away the values of deleted ones. Nobody has to wait for it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{run()} fields seen to.")
