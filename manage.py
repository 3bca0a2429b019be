#!/usr/bin/env python3
"""Django's command line, with the embedded PostgreSQL running around the command when no DATABASE_URL is set."""

import os
import sys

from config.postgres import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    with embedded.running() if embedded.is_default() else _nothing():
        execute_from_command_line(sys.argv)


def _nothing():
    from contextlib import nullcontext

    return nullcontext()


if __name__ == "__main__":
    main()
