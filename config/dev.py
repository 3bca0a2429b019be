"""``bin/dev``, once Python has what it needs: database, demo data and web server, started and stopped together.

The standard library alone: this process waits for as long as Parsley runs, and should be small.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from typing import TextIO

from config import secret, steps
from config.postgres import BASE_DIR, PostgresError, embedded

VAR = BASE_DIR / "var"
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what we answer to, not what we listen on
READY_SECONDS = 60
LOOK_SECONDS = 2
WELCOME = """
  Parsley is ready at {address}  ({seconds:.1f} s)

    sign in as     rep, lead or admin    password: parsley-demo
    for programs   {address}/api/docs/
    Parse clients  {address}/parse    {keys}
    stop           Ctrl-C
"""
NO_NEWS = "Open to the network, but answers only to {hosts}. ALLOWED_HOSTS adds the names by which others reach it."


def main() -> int:
    """Returns 0 after Ctrl-C, 1 after a failure, which has been told."""
    steps.stop_on_signals()
    try:
        _run(time.monotonic())
    except steps.Stopped:
        steps.say("Stopped.")
        return 0
    except (steps.StepFailed, PostgresError) as failure:
        print(f"\n{failure}", file=sys.stderr)
    except PermissionError as error:
        print(f"\n{error.filename} belongs to another user, who started Parsley here before.", file=sys.stderr)
    return 1


def _run(started: float) -> None:
    VAR.mkdir(exist_ok=True)
    os.environ |= _environment()
    with _only_one() as lock, _listener() as listener, _database():
        steps.check()
        if steps.watch(_python("-m", "config.prepare")) != 0:
            raise steps.StepFailed("Parsley could not be set up; see above.")
        with _server(listener, lock) as server:
            _wait_until_ready(server)
            steps.say(WELCOME.format(address=_address(), keys=_keys(), seconds=time.monotonic() - started))
            if HOST in EVERYWHERE:
                steps.say(f"  {NO_NEWS.format(hosts=os.environ['ALLOWED_HOSTS'])}\n")
            _watch(server)


def _environment() -> dict[str, str]:
    """What a Parsley on a desk needs and nobody has set."""
    made = {"HOST": HOST, "PORT": PORT, "PARSLEY_DEV": os.environ.get("PARSLEY_DEV", "1")}
    if not os.environ.get("SECRET_KEY"):
        made["SECRET_KEY"] = secret.made_once(VAR / "secret-key")
    hosts = [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    own = ["localhost", "127.0.0.1", "[::1]", *([] if HOST in EVERYWHERE else [_bracketed(HOST)])]
    made["ALLOWED_HOSTS"] = ",".join(dict.fromkeys(hosts + own))
    return made


@contextmanager
def _only_one() -> Iterator[TextIO]:
    """One start a folder at a time. Yields a lock for the server to hold: if we are killed, the next start waits."""
    with (VAR / "dev.lock").open("a+") as mine, (VAR / "server.lock").open("a+") as servers:
        try:
            flock(mine, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            mine.seek(0)
            raise steps.StepFailed(f"Parsley already runs from this folder, at {mine.read().strip()}.") from None
        _rewrite(mine, f"{_address()} (process {os.getpid()})")
        _wait_for_the_last_server(servers)
        yield servers


def _wait_for_the_last_server(lock: TextIO) -> None:
    for _ in range(200):
        try:
            return flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            steps.check()
            time.sleep(0.05)
    lock.seek(0)
    number = lock.read().strip()
    raise steps.StepFailed(f"The server of an earlier start does not stop. End it yourself: kill -9 {number}")


@contextmanager
def _listener() -> Iterator[socket.socket]:
    """Bound before anything is set up: a port that is taken is said at once, and none can take it meanwhile."""
    with socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, int(PORT)))
        except (OSError, ValueError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            hint = "Choose another one: PORT=8001 bin/dev"
            raise steps.StepFailed(f"Port {PORT} of {HOST} cannot be used: {reason}.\n{hint}") from None
        yield listener


@contextmanager
def _database() -> Iterator[None]:
    if not embedded.is_default():
        yield
        return
    with ExitStack() as held:
        with steps.step("Starting PostgreSQL"):
            held.enter_context(embedded.running())
        try:
            yield
        finally:
            with steps.step("Stopping PostgreSQL"):
                held.close()


@contextmanager
def _server(listener: socket.socket, lock: TextIO) -> Iterator[subprocess.Popen]:
    """The web server as a child. It stops by itself when the other end of its pipe, which we hold, is gone."""
    reading, writing = os.pipe()
    kept = (listener.fileno(), lock.fileno(), reading)
    os.environ |= {"LISTEN_FD": str(listener.fileno()), "LAUNCHER_FD": str(reading)}
    server = _python("-m", "config.serve", keep=kept)
    listener.close()
    os.close(reading)
    _rewrite(lock, str(server.pid))
    try:
        yield server
    finally:
        if server.poll() is None:
            with steps.step("Stopping the web server"):
                steps.end(server)
        os.close(writing)


def _wait_until_ready(server: subprocess.Popen) -> None:
    with steps.step("Starting the web server"):
        for _ in range(READY_SECONDS * 20):
            steps.check()
            if server.poll() is not None:
                raise steps.StepFailed(f"The web server ended at once ({server.returncode}); see above.")
            if _is_healthy():
                return
            time.sleep(0.05)
        raise steps.StepFailed(f"The web server did not answer within {READY_SECONDS} s.")


def _is_healthy() -> bool:
    connection = http.client.HTTPConnection(EVERYWHERE.get(HOST, HOST), int(PORT), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(server: subprocess.Popen) -> None:
    """Until somebody stops us. Our own database is started again should it die; the server finds it by itself."""
    while server.poll() is None:
        if steps.stopping.wait(LOOK_SECONDS):
            raise steps.Stopped
        if embedded.is_default() and not embedded.is_running():
            with steps.step("PostgreSQL is gone; starting it again"):
                embedded.start()
    raise steps.StepFailed(f"The web server ended by itself ({server.returncode}); see above.")


def _python(*arguments: str, keep: tuple[int, ...] = ()) -> subprocess.Popen:
    # A session of its own: Ctrl-C in the terminal is for us, who then end the child in order.
    return subprocess.Popen([sys.executable, *arguments], cwd=BASE_DIR, pass_fds=keep, start_new_session=True)


def _keys() -> str:
    """The keys of the Parse face, which hold no secret: the master key is never told."""
    told = {"app": "PARSE_APP_ID", "REST key": "PARSE_REST_KEY", "JavaScript key": "PARSE_JS_KEY"}
    demo = {"PARSE_APP_ID": "parsley", "PARSE_REST_KEY": "parsley-rest", "PARSE_JS_KEY": "parsley-js"}
    return "  ".join(f"{word} {demo[name] if name not in os.environ else '(yours)'}" for word, name in told.items())


def _address() -> str:
    return f"http://{_bracketed(EVERYWHERE.get(HOST, HOST))}:{PORT}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _rewrite(file: TextIO, text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


if __name__ == "__main__":
    sys.exit(main())
