"""The seeds' clients and our own, run against the shipped server, or against the one that PARSE_URL names."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from peer.server import KEYS, free_port, served

HERE = Path(__file__).resolve().parent
GUZZLE = Path(os.environ.get("GUZZLE_AUTOLOAD") or "/usr/share/php/GuzzleHttp/autoload.php")
SAFE = {"DJANGO_ALLOW_ASYNC_UNSAFE": ""}  # which tests with a browser set, and a server is not to inherit
MAJORS = ["newest", "older"]


def missing(what: str) -> None:
    """On a person's machine a client that is not installed is left out; where the project is checked it has to be."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


@pytest.fixture(scope="session")
def parse_url(django_db_setup, tmp_path_factory) -> Iterator[str]:
    if "PARSE_URL" in os.environ:
        yield os.environ["PARSE_URL"]
        return
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    port = free_port()
    own = {**KEYS, "DATABASE_URL": address.geturl(), "HOST": "127.0.0.1", "PORT": str(port), "LAUNCHER_FD": "0", **SAFE}
    url = f"http://127.0.0.1:{port}/parse"
    with served([sys.executable, "-m", "config.serve"], url, tmp_path_factory.mktemp("server") / "log", own):
        yield url


@pytest.fixture
def environment(parse_url) -> dict[str, str]:
    """What a client program is told: the address and the keys."""
    return {**os.environ, **KEYS, "PARSE_URL": parse_url, "GUZZLE_AUTOLOAD": str(GUZZLE)}


def _answer(command: list[str], environment: dict[str, str]) -> dict:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout)


@pytest.fixture
def php(environment):
    """Runs a PHP program and gives what it printed."""
    if not shutil.which("php") or not GUZZLE.exists():
        missing("PHP's command line with Guzzle is not installed (Debian: php-cli, php-curl, php-guzzlehttp-guzzle).")
    return lambda program, *arguments: _answer(["php", str(HERE / "php" / program), *arguments], environment)


@pytest.fixture
def node(environment):
    """Runs a JavaScript program and gives what it printed."""
    if not shutil.which("node") or not (HERE / "node_modules").is_dir():
        missing("The npm packages of tests/clients are not installed: bin/clients installs them and runs these tests.")
    return lambda program, *arguments: _answer(["node", str(HERE / "js" / program), *arguments], environment)
