"""A throwaway PostgreSQL for one run of the tests, started before Django reads its settings.

TEST_DATABASE_URL names another server to use instead. The environment carries the address to xdist's workers.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from config.postgres import EmbeddedPostgres

PREFIX = "parsley-suite-"
FASTER = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # nothing in here is to be kept

os.environ["SECRET_KEY"] = "tests-only-" * 6
os.environ["PARSLEY_DEV"] = "1"
os.environ.pop("DEBUG", None)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's sync API runs an event loop in the test's own thread

_running = ExitStack()
atexit.register(_running.close)


def _start() -> str:
    """The address of a new server, which is stopped and deleted with ``_running``."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)  # as root the server runs as nobody, who has to get in
    server = EmbeddedPostgres(folder / "data", **FASTER)
    _running.callback(shutil.rmtree, folder, ignore_errors=True)
    _running.enter_context(server.running())
    return server.url


def _sweep() -> None:
    """Servers of runs that were killed hard: nobody holds their lock any more."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/data.users.lock"):
        if not os.access(lock, os.W_OK):
            continue
        with lock.open("w") as file:
            try:
                flock(file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                continue
            EmbeddedPostgres(lock.parent / "data").destroy()
            shutil.rmtree(lock.parent, ignore_errors=True)


if "PYTEST_XDIST_WORKER" not in os.environ:
    if os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    else:
        _sweep()
        os.environ["DATABASE_URL"] = _start()


def pytest_configure(config) -> None:
    """Pages name their static files without the list of hashed names that a collection would have to make first."""
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
