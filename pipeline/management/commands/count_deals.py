"""``manage.py count_deals``: counts anew what the board's heads show, after rows came in without triggers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from pipeline.tally import COUNTED_ANEW


class Command(BaseCommand):
    help = "Counts anew how many deals stand in each stage, for every set of readers."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("LOCK TABLE pipeline_deal IN SHARE MODE")  # nobody writes meanwhile
            cursor.execute(COUNTED_ANEW)
        self.stdout.write("Counted.")
