"""The reference world: 100,000 deals in a PostgreSQL of its own, made once and kept under var/bench.

python -m bench.world           # make what is missing
python -m bench.world --again   # throw it away and make it anew
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from config.postgres import BASE_DIR, EmbeddedPostgres

VAR = BASE_DIR / "var" / "bench"
SIZES = {"companies": 20_000, "contacts": 30_000, "deals": 100_000, "activities": 200_000, "users": 50}
WORLDS = {"parsley": 1.0, "half": 0.5}  # database: how much of SIZES. Query counts are compared between the two
USERS = ("rep", "lead", "admin")


def cluster(**settings: str) -> EmbeddedPostgres:
    return EmbeddedPostgres(VAR / "postgres", **settings)


def database_of(world: str) -> str:
    return world.lower()


def address(server: EmbeddedPostgres, name: str) -> str:
    return server.url.rsplit("/", 1)[0] + f"/{name}"


def environment(server: EmbeddedPostgres, name: str = "parsley") -> dict[str, str]:
    """For manage.py and the server: production settings, without TLS."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DEBUG", "DJANGO_SETTINGS_MODULE")}
    return {
        **kept,
        "SECRET_KEY": "bench-only-" * 6,
        "PARSLEY_DEV": "1",
        "VAR_DIR": str(VAR),
        "DATABASE_URL": address(server, name),
    }


def manage(server: EmbeddedPostgres, name: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE_DIR, env=environment(server, name), check=True)


def create(server: EmbeddedPostgres, name: str, *, again: bool = False) -> None:
    """The database, if there is none; ``again``: an empty one in its place."""
    with psycopg.connect(host=str(server.sockets), user="parsley", dbname="postgres", autocommit=True) as connection:
        if again:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        if name not in {row[0] for row in connection.execute("SELECT datname FROM pg_database")}:
            connection.execute(f'CREATE DATABASE "{name}"')


def _is_made(server: EmbeddedPostgres, name: str) -> bool:
    create(server, name)
    with psycopg.connect(host=str(server.sockets), user="parsley", dbname=name) as connection:
        table = connection.execute("SELECT to_regclass('pipeline_deal')").fetchone()
        return bool(table[0] and connection.execute("SELECT EXISTS (SELECT 1 FROM pipeline_deal)").fetchone()[0])


def make(server: EmbeddedPostgres) -> None:
    """Whatever of the worlds is not there yet; migrations are run in either case."""
    for name, part in WORLDS.items():
        made = _is_made(server, name)
        manage(server, name, "migrate", "--verbosity=0", "--skip-checks")
        if not made:
            start = time.monotonic()
            numbers = {key: number if key == "users" else int(number * part) for key, number in SIZES.items()}
            manage(server, name, "demo", *(f"--{key}={number}" for key, number in numbers.items()))
            print(f"{name}: {numbers['deals']:,} deals loaded in {time.monotonic() - start:.0f} s", flush=True)
        _tidy(server, name)


def _tidy(server: EmbeddedPostgres, name: str) -> None:
    """As autovacuum would in time: a run leaves dead rows behind, and a migration indexes without statistics."""
    with psycopg.connect(host=str(server.sockets), user="parsley", dbname=name, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def running() -> Iterator[EmbeddedPostgres]:
    """The cluster with both worlds in it, for the length of the block."""
    VAR.mkdir(parents=True, exist_ok=True)
    with cluster().running() as server:
        make(server)
        yield server


if __name__ == "__main__":
    if "--again" in sys.argv:
        cluster().destroy()
    with running():
        print(f"The reference world is under {VAR.relative_to(BASE_DIR)}.")
