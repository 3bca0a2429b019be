"""An import through the wire: contacts by /parse/batch, 50 to a request, and one by one through /api/v1/.

``python -m bench run batch L1M --requests 2000``: so many requests of 50 (2,000 are 100,000 rows). All through
triggers, the access rule and the log of changes; what was made is deleted at the end.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any

import psycopg

from bench import faces, load, processor, results
from bench.day import token_of
from bench.parse import PASSWORD, Target
from bench.reference import WORLDS
from bench.world import cluster, database_of
from peer.server import KEYS

OF_ONE = 50
CONNECTIONS = 2
MAIL = "batch.parsley.example"


def contact(number: int) -> dict[str, str]:
    return {"name": f"Imported {number}", "email": f"{number}@{MAIL}", "phone": f"+1 555 {number % 10_000:04}"}


def batches(target: Target, wanted: int) -> Iterator[bytes]:
    for number in range(wanted):
        lines = [
            {"method": "POST", "path": "/parse/classes/Contact", "body": contact(number * OF_ONE + line)}
            for line in range(OF_ONE)
        ]
        yield target.message("POST", "/batch", {"requests": lines})


def run(arguments: Any) -> None:
    before, world = os.getloadavg(), arguments.world
    with cluster().running() as server:
        with faces.served(server, world, **KEYS) as (port, app):
            database, target = server.postmaster() or 0, Target("parsley", port)
            target.token = target.call("POST", "/login", {"username": "rep", "password": PASSWORD})["sessionToken"]
            headers = {"Authorization": f"Token {token_of(port, 'rep')}"}
            singles = (load.message("POST", "/api/v1/contacts/", port, headers, contact(n)) for n in itertools.count())
            rows = []
            for what, messages, each in (
                ("/parse/batch, 50 to a request", batches(target, arguments.requests), OF_ONE),
                ("/api/v1/contacts/", itertools.islice(singles, arguments.requests), 1),
            ):
                spent = processor.spent(app), processor.spent(database, with_children=True)
                found = load.run(port, messages, 3_600, CONNECTIONS)
                number = len(found.times) * each
                rows.append(
                    {
                        "what": what, "rows": number, "rows /s": round(number / found.seconds), "failed": found.failed,
                        "s": round(found.seconds, 1), "p95 ms of a request": found.at(95),
                        "app ms a row": round((processor.spent(app) - spent[0]) / number, 2),
                        "database ms a row": round(
                            (processor.spent(database, with_children=True) - spent[1]) / number, 2
                        ),
                        "MB": round(processor.memory(app)),
                    }
                )  # fmt: skip
        address = {"host": str(server.sockets), "user": "parsley", "dbname": database_of(world)}
        with psycopg.connect(**address, autocommit=True) as connection:
            connection.execute("DELETE FROM crm_contact WHERE email LIKE %s", [f"%@{MAIL}"])
            connection.execute("TRUNCATE live_change")
            connection.execute("VACUUM ANALYZE crm_contact")
    said = {"rows of the world": WORLDS[world].words, "measured": f"one process, {CONNECTIONS} connections, as the rep"}
    print(results.table(results.keep("batch", world, rows, said, before)))
