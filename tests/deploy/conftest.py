"""Databases of their own on the tests' server: what is dumped, restored or served has to be committed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

import psycopg
import pytest
from django.db import connection

from config.postgres import binaries
from tests.deploy.reading import ROOT


def postgres(program: str, *arguments: str) -> None:
    subprocess.run([str(binaries() / program), *arguments], check=True, capture_output=True, text=True)


def address(name: str) -> str:
    """Of the database ``name`` on the tests' server, as DATABASE_URL has it."""
    given = connection.settings_dict
    who = quote_plus(given["USER"]) + (f":{quote_plus(given['PASSWORD'])}" if given["PASSWORD"] else "")
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{who}@{quote(given['HOST'], safe='')}{port}/{name}"


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield address(name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _same_version() -> None:
    """An older server does not take the dumps of a newer pg_dump."""
    words = subprocess.run(
        [str(binaries() / "pg_dump"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    with psycopg.connect(address("postgres")) as server:
        number = server.info.server_version // 10_000
    if f" {number}." not in words:
        pytest.skip(f"the server is PostgreSQL {number}, and here is {words.strip()}")


@pytest.fixture(scope="module")
def copied_database(django_db_setup, tmp_path_factory) -> Iterator[str]:
    """All tables, stages and roles, and nobody: the tests' own database, dumped and restored."""
    _same_version()
    tests = connection.settings_dict["NAME"]
    dump = str(tmp_path_factory.mktemp("dump") / "empty.dump")
    postgres("pg_dump", "--format=custom", f"--file={dump}", address(tests))
    with empty_database(f"{tests}_copied") as copied:
        postgres("pg_restore", "--exit-on-error", f"--dbname={copied}", dump)
        yield copied


@pytest.fixture(scope="module")
def manage(copied_database) -> Callable[..., None]:
    """Runs manage.py on the copied database."""

    def run(*arguments: str) -> None:
        environment = {**os.environ, "DATABASE_URL": copied_database}
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)

    return run
