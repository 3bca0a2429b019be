from typing import Any

from django.core.management.base import BaseCommand

from developers.agents.guide import DOCUMENT, written


class Command(BaseCommand):
    help = "Writes the tools of AI agents into docs/agents.md. Run it on a database without fields of its own."

    def handle(self, *args: Any, **options: Any) -> None:
        DOCUMENT.write_text(written(DOCUMENT.read_text()))
