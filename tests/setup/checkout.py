"""A copy of this checkout to start for real: as another user, in an awkward place, with its own port and data."""

import contextlib
import ctypes
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from config.postgres import EmbeddedPostgres

REPOSITORY = Path(__file__).resolve().parents[2]
NOBODY = 65534
PATIENCE = 120
PR_SET_PDEATHSIG = 1
# Through a shell: setpriv itself still opens its program with the powers of root.
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "sh", "-c", 'exec "$@"', "sh"]


def eventually(what: str, holds: Callable[[], object], more: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {PATIENCE} s{more()}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self) -> dict:
        return json.loads(self.body)


def ask(
    port: int,
    path: str,
    method: str = "GET",
    data: dict | None = None,
    body: str | None = None,
    timeout: float = 60,
    **headers,
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    with contextlib.closing(connection):
        sent = body if data is None else json.dumps(data)
        connection.request(method, path, sent, {"Content-Type": "application/json"} | headers)
        return Answer(connection.getresponse())


class Checkout:
    """The files that git knows or would take, in ``folder``; what it needs installed is borrowed from these tests."""

    def __init__(self, folder: Path, user: int | None = None, like: Path | None = None) -> None:
        """``like`` is the home of one that was started before: with tables, demo data, static files, compiled code."""
        self.folder, self.user, self.port = folder, user, free_port()
        self.mark = uuid.uuid4().hex
        self.venv = folder.parent / "venv"
        self.postgres = EmbeddedPostgres(folder / "var" / "postgres")
        self.log = folder.parent / f"{folder.name}.log"
        self.announced = ""
        if like:
            subprocess.run(["cp", "-a", f"{like}/.", str(folder.parent)], check=True)
        else:
            self._copy()
            self._borrow_venv()
        if user is not None:
            subprocess.run(["chown", "-R", f"{user}:{user}", str(folder.parent)], check=True)

    def dev(self, **env: str) -> subprocess.Popen:
        return self.start("bin/dev", **env)

    def start(self, *command: str, **env: str) -> subprocess.Popen:
        """In a process group of its own, as a terminal does it, with everything it says in ``log``."""
        as_user = [] if self.user is None else AS_NOBODY
        with self.log.open("w") as log:
            return subprocess.Popen(
                [*as_user, *command],
                cwd=self.folder,
                env=self.environment() | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_the_tests,
            )

    def environment(self) -> dict[str, str]:
        mine = {"PORT": str(self.port), "PARSLEY_VENV": str(self.venv), "CHECKOUT_MARK": self.mark}
        return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | mine

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self, process: subprocess.Popen) -> None:
        def is_ready() -> bool:
            if process.poll() is not None:
                pytest.fail(f"It ended with {process.returncode}:\n{self.said()}")
            return "Parsley is ready" in self.said()

        eventually("ready", is_ready, self.said)

    def ask(self, path: str, **request) -> Answer:
        return ask(self.port, path, **request)

    def stop(self, process: subprocess.Popen, number: int = signal.SIGINT) -> None:
        """Ctrl-C, or another wish for the end: it has to end well, in order, and leave nothing behind."""
        os.killpg(process.pid, number)
        assert process.wait(PATIENCE) == 0, self.said()
        assert self.processes() == [], self.said()
        assert self.is_quiet()
        assert "Traceback" not in self.said()

    def processes(self) -> list[int]:
        """Every process that was started from here and still lives, PostgreSQL's own children apart."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._is_mine(entry)]

    def is_quiet(self) -> bool:
        """Nothing runs and nothing was left for the next start to trip over."""
        pid_file = self.folder / "var" / "postgres" / "postmaster.pid"
        return not self.processes() and not pid_file.exists() and not self.postgres.is_running()

    def kill_everything(self) -> None:
        for pid in [*self.processes(), self.postmaster()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def postmaster(self) -> int:
        pid = self.postgres.postmaster()
        assert pid is not None
        return pid

    def remove(self) -> None:
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(AssertionError, ProcessLookupError):
            os.kill(self.postmaster(), signal.SIGQUIT)
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    def _is_mine(self, entry: Path) -> bool:
        try:
            dead = "\nState:\tZ" in (entry / "status").read_text()
            return not dead and f"CHECKOUT_MARK={self.mark}".encode() in (entry / "environ").read_bytes()
        except OSError:
            return False

    def _copy(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (REPOSITORY / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(REPOSITORY / name, self.folder / name)

    def _borrow_venv(self) -> None:
        """A virtual environment in which everything is installed already: this one's packages, by reference."""
        subprocess.run([_python_for(self.user), "-m", "venv", "--without-pip", str(self.venv)], check=True)
        packages = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
        borrowed = next((self.venv / "lib").iterdir()) / "site-packages" / "borrowed.pth"
        borrowed.write_text(f"{packages}\n")
        stamp = "import config.venv as v, json; print(json.dumps({name: v._digest(name) for name in v.LOCKS}))"
        made = subprocess.run(
            [sys.executable, "-c", stamp], cwd=self.folder, capture_output=True, text=True, check=True
        )
        (self.venv / "parsley.json").write_text(made.stdout)


def _end_with_the_tests() -> None:
    """A run that is killed hard leaves no servers behind, where the kernel can see to that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _python_for(user: int | None) -> str:
    """A Python of this version that the user may run: root's own may lie in a home that is closed to others."""
    candidates = [os.path.realpath(sys.executable), "/usr/bin/python3", "/usr/local/bin/python3"]
    asked = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    for python in candidates:
        command = [*([] if user is None else AS_NOBODY), python, "-c", asked]
        if Path(python).exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return python
    pytest.fail(f"No Python {sys.version_info[0]}.{sys.version_info[1]} that an ordinary user may run.")
