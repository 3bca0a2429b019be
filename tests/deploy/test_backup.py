"""Backup and restore with the commands of docs/deploy.md."""

import psycopg
import pytest

from tests.deploy.conftest import empty_database, postgres
from tests.deploy.reading import ROOT

pytestmark = pytest.mark.django_db  # so that the database to copy is made
DUMP = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"]
RESTORE = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
RECORDS = ["crm_company", "crm_contact", "pipeline_deal", "activities_activity"]
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
SMALL = {"companies": 5, "contacts": 10, "deals": 30, "activities": 60, "users": 6}


@pytest.fixture(scope="module")
def restored(copied_database, manage, tmp_path_factory):
    """A database with demo data and the same, restored from a dump: two connections."""
    manage("demo", *[f"--{name}={number}" for name, number in SMALL.items()])
    dump = str(tmp_path_factory.mktemp("dump") / "parsley.dump")
    postgres(*DUMP, f"--file={dump}", copied_database)
    with empty_database(f"{copied_database.rsplit('/', 1)[1]}_restored") as fresh:
        postgres(*RESTORE, f"--dbname={fresh}", dump)
        with psycopg.connect(copied_database) as before, psycopg.connect(fresh) as after:
            yield before, after


def counts(connection) -> dict[str, int]:
    tables = [name for (name,) in connection.execute(TABLES)]
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


def test_every_table_holds_as_many_rows_as_before(restored):
    before, after = map(counts, restored)
    assert after == before
    assert [before[table] for table in RECORDS] == [5, 10, 30, 60]


@pytest.mark.parametrize("table", RECORDS)
def test_every_record_has_the_readers_and_writers_it_had(restored, table):
    before, after = (db.execute(f"SELECT id, readers, writers FROM {table} ORDER BY id").fetchall() for db in restored)
    assert after == before
    assert {len(readers) > 0 for _, readers, _ in before} == {True}


def test_the_triggers_came_along_and_work(restored):
    _, after = restored
    after.execute("UPDATE pipeline_deal SET assigned_to_id = (SELECT id FROM accounts_user WHERE username = 'admin')")
    missing = after.execute(
        "SELECT count(*) FROM pipeline_deal JOIN accounts_user u ON username = 'admin' WHERE NOT u.id = ANY(writers)"
    ).fetchone()
    assert missing == (0,)


def test_identities_go_on_where_they_were(restored):
    before, after = (db.execute("SELECT nextval('accounts_team_id_seq')").fetchone() for db in restored)
    assert after == before


@pytest.mark.parametrize("command", [DUMP, RESTORE], ids=["dump", "restore"])
def test_the_documented_command_is_the_one_tried_here(command):
    assert " ".join(command) in (ROOT / "docs/deploy.md").read_text()
