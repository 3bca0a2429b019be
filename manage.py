#!/usr/bin/env python3
"""Django's command line, with the embedded PostgreSQL running around the command when no DATABASE_URL is set."""

import os
import sys

from config import secret
from config.postgres import BASE_DIR, PostgresError, database, embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")  # a limit for requests: a migration of many rows takes its time
    if embedded.is_default() and "SECRET_KEY" not in os.environ:
        # The key that bin/dev made belongs to the data that is about to be opened.
        os.environ["SECRET_KEY"] = secret.from_file(BASE_DIR / "var" / "secret-key")
    from django.core.management import execute_from_command_line

    try:
        with database():
            execute_from_command_line(sys.argv)
    except PostgresError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
