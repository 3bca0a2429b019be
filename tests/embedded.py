"""A throwaway PostgreSQL for one run of the tests, started before Django reads its settings.

TEST_DATABASE_URL names another server to use instead. The environment carries the address to xdist's workers.
"""

import os
import tempfile
from pathlib import Path

from config.postgres import EmbeddedPostgres

os.environ["SECRET_KEY"] = "tests-only-" * 6
os.environ["PARSLEY_DEV"] = "1"
os.environ.pop("DEBUG", None)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's sync API runs an event loop in the test's own thread

_server: EmbeddedPostgres | None = None

if "PYTEST_XDIST_WORKER" not in os.environ:
    if os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    else:
        folder = Path(tempfile.mkdtemp(prefix="parsley-tests-"))
        folder.chmod(0o755)  # as root the server runs as nobody, who has to get in
        _server = EmbeddedPostgres(folder / "data", fsync="off", synchronous_commit="off", full_page_writes="off")
        _server.start()
        os.environ["DATABASE_URL"] = _server.url


def pytest_unconfigure(config) -> None:
    if _server:
        _server.destroy()
        _server.data.parent.rmdir()
