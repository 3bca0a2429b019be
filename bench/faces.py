"""Pages and API, asked by one client after the other: the clock, and the processor time of application and database."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import processor, results
from bench.browser import Browser
from bench.reference import WORLDS
from bench.world import BASE_DIR, VAR, EmbeddedPostgres, cluster, database_of, environment, manage
from peer.server import free_port

PASSWORD = "parsley-demo"
ROUNDS, WARM_UP = 4, 2
BARS = {"board": 60, "search": 60, "palette": 60}  # ms at p95, by the beginning of the name
LISTS = ("deals", "contacts", "companies", "activities", "API")
BAR_OF_LISTS = 25


def bar(what: str) -> int | None:
    if " holding" in what:
        return 60
    found = next((most for start, most in BARS.items() if what.startswith(start)), None)
    return found or (BAR_OF_LISTS if what.startswith(LISTS) else None)


def addresses(server: EmbeddedPostgres, world: str) -> dict[str, dict[str, dict[str, dict]]]:
    """By user, scenario and name: path, status and number of statements."""
    settings = environment(server, database_of(world)) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "bench.addresses"]
    done = subprocess.run(command, cwd=BASE_DIR, env=settings, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@contextmanager
def served(server: EmbeddedPostgres, world: str, **settings: str) -> Iterator[tuple[int, int]]:
    """The shipped server over a world; its port and its process."""
    port = free_port()
    own = environment(server, database_of(world)) | {"PORT": str(port), "WEB_CONCURRENCY": "1", **settings}
    with (VAR / "served.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.serve"], cwd=BASE_DIR, env=own, stdout=log, stderr=log
        )
        try:
            wait(port, process)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def wait(port: int, process: subprocess.Popen) -> float:
    """Until it answers; the seconds that took."""
    start = time.monotonic()
    while time.monotonic() - start < 60:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended before it answered: {VAR / 'served.log'}")
        try:
            if Browser(port).get("/healthz")[0] == 200:
                return time.monotonic() - start
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError("The server does not answer at /healthz.")


def timed(port: int, app: int, database: int, user: str, asked: dict[str, dict], requests: int) -> Iterator[dict]:
    """Rounds of all addresses, so that a disturbance of the machine meets each; within one, a block of requests."""
    browser = Browser(port)
    browser.sign_in(user, PASSWORD)
    times: dict[str, list[float]] = {what: [] for what in asked}
    costs: dict[str, list[tuple[float, float]]] = {what: [] for what in asked}
    size = dict.fromkeys(asked, 0)
    for _ in range(ROUNDS):
        for what, one in asked.items():
            for _ in range(WARM_UP):
                browser.get(one["path"])
            before = processor.spent(app), processor.spent(database, with_children=True)
            for _ in range(requests // ROUNDS):
                status, body, milliseconds = browser.get(one["path"])
                if status != 200:
                    raise RuntimeError(f"{one['path']} answered {user} with {status}.")
                times[what].append(milliseconds)
                size[what] = len(body)
            after = processor.spent(app), processor.spent(database, with_children=True)
            costs[what].append((after[0] - before[0], after[1] - before[1]))
    for what, one in asked.items():
        cpu, sql = (sum(part) / len(times[what]) for part in zip(*costs[what], strict=True))
        p95, most = statistics.quantiles(times[what], n=20, method="inclusive")[18], bar(what)
        yield {
            "what": what, "user": user, "p50 ms": round(statistics.median(times[what]), 1), "p95 ms": round(p95, 1),
            "app ms": round(cpu, 1), "database ms": round(sql, 1), "statements": one["queries"],
            "kB": round(size[what] / 1000), "bar": most, "missed": "*" if most and p95 > most else "",
        }  # fmt: skip


def run(scenario: str, world: str, requests: int, users: tuple[str, ...], only: str = "") -> None:
    load = os.getloadavg()
    with cluster().running() as server:
        manage(server, database_of(world), "collectstatic", "--noinput", "--verbosity=0")
        found = addresses(server, world)
        with served(server, world) as (port, app):
            database = server.postmaster()
            assert database
            start, used = time.monotonic(), time.process_time()
            rows = []
            for user in users:
                asked = {what: one for what, one in found[user][scenario].items() if only in what}
                rows += timed(port, app, database, user, asked, requests)
            share = (time.process_time() - used) / (time.monotonic() - start)
    rows.sort(key=lambda row: list(found[users[0]][scenario]).index(row["what"]))
    said = {
        "rows of the world": WORLDS[world].words,
        "asked": f"1 client, {requests} requests each, in {ROUNDS} rounds; server, PostgreSQL and client share the "
        f"machine; the client took {share:.1%} of a core",
        "app ms, database ms": "processor time of a request",
    }
    if only:
        for row in rows:
            print(row)
        return
    print(results.table(results.keep(scenario, world, rows, said, load)))
