"""A mixed day: 50 people at their desks, nine reads to one write, 200 live sockets open, two processes.

``python -m bench run day L1M --seconds 300``. Each person does something every two to four seconds. Memory is that of
all processes of the application (Pss), looked at before, at the end and every ten seconds in between.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import threading
import time
import urllib.request
from collections import defaultdict
from typing import Any

import psycopg

from bench import faces, processor, results
from bench.browser import Browser
from bench.live import opened
from bench.reference import WORLDS
from bench.world import cluster, database_of
from peer.server import KEYS

SOCKETS, WORKERS = 200, 2
PAUSE = (2.0, 4.0)  # seconds between what one person does
BAR_MS, BAR_MB = 150, 400
STAGES = ("lead", "qualified", "proposal", "negotiation")
MADE = "bench.day"
READS = (
    ("my day", 3, lambda own: "/"),
    ("board", 3, lambda own: "/pipeline/"),
    ("deals", 3, lambda own: "/deals/?ordering=expected_close_date"),
    ("contacts", 2, lambda own: "/contacts/"),
    ("deal", 4, lambda own: f"/deals/{random.choice(own)}/"),
    ("search", 2, lambda own: f"/search/?q={random.choice(['odette', 'kestrel freight', 'harrow', 'an'])}"),
    ("API deals", 2, lambda own: "/api/v1/deals/?limit=50"),
)


class Person(threading.Thread):
    def __init__(self, day: Day, username: str, own: list[str]) -> None:
        super().__init__(daemon=True)
        self.day, self.username, self.own = day, username, own
        self.browser = Browser(day.port)
        self.browser.sign_in(username, faces.PASSWORD)
        self.token = token_of(day.port, username)

    def run(self) -> None:
        time.sleep(random.uniform(0, PAUSE[1]))
        while time.monotonic() < self.day.until:
            what, status, milliseconds = self._write() if random.random() < 0.1 else self._read()
            self.day.times[what].append(milliseconds)
            if status >= 400:
                self.day.failed.append((self.username, what, status))
            time.sleep(random.uniform(*PAUSE))

    def _read(self) -> tuple[str, int, float]:
        (what, _, address) = random.choices(READS, [weight for _, weight, _ in READS])[0]
        status, _, milliseconds = self.browser.get(address(self.own))
        return what, status, milliseconds

    def _write(self) -> tuple[str, int, float]:
        pk = random.choice(self.own)
        if random.random() < 0.5:
            return "move a deal", *self._send("PATCH", f"/api/v1/deals/{pk}/", {"stage": random.choice(STAGES)})
        body = {"subject": MADE, "type": "note", "related_to": f"deal:{pk}"}
        return "log a note", *self._send("POST", "/api/v1/activities/", body)

    def _send(self, method: str, path: str, body: dict) -> tuple[int, float]:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.day.port}{path}", json.dumps(body).encode(), headers, method=method
        )
        start = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answer.read()
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        return status, (time.perf_counter() - start) * 1000


class Day:
    def __init__(self, port: int, app: int, people: dict[str, list[str]]) -> None:
        self.port, self.app, self.until = port, app, 0.0
        self.times: dict[str, list[float]] = defaultdict(list)
        self.failed: list[tuple] = []
        self.memory: list[float] = []
        self.people = [Person(self, username, own) for username, own in people.items()]

    def weigh(self) -> None:
        self.memory.append(processor.memory(self.app, *processor.children(self.app)))

    async def pass_by(self, seconds: float) -> None:
        self.weigh()
        sockets = []
        for number in range(SOCKETS):
            person = self.people[number % len(self.people)]
            sockets.append(await opened(self.port, person.token, [{"stage": STAGES[number % 4]}]))
        self.weigh()
        self.until = time.monotonic() + seconds
        for person in self.people:
            person.start()
        while time.monotonic() < self.until:
            await asyncio.sleep(min(10, max(0.1, self.until - time.monotonic())))
            self.weigh()
        for person in self.people:
            await asyncio.to_thread(person.join, 40)


def token_of(port: int, username: str) -> str:
    body = json.dumps({"username": username, "password": faces.PASSWORD}).encode()
    address = f"http://127.0.0.1:{port}/api/v1/auth/token/"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["token"]


def staff(database: psycopg.Connection) -> dict[str, list[str]]:
    """Of everybody some of their own open deals. All of them sign in with the password of the demo."""
    database.execute(
        "UPDATE accounts_user SET password = (SELECT password FROM accounts_user WHERE username = 'rep') "
        "WHERE id IN (SELECT id FROM bench.seller) AND username <> 'rep'"
    )
    rows = database.execute(
        "SELECT u.username, array_agg(d.id) FROM bench.seller s JOIN accounts_user u ON u.id = s.id, LATERAL ("
        "SELECT id FROM pipeline_deal WHERE assigned_to_id = s.id AND stage_id = ANY(%s) LIMIT 20) d GROUP BY 1",
        [list(STAGES)],
    )
    return dict(rows.fetchall())


def run(arguments: Any) -> None:
    load, world = os.getloadavg(), arguments.world
    with cluster().running() as server:
        address = {"host": str(server.sockets), "user": "parsley", "dbname": database_of(world)}
        with psycopg.connect(**address, autocommit=True) as database:
            people = staff(database)
            with faces.served(server, world, WEB_CONCURRENCY=str(WORKERS), **KEYS) as (port, app):
                day = Day(port, app, people)
                used, start = time.process_time(), time.monotonic()
                asyncio.run(day.pass_by(arguments.seconds))
                share = (time.process_time() - used) / (time.monotonic() - start)
            database.execute("DELETE FROM activities_activity WHERE subject = %s", [MADE])
    rows = [_row(what, times) for what, times in sorted(day.times.items())]
    rows.append(_row("all", [one for times in day.times.values() for one in times]))
    said = {
        "rows of the world": WORLDS[world].words,
        "measured": f"{len(people)} people for {arguments.seconds:g} s, {SOCKETS} sockets, {WORKERS} processes; the "
        f"generator took {share:.0%} of a core; bars: p95 {BAR_MS} ms, {BAR_MB} MB, no error",
        "errors": [str(one) for one in day.failed[:5]] or "none",
        "memory, MB": [f"before {day.memory[0]:.0f}", f"with the sockets {day.memory[1]:.0f}",
                       f"most {max(day.memory):.0f}", f"last {day.memory[-1]:.0f}"],
    }  # fmt: skip
    print(results.table(results.keep("day", world, rows, said, load)))


def _row(what: str, times: list[float]) -> dict[str, Any]:
    cuts = statistics.quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    found = {"p50 ms": round(statistics.median(times), 1), "p95 ms": round(cuts[18], 1), "worst ms": round(max(times))}
    return {"what": what, "requests": len(times), **found}
