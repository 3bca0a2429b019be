"""/parse beside a real parse-server: the seeds' operations on the same rows, in one interleaved run.

python -m bench.parse [--processes 2] [--seconds 3] [--only list_deals_100,get_deal]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from bench import load, machine
from bench.peer import KEYS, peer
from bench.world import BASE_DIR, VAR, environment, running
from peer.server import free_port, served

PASSWORD = "parsley-demo"
STRONG = "seven brown otters"
STAGE = "qualified"
HEADERS = {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "parsley-rest"}
ROUNDS = 2


@dataclass
class Target:
    """One server, and what of it the requests need."""

    name: str
    port: int
    token: str = ""
    maker: str = ""  # another user's token: creating as the reader would change the lists that are measured
    deals: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # deals that may be changed: among the others are some that were shared to be read
    busy: tuple[str, ...] = ()  # deals that have activities

    def call(self, method: str, path: str, body: object = None, token: str = "") -> dict:
        headers = {**HEADERS, "Content-Type": "application/json"} | ({"X-Parse-Session-Token": token} if token else {})
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/parse{path}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def message(self, method: str, path: str, body: object = None, token: str | None = None) -> bytes:
        token = self.token if token is None else token
        headers = HEADERS | ({"X-Parse-Session-Token": token} if token else {})
        return load.message(method, f"/parse{path}", self.port, headers, body)

    def prepare(self) -> None:
        me = self.call("POST", "/login", {"username": "rep", "password": PASSWORD})
        self.token = me["sessionToken"]
        name = f"maker{datetime.now(UTC):%H%M%S%f}"
        person = {"username": name, "password": STRONG, "email": f"{name}@parsley.example"}
        self.maker = self.call("POST", "/users", person)["sessionToken"]
        found = self.call("GET", "/classes/Deal?limit=1000&keys=title&order=objectId", token=self.token)["results"]
        self.deals = tuple(row["objectId"] for row in found)
        mine = query(where={"assignedTo": pointer("_User", me["objectId"])}, limit=1000, keys="title", order="objectId")
        self.own = tuple(
            row["objectId"] for row in self.call("GET", f"/classes/Deal{mine}", token=self.token)["results"]
        )
        activities = self.call("GET", "/classes/Activity?limit=1000&keys=relatedTo", token=self.token)["results"]
        about = {
            row["relatedTo"]["objectId"] for row in activities if row.get("relatedTo", {}).get("className") == "Deal"
        }
        self.busy = tuple(sorted(about))


def pointer(name: str, key: str) -> dict[str, str]:
    return {"__type": "Pointer", "className": name, "objectId": key}


def query(**parameters: object) -> str:
    return "?" + urllib.parse.urlencode(
        {name: json.dumps(value) if isinstance(value, dict) else value for name, value in parameters.items()}
    )


def always(request: bytes) -> Iterator[bytes]:
    return itertools.repeat(request)


def list_deals_100(target: Target) -> Iterator[bytes]:
    return always(
        target.message("GET", "/classes/Deal" + query(where={"stage": STAGE}, order="expectedCloseDate", limit=100))
    )


def list_deals_25_include(target: Target) -> Iterator[bytes]:
    asked = query(where={"stage": STAGE}, order="expectedCloseDate", limit=25, include="company,contact")
    return always(target.message("GET", "/classes/Deal" + asked))


def get_deal(target: Target) -> Iterator[bytes]:
    return (target.message("GET", f"/classes/Deal/{pk}") for pk in itertools.cycle(target.deals))


def create_deal(target: Target) -> Iterator[bytes]:
    body = {"title": "Measured", "stage": "lead", "amount": 1200.5}
    return always(target.message("POST", "/classes/Deal", body, target.maker))


def create_contact(target: Target) -> Iterator[bytes]:
    body = {"name": "Measured", "email": "measured@parsley.example", "phone": "+1 555 0100"}
    return always(target.message("POST", "/classes/Contact", body, target.maker))


def update_stage(target: Target) -> Iterator[bytes]:
    stages = itertools.cycle(["qualified", "proposal"])
    return (
        target.message("PUT", f"/classes/Deal/{pk}", {"stage": stage})
        for pk, stage in zip(itertools.cycle(target.own[:399]), stages, strict=False)
    )


def delete_deal(target: Target) -> Iterator[bytes]:
    """Deals made for it, beforehand."""
    made = []
    for _ in range(60):
        lines = [{"method": "POST", "path": "/parse/classes/Deal", "body": {"title": "x", "stage": "lead"}}] * 50
        answers = target.call("POST", "/batch", {"requests": lines}, target.maker)
        made += [answer["success"]["objectId"] for answer in answers]
    return (target.message("DELETE", f"/classes/Deal/{pk}", token=target.maker) for pk in made)


def activities_of_deal(target: Target) -> Iterator[bytes]:
    def about(pk: str) -> str:
        return "/classes/Activity" + query(where={"relatedTo": pointer("Deal", pk)}, order="-createdAt")

    return (target.message("GET", about(pk)) for pk in itertools.cycle(target.busy))


def count_stage(target: Target) -> Iterator[bytes]:
    return always(target.message("GET", "/classes/Deal" + query(where={"stage": STAGE}, count=1, limit=0)))


def login(target: Target) -> Iterator[bytes]:
    return always(target.message("POST", "/login", {"username": "rep", "password": PASSWORD}, ""))


def signup(target: Target) -> Iterator[bytes]:
    stamp = f"{datetime.now(UTC):%H%M%S%f}"
    names = (f"new{stamp}{number}" for number in itertools.count())
    people = ({"username": name, "password": STRONG, "email": f"{name}@parsley.example"} for name in names)
    return (target.message("POST", "/users", person, "") for person in people)


OPERATIONS: list[Callable[[Target], Iterator[bytes]]] = [
    list_deals_100,
    list_deals_25_include,
    get_deal,
    activities_of_deal,
    count_stage,
    create_deal,
    create_contact,
    update_stage,
    delete_deal,
    login,
    signup,
]


def measure(targets: list[Target], seconds: float, only: set[str]) -> dict[str, list[load.Result]]:
    """Each operation on each target, the order turned round in every second round."""
    found: dict[str, list[load.Result]] = {}
    for operation in OPERATIONS:
        name = operation.__name__
        if only and name not in only:
            continue
        results = {target.name: load.Result() for target in targets}
        for number in range(ROUNDS):
            for target in targets if number % 2 == 0 else reversed(targets):
                load.run(target.port, itertools.islice(operation(target), 100), 1)
                results[target.name] += load.run(target.port, operation(target), seconds)
        found[name] = [results[target.name] for target in targets]
        print(_line(name, found[name]), flush=True)
    return found


def _line(name: str, results: list[load.Result]) -> str:
    ours, theirs = results
    cells = [f"{r.rate:.0f}/s, {r.at(50):.1f} / {r.at(95):.1f} / {r.at(99):.1f}" for r in results]
    failed = f" failed: {ours.failed}, {theirs.failed}" if ours.failed or theirs.failed else ""
    share = f"{max(ours.share, theirs.share):.0%}"
    return f"| {name} | {cells[0]} | {cells[1]} | {ours.rate / theirs.rate:.2f} | {share} |{failed}"


def report(found: dict[str, list[load.Result]], arguments: argparse.Namespace) -> str:
    lines = [
        "# /parse beside parse-server",
        "",
        f"- commit: {machine.commit()}, {datetime.now(UTC):%Y-%m-%d}",
        *machine.description(),
        f"- {arguments.processes} process(es) each, {load.CONNECTIONS} connections, {ROUNDS} rounds of "
        f"{arguments.seconds} s an operation, interleaved; same rows, same PostgreSQL (durable), 100,000 deals",
        "",
        "| operation | Parsley: rate, p50 / p95 / p99 ms | parse-server | ratio | generator, of a core |",
        "| --- | --- | --- | --- | --- |",
        *(_line(name, results) for name, results in found.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true", help="keep the table under bench/results/")
    arguments = parser.parse_args()
    with running() as server, ExitStack() as servers:
        port = free_port()
        own = environment(server) | KEYS | {"PORT": str(port), "WEB_CONCURRENCY": str(arguments.processes)}
        command = [sys.executable, "-m", "config.serve"]
        servers.enter_context(served(command, f"http://127.0.0.1:{port}/parse", VAR / "ours.log", own))
        targets = [
            Target("parsley", port),
            Target("parse-server", servers.enter_context(peer(server, arguments.processes))),
        ]
        for target in targets:
            target.prepare()
            print(f"{target.name}: {len(target.deals)} deals, {len(target.busy)} with activities", file=sys.stderr)
        table = report(measure(targets, arguments.seconds, set(filter(None, arguments.only.split(",")))), arguments)
    if arguments.write:
        name = f"{datetime.now(UTC):%Y-%m-%d}-parse-{arguments.processes}.md"
        (BASE_DIR / "bench" / "results" / name).write_text(table)
    print(table)


if __name__ == "__main__":
    os.chdir(BASE_DIR)
    main()
