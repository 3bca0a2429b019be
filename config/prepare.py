"""What has to be true before the server may start: the schema, the static files, the demo data. One Python for all."""

import hashlib
import os
import sys
from io import StringIO
from pathlib import Path

from config import steps
from config.postgres import PostgresError, database

UNSERVED = ["redoc"]  # a second viewer of the API, which we have no page for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings

    django.setup()
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    with database():
        migrate()
        collect_static_files()
        load_demo_data()


def migrate() -> None:
    """Applies what is missing. A look is much cheaper than Django's own command, which also signals every app.

    The signals matter once, so only a stamp tells that they came: a migration may have been stopped before them.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    newest = sorted(executor.loader.graph.leaf_nodes())
    stamp = Path(settings.VAR_DIR) / "migrated.txt"
    wanted = _digest(f"{os.environ.get('DATABASE_URL')} {newest}")
    if _is_stamped(stamp, wanted) and not executor.migration_plan(newest):
        return
    with steps.step("Updating the database's tables"):
        call_command("migrate", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def collect_static_files() -> None:
    from django.conf import settings
    from django.core.management import call_command

    stamp, wanted = Path(settings.STATIC_ROOT) / "collected.txt", _static_files()
    if _is_stamped(stamp, wanted):
        return
    with steps.step("Collecting static files"):
        call_command("collectstatic", interactive=False, clear=True, ignore_patterns=UNSERVED, verbosity=0)
        stamp.write_text(wanted)


def load_demo_data() -> None:
    """Once, into an empty database. DEMO=0 leaves it empty."""
    from django.core.management import call_command

    from desk.demo.world import rows_present

    if os.environ.get("DEMO") == "0" or rows_present():
        return
    with steps.step("Loading demo data"):
        call_command("demo", if_empty=True, stdout=StringIO(), stderr=StringIO())


def _static_files() -> str:
    """One line that changes when any file to collect does, or the way in which they are stored."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    found = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for path, storage in finder.list(UNSERVED):
            state = os.stat(storage.path(path))
            found.append(f"{path} {state.st_size} {state.st_mtime_ns}")
    return _digest("\n".join(found))


def _is_stamped(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    try:
        main()
    except PostgresError as error:
        sys.exit(f"\n{error}")
    except Exception as error:
        from django.db import OperationalError

        if not isinstance(error, OperationalError):
            raise
        sys.exit(f"\nThe database cannot be used: {error}")
