"""``bin/peer [COMMAND…]``: the reference, a real parse-server, over an empty database of its own.

With a command it runs that, tells it the address in PARSE_URL, and stops; without one it serves until Ctrl-C.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.postgres import BASE_DIR, EmbeddedPostgres

HERE = Path(__file__).resolve().parent
FOLDER = BASE_DIR / "var" / "peer"
KEYS = {
    "PARSE_APP_ID": "parsley",
    "PARSE_REST_KEY": "parsley-rest",
    "PARSE_JS_KEY": "parsley-js",
    "PARSE_MASTER_KEY": "parsley-master",
}
START_SECONDS = 60
NOT_DONE = 75  # bin/ci's word for what is neither good nor bad


def postgres() -> EmbeddedPostgres:
    """One server for the reference and for whom it is compared with; nothing in it is to be kept."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return EmbeddedPostgres(FOLDER / "postgres", fsync="off", synchronous_commit="off", full_page_writes="off")


def empty_database(server: EmbeddedPostgres, name: str) -> str:
    """Makes the database anew and answers its address."""
    with psycopg.connect(host=str(server.sockets), user="parsley", dbname="parsley", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.url.rsplit("/", 1)[0] + "/" + name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def install(folder: Path = HERE) -> None:
    """npm's own client fetches what package.json pins, once; no lock file, as it would name a registry's host."""
    pinned, installed = folder / "package.json", folder / "node_modules" / ".pinned"
    if installed.exists() and installed.read_bytes() == pinned.read_bytes():
        return
    if not shutil.which("npm"):
        print(f"{folder.name}/package.json needs Node.js 20.19 or newer with npm.", file=sys.stderr)
        raise SystemExit(1 if os.environ.get("CI") == "true" else NOT_DONE)
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=folder, check=True)
    installed.write_bytes(pinned.read_bytes())


@contextmanager
def served(command: list[str], url: str, log: Path, own: dict[str, str], folder: Path = BASE_DIR) -> Iterator[None]:
    """Runs a server until the block ends; its standard input is a pipe that closes with us, whatever ends us."""
    environment = {**os.environ, **own}
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output
        ) as process,
    ):
        try:
            _wait_for(url + "/health", process, log)
            yield
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    """Returns when the address answers anything; raises when the process ended or took too long."""
    for _ in range(START_SECONDS * 5):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own loopback address
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    tail = log.read_text(errors="replace")[-2000:]
    raise SystemExit(f"{url} did not answer (the process: {process.poll()}). The end of {log}:\n{tail}")


@contextmanager
def reference(port: int | None = None, database: str = "reference") -> Iterator[str]:
    """A fresh reference for the length of the block; gives the address of its mount."""
    install()
    port = port or free_port()
    with postgres().running() as server:
        empty_database(server, database)
        own = {"PORT": str(port), "PEER_SOCKETS": str(server.sockets), "PEER_DATABASE": database}
        command, url = ["node", str(HERE / "start.mjs")], f"http://127.0.0.1:{port}/parse"
        with served(command, url, FOLDER / f"{database}.log", own, FOLDER):
            yield url


def main(command: list[str]) -> int:
    port = int(os.environ.get("PORT") or "0") or (None if command else 1337)
    with reference(port) as url:
        if command:
            return subprocess.run(command, env={**os.environ, **KEYS, "PARSE_URL": url}, check=False).returncode
        print(f"parse-server at {url}", *(f"{name}={key}" for name, key in KEYS.items()), sep="\n  ", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
