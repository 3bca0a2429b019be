"""A consumer that is killed again and again, while several processes write, ends with exactly what is in the database.

LIVE_KILLS=100 kills it that often instead of 25 times.
"""

import asyncio
import os
import pickle
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from accounts.ids import new_id
from crm.models import Company
from live.feed import begin
from live.follower import DJANGOS, Entry, Follower
from live.models import Change

KILLS = int(os.environ.get("LIVE_KILLS", "25"))
WRITERS = 3
PATIENCE = 60
INSERT = """
INSERT INTO crm_company (id, name, custom, created_at, updated_at, readers, readers_own, readers_reach, writers)
SELECT unnest(%s::text[]), %s, '{}', now(), now(), '{}', '{}', '{}', '{}'
"""


@pytest.fixture(autouse=True)
def _emptied(transactional_db):
    Change.objects.all().delete()


def forked(work: Callable[[], None]) -> int:
    """Its process id. Nothing that the parent holds open is touched, and nothing of it is tidied up."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


def write(seed: int, until: Path) -> None:
    """Single and bulk writes, some of which are rolled back, until there is the file."""
    choose, own = random.Random(seed), []
    told = {key: value for key, value in connection.get_connection_params().items() if key not in DJANGOS}
    with psycopg.connect(**told, autocommit=True) as database:
        step = 0
        while not until.exists():
            step += 1
            made = [new_id() for _ in range(choose.choice([1, 1, 20]))]
            with database.transaction(force_rollback=choose.random() < 0.2) as transaction:
                database.execute(INSERT, [made, f"{seed}.{step}"])
                if own:
                    some = choose.sample(own, min(len(own), 8))
                    database.execute("UPDATE crm_company SET name = %s WHERE id = ANY(%s)", [f"u{seed}.{step}", some])
                    database.execute("DELETE FROM crm_company WHERE id = %s", [choose.choice(own)])
            if not transaction.force_rollback:
                own = [key for (key,) in database.execute("SELECT id FROM crm_company ORDER BY id LIMIT 60").fetchall()]
            time.sleep(choose.random() / 200)


class Copy:
    """What a consumer knows: kept together with its cursor, so that both are of the same moment."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.cursor, self.names, self.seen = pickle.loads(file.read_bytes())

    def take(self, entries: list[Entry]) -> None:
        for entry in entries:
            if entry.seq in self.seen:
                raise AssertionError(f"{entry.seq} came twice")
            self.seen.add(entry.seq)
            if entry.op == "delete":
                del self.names[entry.key]
            else:
                self.names[entry.key] = entry.row["name"]

    def keep(self, cursor) -> None:
        next_file = self.file.with_suffix(".new")
        next_file.write_bytes(pickle.dumps((cursor, self.names, self.seen)))
        next_file.rename(self.file)


def consume(file: Path) -> None:
    copy = Copy(file)

    async def run() -> None:
        follower = Follower(copy.cursor)

        def take(entries: list[Entry]) -> None:
            copy.take(entries)
            copy.keep(follower.cursor)

        follower.listen(take)
        await asyncio.sleep(PATIENCE)

    asyncio.run(run())


def end(pid: int, how: int = signal.SIGKILL) -> None:
    os.kill(pid, how)
    os.waitpid(pid, 0)


def test_it_has_every_row_once_and_nothing_else(tmp_path):
    file, stop, choose = tmp_path / "copy", tmp_path / "stop", random.Random(5)
    file.write_bytes(pickle.dumps((begin(), {}, set())))
    writers = [forked(lambda seed=seed: write(seed, stop)) for seed in range(WRITERS)]
    for _ in range(KILLS):
        consumer = forked(lambda: consume(file))
        time.sleep(choose.random() * 0.12)
        end(consumer)
    stop.touch()
    for writer in writers:
        os.waitpid(writer, 0)
    consumer, deadline = forked(lambda: consume(file)), time.monotonic() + PATIENCE
    wanted = dict(Company.unrestricted.values_list("pk", "name"))
    while Copy(file).names != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    end(consumer)
    found = Copy(file)
    assert found.names == wanted
    assert found.seen == set(Change.objects.values_list("seq", flat=True))
    assert len(found.seen) > 100
