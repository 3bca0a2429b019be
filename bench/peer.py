"""A parse-server over the rows of the reference world, in the same PostgreSQL."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from config.postgres import EmbeddedPostgres
from peer.server import FOLDER, HERE, KEYS, empty_database, free_port, install, served

DATABASE = "peer"
# Who may read and write by itself: the reference has no teams and no reach, so those principals are left out.
OWN = "ARRAY(SELECT p FROM unnest({0}) p WHERE p NOT LIKE 'team:%' AND p NOT LIKE 'role:%')"
COPIES = {
    "_User": (
        '("objectId", username, email, "createdAt", "updatedAt", _rperm, _wperm)',
        "SELECT id, username, email, created_at, updated_at, ARRAY[id], ARRAY[id] "
        "FROM accounts_user WHERE username <> 'rep'",
    ),
    "Company": (
        '("objectId", name, website, industry, address, notes, "createdBy", "createdAt", "updatedAt", _rperm, _wperm)',
        f"SELECT id, name, website, industry, address, notes, created_by_id, created_at, updated_at, "
        f"{OWN.format('readers')}, {OWN.format('writers')} FROM crm_company",
    ),
    "Contact": (
        '("objectId", name, email, phone, company, notes, "createdBy", "createdAt", "updatedAt", _rperm, _wperm)',
        f"SELECT id, name, email, phone, company_id, notes, created_by_id, created_at, updated_at, "
        f"{OWN.format('readers')}, {OWN.format('writers')} FROM crm_contact",
    ),
    "Deal": (
        '("objectId", title, amount, stage, contact, company, "expectedCloseDate", notes, "assignedTo", "createdAt", '
        '"updatedAt", _rperm, _wperm)',
        f"SELECT id, title, amount, stage_id, contact_id, company_id, expected_close_date, notes, assigned_to_id, "
        f"created_at, updated_at, {OWN.format('readers')}, {OWN.format('writers')} FROM pipeline_deal",
    ),
    "Activity": (
        '("objectId", type, subject, description, "dueDate", "completedAt", "relatedTo", "createdBy", "createdAt", '
        '"updatedAt", _rperm, _wperm)',
        f"SELECT a.id, type, subject, description, due_date, completed_at, related_id, created_by_id, created_at, "
        f"updated_at, {OWN.format('readers')}, {OWN.format('writers')} FROM activities_activity a "
        f"JOIN django_content_type c ON c.id = related_type_id AND c.model = 'deal'",
    ),
}
INDEXES = [
    'CREATE INDEX ON "Deal" (stage, "expectedCloseDate")',
    'CREATE INDEX ON "Deal" USING gin (_rperm)',
    'CREATE INDEX ON "Deal" ((1)) WHERE _rperm IS NULL',  # the other arm of its "_rperm IS NULL OR _rperm && …"
    'CREATE INDEX ON "Deal" ("assignedTo")',
    'CREATE INDEX ON "Activity" ("relatedTo", "createdAt" DESC)',
    'CREATE INDEX ON "Contact" (company)',
]


@contextmanager
def peer(server: EmbeddedPostgres, processes: int = 1) -> Iterator[int]:
    """Loads the rows once for each run and serves them; gives the port. More processes share it by Node's cluster."""
    install()
    empty_database(server, DATABASE)
    port = free_port()
    own = {"PORT": str(port), "PEER_SOCKETS": str(server.sockets), "PEER_DATABASE": DATABASE}
    own["PEER_PROCESSES"] = str(processes)
    url = f"http://127.0.0.1:{port}/parse"
    with ExitStack() as held:
        held.enter_context(served(["node", str(HERE / "start.mjs")], url, FOLDER / "bench.log", own, FOLDER))
        _load(server, _sign_up(url))
        yield port


def _sign_up(url: str) -> str:
    """The id of the peer's own ``rep``: a password's hash has to be the peer's."""
    body = {"username": "rep", "password": "parsley-demo", "email": "rep@parsley.example"}
    headers = {
        "X-Parse-Application-Id": "parsley",
        "X-Parse-REST-API-Key": "parsley-rest",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(f"{url}/users", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["objectId"]


def _load(server: EmbeddedPostgres, rep: str) -> None:
    own = {"host": str(server.sockets), "user": "parsley"}
    with (
        psycopg.connect(**own, dbname="parsley") as source,
        psycopg.connect(**own, dbname=DATABASE, autocommit=True) as target,
    ):
        mine = source.execute("SELECT id FROM accounts_user WHERE username = 'rep'").fetchone()[0]
        for table, (columns, select) in COPIES.items():
            with (
                source.cursor().copy(f"COPY ({select}) TO STDOUT") as outgoing,
                target.cursor().copy(f'COPY "{table}" {columns} FROM STDIN') as incoming,
            ):
                for part in outgoing:
                    incoming.write(bytes(part).replace(mine.encode(), rep.encode()))
        for statement in [*INDEXES, "VACUUM ANALYZE"]:
            target.execute(statement)


__all__ = ["KEYS", "peer"]
