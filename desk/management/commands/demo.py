"""``manage.py demo``: an invented sales team and its work, for trying Parsley out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demo.loading import Progress
from desk.demo.people import LOGINS, PASSWORD
from desk.demo.world import NotEmpty, Sizes, World


class Command(BaseCommand):
    requires_system_checks = []  # as migrate: filling tables needs no page to work
    help = "Fills an empty database with invented people, companies, deals and activities."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default in vars(Sizes()).items():
            parser.add_argument(
                f"--{name}", type=int, default=default, metavar="N", help=f"How many (default {default})."
            )
        parser.add_argument("--seed", type=int, default=1, metavar="K", help="The same seed makes the same rows.")
        parser.add_argument("--if-empty", action="store_true", help="Do nothing, without an error, where rows are.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sizes = Sizes(**{name: options[name] for name in vars(Sizes())})
        except ValueError as error:
            raise CommandError(str(error)) from error
        try:
            World(sizes, options["seed"]).load(Progress(self.stderr._out))
        except NotEmpty as error:
            if options["if_empty"]:
                return
            raise CommandError(f"{error} Demo data goes into an empty database only.") from error
        if options["verbosity"]:
            self.stdout.write(
                f"{sizes.companies:,} companies, {sizes.contacts:,} contacts, {sizes.deals:,} deals, "
                f"{sizes.activities:,} activities. Sign in as {', '.join(LOGINS)}; the password is {PASSWORD}."
            )
