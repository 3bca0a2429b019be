"""``manage.py export_schema [FILE]``: the classes and their fields as JSON, as templates print them."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from parse.template import exported


class Command(BaseCommand):
    help = "Writes the classes and their fields as JSON, to FILE or to the screen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(exported(), ensure_ascii=False, indent=2)
        if options["file"]:
            options["file"].write_text(f"{text}\n")
        else:
            self.stdout.write(text)
