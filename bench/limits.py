"""How near the faces come to the database itself: an operation as plain SQL by pgbench, at /parse and at /api/v1/.

``python -m bench run limits L1M``. Eight connections each, one after the other; prepared statements in pgbench. Writes
are of the rep's own deals and go through all triggers, in pgbench as well; what is made is deleted at the end.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any

import psycopg

from bench import faces, load, results
from bench.parse import OPERATIONS, PASSWORD, STAGE, Target
from bench.reference import WORLDS
from bench.world import EmbeddedPostgres, cluster, database_of
from config.postgres import binaries
from peer.server import KEYS

MADE = "Measured"
ROWS = 40  # that are asked for and changed in turn
SQL = {
    "get": "SELECT * FROM pipeline_deal WHERE id = {pk} AND readers && '{names}'::text[];",
    "list": "SELECT * FROM pipeline_deal WHERE readers && '{names}'::text[] AND stage_id = '{stage}' "
    "ORDER BY expected_close_date, id LIMIT 100;",
    "update": "\\set n random(0, 1)\n"
    "UPDATE pipeline_deal SET stage_id = CASE WHEN :n = 0 THEN 'qualified' ELSE 'proposal' END, updated_at = now() "
    "WHERE id = {of_rep} AND writers && '{names}'::text[];",
    "create": "\\set n random(1, 1000000000)\n"
    "INSERT INTO pipeline_deal (id, title, stage_id, amount, created_by_id, created_at, updated_at, custom, readers, "
    "writers) VALUES (lpad(:n::text, 10, '0'), '" + MADE + "', 'lead', 1200.5, '{user}', now(), now(), '{{}}', '{{}}', "
    "'{{}}') ON CONFLICT DO NOTHING;",
}
AT_PARSE = {"get": "get_deal", "list": "list_deals_100", "update": "update_stage", "create": "create_deal"}


def of_database(server: EmbeddedPostgres, world: str, operation: str, given: dict[str, Any], seconds: float) -> float:
    """Transactions a second. Of several rows, so that not always the same row is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = {name: f"(ARRAY[{','.join(map(repr, given[name][:ROWS]))}])[:row]" for name in ("deals", "own")}
        text = SQL[operation].format(**given, stage=STAGE, pk=chosen["deals"], of_rep=chosen["own"])
        with open(f"{folder}/script.sql", "w") as file:
            file.write(f"\\set row random(1, {ROWS})\n{text}")
        command = [str(binaries() / "pgbench"), "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(int(seconds))]
        command += ["-f", f"{folder}/script.sql", "-h", str(server.sockets), "-U", "parsley", database_of(world)]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-400:])
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]


def of_api(target: Target, token: str, operation: str) -> Iterator[bytes]:
    headers = {"Authorization": f"Token {token}"}

    def message(method: str, path: str, body: object = None) -> bytes:
        return load.message(method, f"/api/v1{path}", target.port, headers, body)

    if operation == "get":
        return (message("GET", f"/deals/{pk}/") for pk in itertools.cycle(target.deals))
    if operation == "list":
        return itertools.repeat(message("GET", f"/deals/?stage={STAGE}&ordering=expected_close_date&limit=100"))
    if operation == "create":
        return itertools.repeat(message("POST", "/deals/", {"title": MADE, "stage": "lead", "amount": "1200.50"}))
    stages = itertools.cycle(["qualified", "proposal"])
    return (message("PATCH", f"/deals/{pk}/", {"stage": next(stages)}) for pk in itertools.cycle(target.own[:39]))


def run(arguments: Any) -> None:
    before, world, seconds = os.getloadavg(), arguments.world, arguments.seconds
    rows: list[dict[str, Any]] = []
    with (
        cluster().running() as server,
        psycopg.connect(
            host=str(server.sockets), user="parsley", dbname=database_of(world), autocommit=True
        ) as database,
    ):
        user, names = database.execute("SELECT s.id, ARRAY[s.id, '*'] FROM bench.seller s WHERE slot = 0").fetchone()  # type: ignore[misc]
        with faces.served(server, world, **KEYS) as (port, _):
            target = Target("parsley", port)
            target.prepare()
            token = _token(port)
            own = random.Random(7).sample(target.own, ROWS)
            given = {"names": "{" + ",".join(names) + "}", "user": user, "deals": target.deals, "own": own}
            parse = {operation.__name__: operation for operation in OPERATIONS}
            for operation in SQL:
                most = of_database(server, world, operation, given, seconds)
                messages = parse[AT_PARSE[operation]]
                at_parse = load.run(port, messages(target), seconds)
                at_api = load.run(port, of_api(target, token, operation), seconds)
                rows.append(
                    {
                        "operation": operation, "SQL by pgbench /s": round(most), "/parse /s": round(at_parse.rate),
                        "/parse, of the limit": f"{at_parse.rate / most:.0%}", "/api/v1/ /s": round(at_api.rate),
                        "/api/v1/, of the limit": f"{at_api.rate / most:.0%}", "/parse p95 ms": at_parse.at(95),
                        "/api/v1/ p95 ms": at_api.at(95), "failed": at_parse.failed + at_api.failed,
                        "generator, of a core": f"{max(at_parse.share, at_api.share):.0%}",
                    }
                )  # fmt: skip
                print(rows[-1], flush=True)
        _clean(database)
    said = {
        "rows of the world": WORLDS[world].words,
        "measured": f"one process of the server, 8 connections, {seconds:g} s each, as the rep",
    }
    print(results.table(results.keep("limits", world, rows, said, before)))


def _token(port: int) -> str:
    import json
    import urllib.request

    body = json.dumps({"username": "rep", "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/auth/token/", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["token"]


def _clean(database: psycopg.Connection) -> None:
    database.execute("DELETE FROM pipeline_deal WHERE title = %s", [MADE])
    database.execute("TRUNCATE live_change")
    database.execute("VACUUM ANALYZE pipeline_deal")


__all__ = ["faces", "run"]
