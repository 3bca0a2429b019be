"""``manage.py import_schema FILE``: adds the fields that a schema names. All of it or nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from parse.errors import ParseError
from parse.template import take
from records.field_jobs import start_jobs
from records.fields import refresh
from records.transactions import atomically


class Command(BaseCommand):
    help = "Reads classes and their fields from FILE (JSON, as export_schema writes it) and adds what is not there yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--exact", action="store_true", help="Delete the fields that the file does not name.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            given = json.loads(options["file"].read_text())
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(f"{options['file']} cannot be read as JSON: {error}") from error
        refresh()
        try:
            lines = atomically(take, given, exact=options["exact"])
        except (ParseError, ValidationError) as error:
            refresh()  # back to what they were
            words = error.message if isinstance(error, ParseError) else " ".join(error.messages)
            raise CommandError(f"{words} Nothing was changed.") from error
        start_jobs()
        self.stdout.write("\n".join(lines) or "Everything is as the file says.")
