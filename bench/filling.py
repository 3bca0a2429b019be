"""Fills one reference world: ``python -m bench load L1M`` runs it, with the settings of that database.

Each step is a transaction of its own and is written down (``bench.step``), so that what was interrupted goes on where
it ended. Triggers and foreign keys are off meanwhile, indexes are built at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from bench.reference import TABLES, USERS, WORLDS, steps

SEED = 7
START = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE IF NOT EXISTS bench.step (name text PRIMARY KEY, seconds float8, at timestamptz DEFAULT now());
CREATE TABLE IF NOT EXISTS bench.dropped (name text PRIMARY KEY, definition text);
"""
FILLED = [name for table in TABLES.values() for name in (table, f"{table}userobjectpermission")]
INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid
 WHERE t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
"""


class Filling:
    def __init__(self, cursor, world: str) -> None:
        self.cursor, self.size = cursor, WORLDS[world]
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(START)
        cursor.execute("SELECT name FROM bench.step")
        self.done = {row[0] for row in cursor.fetchall()}

    def step(self, name: str, work: Callable[[], None]) -> None:
        from django.db import transaction

        if name in self.done:
            return
        start = time.monotonic()
        with transaction.atomic():
            self.cursor.execute("SET LOCAL session_replication_role = replica")
            work()
            seconds = time.monotonic() - start
            self.cursor.execute("INSERT INTO bench.step (name, seconds) VALUES (%s, %s)", [name, seconds])
        print(f"  {name}: {seconds:.1f} s", flush=True)

    def run(self) -> None:
        self.step("people", self._people)
        self.step("indexes dropped", self._drop_indexes)
        self.cursor.execute("SELECT count(*) FILTER (WHERE in_team) - 1, count(*) FROM bench.seller")
        team, sellers = self.cursor.fetchone()
        for name, text in steps(self.size, team, sellers).items():
            self.step(name, lambda text=text: self.cursor.execute(text))
        self.cursor.execute("SELECT name, definition FROM bench.dropped ORDER BY name")
        for name, definition in self.cursor.fetchall():
            self.step(f"index {name}", lambda definition=definition: self.cursor.execute(definition))
        self.step("tally", self._count)
        self._tidy()

    def _count(self) -> None:
        """What the triggers of deals keep count of."""
        from pipeline import tally

        self.cursor.execute(tally.COUNTED_ANEW)

    def _people(self) -> None:
        """The demo's staff, and a row for each of them who sells: the rep first, then the lead's team."""
        from accounts.models import User
        from desk.demo.calendar import Calendar
        from desk.demo.loading import Loader, Progress
        from desk.demo.people import Staff
        from pipeline.models import Stage

        assert Stage.objects.count() == 6
        staff = Staff(USERS, SEED, Calendar())
        Loader(Progress()).copy(User, Staff.FIELDS, staff.rows())
        staff.save_roles()
        staff.save_teams()
        rep, lead = staff.users[:2]
        team = [user for user in staff.offices[0].members if user is not rep and user is not lead]
        others = [user for user in staff.sellers if user not in (rep, lead, *team)]
        self.cursor.execute(
            "CREATE TABLE bench.seller (slot int PRIMARY KEY, id text, names text[], in_team boolean, companies bigint)"
        )
        for slot, user in enumerate([rep, lead, *team, *others]):
            self.cursor.execute(
                "INSERT INTO bench.seller SELECT %s, u.id, ARRAY(SELECT u.id UNION SELECT 'team:' || team_id FROM "
                "accounts_membership WHERE user_id = u.id ORDER BY 1)::text[], %s FROM accounts_user u WHERE id = %s",
                [slot, slot <= len(team) + 1, user.pk],
            )

    def _drop_indexes(self) -> None:
        self.cursor.execute(INDEXES, [FILLED])
        for name, definition in self.cursor.fetchall():
            self.cursor.execute("INSERT INTO bench.dropped VALUES (%s, %s)", [name, definition])
            self.cursor.execute(f'DROP INDEX "{name}"')

    def _tidy(self) -> None:
        if "tidied" not in self.done:
            start = time.monotonic()
            self.cursor.execute("VACUUM (ANALYZE)")
            seconds = time.monotonic() - start
            self.cursor.execute("INSERT INTO bench.step (name, seconds) VALUES ('tidied', %s)", [seconds])
            print(f"  tidied: {seconds:.1f} s", flush=True)
        wrong = {kind: self._wrong(kind) for kind in TABLES}
        if any(wrong.values()):
            raise SystemExit(f"Rows whose access arrays differ from the rule: {wrong}")
        self.cursor.execute("SELECT sum(seconds), pg_size_pretty(pg_database_size(current_database())) FROM bench.step")
        seconds, size = self.cursor.fetchone()
        print(f"  {self.size.words}: {seconds:.0f} s in all, {size}", flush=True)

    def _wrong(self, kind: str) -> int:
        """Of a sample, how many rows the triggers would have written otherwise."""
        from activities import models as activities
        from crm import models as crm
        from pipeline import models as pipeline

        rule = {"company": crm.company_access, "contact": crm.contact_access, "deal": pipeline.access,
                "activity": activities.access}[kind]  # fmt: skip
        readers, writers = rule._arrays("r")
        self.cursor.execute(
            f"SELECT count(*) FROM (SELECT * FROM {rule.table} TABLESAMPLE SYSTEM (1) LIMIT 1000) r "
            f"WHERE ({rule._own}, writers) IS DISTINCT FROM ({readers}, {writers})"
        )
        return self.cursor.fetchone()[0]


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        Filling(cursor, sys.argv[1]).run()


if __name__ == "__main__":
    main()
