"""Times of the pages from outside of the server, and their query counts, written to bench/results/.

python -m bench.pages [--requests 60] [--name foundation]
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench import machine
from bench.browser import Browser
from bench.world import BASE_DIR, SIZES, USERS, WORLDS, EmbeddedPostgres, environment, manage, running

PASSWORD = "parsley-demo"
RESULTS = Path(__file__).parent / "results"
GOAL_MS, GOAL_QUERIES, WARM_UP = 100, 12, 5


def counted(server: EmbeddedPostgres, name: str) -> dict[str, dict[str, dict]]:
    """What bench.counts says of one world: by user and page."""
    settings = environment(server, name) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "bench.counts"]
    done = subprocess.run(command, cwd=BASE_DIR, env=settings, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@contextmanager
def served(server: EmbeddedPostgres) -> Iterator[int]:
    """The shipped server in a process of its own; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment(server))
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("The server ended before it answered.")
        try:
            if Browser(port).get("/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("The server does not answer at /healthz.")


def timed(port: int, user: str, pages: dict[str, dict], requests: int) -> list[dict]:
    """One client, the pages in turn, so that a disturbance of the machine meets them all."""
    browser = Browser(port)
    browser.sign_in(user, PASSWORD)
    times: dict[str, list[float]] = {label: [] for label in pages}
    size = dict.fromkeys(pages, 0)
    for number in range(requests + WARM_UP):
        for label, page in pages.items():
            status, body, milliseconds = browser.get(page["path"])
            if status != 200:
                raise RuntimeError(f"{page['path']} answered {user} with {status}.")
            size[label] = len(body)
            if number >= WARM_UP:
                times[label].append(milliseconds)
    return [
        {"page": label, "user": user, "kB": size[label] / 1000, "queries": pages[label]["queries"], **_spread(found)}
        for label, found in times.items()
    ]


def _spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": statistics.median(times), "p95": cuts[18], "worst": max(times)}


def report(rows: list[dict], half: dict, share: float, requests: int) -> str:
    counts = ", ".join(f"{number:,} {name}" for name, number in SIZES.items())
    lines = [
        "# Pages at 100,000 deals", "",
        f"- date: {date.today()}, commit: {machine.commit()}", *machine.description(),
        f"- world: {counts} (`bench/world.py`); counts also at half of it",
        f"- load: 1 client, {requests} requests a page and user, pages in turn; server, PostgreSQL and load generator "
        f"share the machine; the generator used {share:.1%} of one core",
        f"- goals: p95 under {GOAL_MS} ms, at most {GOAL_QUERIES} statements, as many at half the rows", "",
        "| page | user | p50 ms | p95 ms | worst ms | statements | at half | kB | |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]  # fmt: skip
    for row in sorted(rows, key=lambda row: [*half["rep"]].index(row["page"])):
        fewer = half[row["user"]][row["page"]]["queries"]
        lines.append(
            f"| {row['page']} | {row['user']} | {row['p50']:.1f} | {row['p95']:.1f} | {row['worst']:.1f} "
            f"| {row['queries']} | {fewer} | {row['kB']:.0f} | {_missed(row, fewer)} |"
        )
    return "\n".join(lines) + "\n"


def _missed(row: dict, fewer: int) -> str:
    """Which goals the page misses."""
    missed = {
        "slow": row["p95"] >= GOAL_MS,
        "many statements": row["queries"] > GOAL_QUERIES,
        "statements grow": row["queries"] > fewer,
    }
    return ", ".join(name for name, is_missed in missed.items() if is_missed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--name", default="foundation", help="ends the name of the results file")
    options = parser.parse_args()
    with running() as server:
        manage(server, "parsley", "collectstatic", "--noinput", "--verbosity=0")
        full, half = (counted(server, name) for name in WORLDS)
        with served(server) as port:
            start, used = time.monotonic(), time.process_time()
            rows = [row for user in USERS for row in timed(port, user, full[user], options.requests)]
            share = (time.process_time() - used) / (time.monotonic() - start)
    text = report(rows, half, share, options.requests)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{date.today()}-{options.name}.md"
    file.write_text(text)
    print(f"{text}\nwritten to {file.relative_to(BASE_DIR)}")


if __name__ == "__main__":
    main()
