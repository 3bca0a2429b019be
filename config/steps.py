"""What a person sees while something takes its time, and how Ctrl-C ends it. The standard library alone.

A signal never interrupts a step of our own in the middle: it sets ``stopping``, and whoever waits looks at it.
"""

import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

stopping = threading.Event()
GRACE_SECONDS = 8


class Stopped(Exception):
    """Somebody pressed Ctrl-C, or asked for the end in another way."""


class StepFailed(Exception):
    """A step ended badly; the text is what its program said last."""


def stop_on_signals() -> None:
    """Ctrl-C, ``kill`` and a closed terminal all mean: stop in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())


def check() -> None:
    """Raises Stopped if the end was asked for: called between steps."""
    if stopping.is_set():
        raise Stopped


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Prints the title at once, seconds while it lasts (on a terminal), and how long it took."""
    started = time.monotonic()
    ended = threading.Event()
    ticker = threading.Thread(target=_tick, args=(title, started, ended), daemon=True)
    print(f"  {title} … ", end="", flush=True)
    ticker.start()
    try:
        yield
    except BaseException as error:
        _end(ended, ticker, "stopped" if isinstance(error, Stopped) else "failed")
        raise
    _end(ended, ticker, f"{time.monotonic() - started:.1f} s")


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Runs a program to its end in silence. Raises StepFailed with what it said, Stopped when asked to stop."""
    with tempfile.TemporaryFile("w+") as output:
        # A session of its own: Ctrl-C in the terminal is for us, who then end the program in order.
        child = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        watch(child)
        if child.returncode != 0:
            output.seek(0)
            raise StepFailed(output.read()[-3000:].strip())


def watch(child: subprocess.Popen) -> int:
    """Waits for a child; ends it and raises Stopped when the end was asked for."""
    while child.poll() is None:
        if stopping.wait(0.02):
            end(child)
            raise Stopped
    return child.returncode


def end(child: subprocess.Popen) -> None:
    """SIGTERM, then, for one that does not listen, SIGKILL."""
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _tick(title: str, started: float, ended: threading.Event) -> None:
    while sys.stdout.isatty() and not ended.wait(1):
        print(f"\r  {title} … {time.monotonic() - started:.0f} s ", end="", flush=True)


def _end(ended: threading.Event, ticker: threading.Thread, words: str) -> None:
    ended.set()
    ticker.join()
    say(words)
