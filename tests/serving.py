"""The shipped server as a process of its own, over a database that is ready."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.reading import ROOT


@contextmanager
def serving(database_url: str, var: Path, **own: str) -> Iterator[str]:
    """Yields the address, once somebody answers there. ``var``: its own folder; ``own``: its settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    told = {"VAR_DIR": str(var), "DATABASE_URL": database_url, "DJANGO_ALLOW_ASYNC_UNSAFE": ""}  # the last is of tests
    run = {"cwd": ROOT, "env": {**os.environ, **own, **told}}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-i", "redoc"]
    subprocess.run(collect, check=True, capture_output=True, **run)
    serve = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", port]
    process = subprocess.Popen([*serve, "--no-access-log", "--no-proxy-headers", "--log-level", "warning"], **run)
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def _ready(url: str) -> str:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return url
    raise TimeoutError(url)
