"""What stays quick for very many rows: each statement of each page, asked of the planner at 20,000 rows of a class.

A statement that reads a big table from end to end is as slow as the table is large, whatever it takes here.
"""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from activities.models import Activity
from crm.models import Contact
from pipeline import tally
from pipeline.filters import ORDERINGS
from pipeline.models import Deal
from records import grams, keyset
from tests.conftest import make_user

ROWS = 20_000  # and 4,000 contacts and companies
OF_REP, OF_TEAM = 400, 20  # every so manieth row is the rep's, or of the lead's team
BIG = "pipeline_deal|crm_contact|crm_company|activities_activity"
SCAN = re.compile(rf"Seq Scan on ({BIG})\b.*")
MOST = 12
FILL = [
    """INSERT INTO crm_company (id, name, custom, created_by_id, created_at, updated_at, readers, writers,
         readers_own, readers_reach)
       SELECT 'c' || lpad(n::text, 9, '0'), 'Firm ' || substr(md5(n::text), 1, 8), '{}', owner, at, at,
         names, names, names, '{}'
         FROM made WHERE n <= 4000""",
    """INSERT INTO crm_contact (id, name, email, phone, company_id, custom, created_by_id, created_at, updated_at,
         readers, writers, readers_own, readers_reach)
       SELECT 'p' || lpad(n::text, 9, '0'), 'Person ' || substr(md5('p' || n), 1, 8), 'p' || n || '@flat.example',
         '+1 555 ' || lpad(n::text, 6, '0'), 'c' || lpad(n::text, 9, '0'), '{}', owner, at, at, names, names, names,
         '{}'
         FROM made WHERE n <= 4000""",
    """INSERT INTO pipeline_deal (id, title, amount, stage_id, contact_id, company_id, expected_close_date,
         assigned_to_id, created_by_id, custom, moved_at, created_at, updated_at, readers, writers)
       SELECT 'd' || lpad(n::text, 9, '0'), 'Deal ' || substr(md5('d' || n), 1, 8), n,
         (ARRAY['lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost'])[1 + (n / 7) % 6],
         'p' || lpad((1 + n % 4000)::text, 9, '0'),
         'c' || lpad((1 + n % 4000)::text, 9, '0'), current_date + n % 700 - 300, owner, owner, '{}', at, at, at,
         names, names
         FROM made""",
    """INSERT INTO activities_activity (id, type, subject, due_date, completed_at, related_type_id, related_id, custom,
         created_by_id, created_at, updated_at, readers, writers, readers_own, readers_reach)
       SELECT 'a' || lpad(n::text, 9, '0'), 'call', 'Call ' || n, at + interval '300 days',
         CASE WHEN n % 10 > 0 THEN at + interval '300 days' END,
         (SELECT id FROM django_content_type WHERE model = 'deal'),
         'd' || lpad(n::text, 9, '0'), '{}', owner, at, at, names, names, names, '{}'
         FROM made""",
]
MADE = f"""
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT n, owner, ARRAY[owner] || CASE WHEN owner <> %(other)s THEN %(team)s::text END AS names,
       now() - n * interval '30 minutes' AS at
  FROM (SELECT n, CASE WHEN n %% {OF_REP} = 0 THEN %(rep)s WHEN n %% {OF_TEAM} = 0 THEN %(mate)s
                       ELSE %(other)s END AS owner
          FROM generate_series(1, {ROWS}) n) owned
"""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A rep with 50 of each class, a lead with 1,000, somebody with the rest; rolled back at the end of the module."""
    with django_db_blocker.unblock():
        connection.set_autocommit(False)
        users = {name: make_user(name) for name in ("rep", "mate", "other")}
        users["lead"], users["admin"] = make_user("lead", "Sales lead"), make_user("admin", "Administrator")
        team = Team.objects.create(name="North")
        team.members.add(users["rep"], users["mate"])
        team.leads.add(users["lead"])
        names = {name: user.pk for name, user in users.items()}
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: the readers are written here
            cursor.execute(MADE, {**names, "team": f"team:{team.pk}"})
            for statement in [*FILL, *tally.COUNTED_ANEW.split(";")]:
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute(f"ANALYZE {BIG.replace('|', ', ')}, pipeline_tally")
        yield users
        connection.rollback()
        connection.set_autocommit(True)
        connection.close()


@pytest.fixture
def statements_of(world, django_db_blocker):
    """The SELECTs that an address takes for a user, once what is kept in memory is there."""

    def asked(user: User, address: str) -> list[str]:
        client = Client()
        client.force_login(user, backend="accounts.backends.PasswordBackend")
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        assert response.status_code == 200, address
        return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "(SELECT", "WITH"))]

    with django_db_blocker.unblock():
        yield asked


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        return "\n".join(row[0] for row in cursor.fetchall())


PAGES = [
    "/",
    "/deals/",
    "/deals/?ordering=expected_close_date",
    "/deals/?state=open&ordering=expected_close_date",
    "/contacts/",
    "/companies/",
    "/activities/",
    "/activities/?view=month",
    "/pipeline/",
    "/pipeline/?sort=updated",
    "/deals/d000000400/",
    "/contacts/p000000400/",
    "/companies/c000000400/",
    "/api/v1/deals/?ordering=amount",
    "/api/v1/contacts/",
    "/api/v1/activities/?related_to=deal:d000000400",
]
WORDS = ["a3f8", "000400"]
ASKED = [f"/{kind}/?q={word}" for kind in ("contacts", "companies", "deals") for word in WORDS[:1]]
OFFERED = [f"/{kind}/options/?q=a3f8" for kind in ("contacts", "companies", "deals")]


@pytest.mark.parametrize("who", ["rep", "lead", "admin"])
@pytest.mark.parametrize("address", [*PAGES, *ASKED, *OFFERED, *(f"/search/?q={word}" for word in WORDS)])
def test_no_statement_of_a_page_reads_a_big_table_from_end_to_end(world, statements_of, who, address):
    statements = statements_of(world[who], address)
    plans = [(sql, plan(sql)) for sql in statements]
    assert [f"{SCAN.search(found)[0]}\n{sql}" for sql, found in plans if SCAN.search(found)] == []
    assert 0 < len(statements) <= MOST


@pytest.mark.parametrize("who", ["rep", "lead", "admin"])
def test_a_page_half_way_down_a_list_starts_at_its_row(world, statements_of, who):
    rows = Deal.objects.visible_to(world[who])
    key, pk = rows.order_by("expected_close_date", "pk").values_list("expected_close_date", "pk")[rows.count() // 2]
    cursor = keyset.Position("expected_close_date", False, keyset.FILLED, key, pk).encode()
    statements = statements_of(world[who], f"/api/v1/deals/?ordering=expected_close_date&cursor={cursor}")
    (found,) = [sql for sql in statements if f"'{key}'" in sql]
    assert re.search(r"Index Cond: .*ROW\(expected_close_date, |deal_readers", plan(found)), plan(found)


@pytest.mark.parametrize(
    ("model", "index"), [(Contact, "contact_grams"), (Deal, "deal_grams")], ids=["contacts", "deals"]
)
def test_part_of_a_word_is_found_by_the_index_of_grams(world, django_db_blocker, model, index):
    with django_db_blocker.unblock():
        rows = grams.narrowed(model.objects.visible_to(world["admin"]), "a3f8").filter(search__contains="a3f8")
        by_index, plan = set(rows.values_list("pk", flat=True)), rows.explain()
        by_reading = set(model.unrestricted.filter(search__contains="a3f8").values_list("pk", flat=True))
    assert index in plan
    assert by_index == by_reading != set()


@pytest.mark.parametrize("who", ["rep", "lead", "admin", "other"])
def test_the_heads_of_the_board_come_from_the_tally_and_are_right(world, statements_of, who):
    statements = statements_of(world[who], "/pipeline/")
    assert [sql for sql in statements if "SUM" in sql and "pipeline_deal" in sql] == []
    assert tally.Tally.objects.of(world[who]) == Deal.objects.visible_to(world[who]).totals()


@pytest.mark.parametrize("who", ["rep", "lead", "admin", "other"])
@pytest.mark.parametrize("ordering", ["expected_close_date", "-amount"])
def test_open_deals_page_by_page_are_those_that_plain_sorting_gives(world, django_db_blocker, who, ordering):
    """They are looked for stage by stage."""
    with django_db_blocker.unblock():
        rows = Deal.objects.visible_to(world[who])
        first = keyset.page(rows.in_state("open"), ordering, ORDERINGS, 30)
        second = keyset.page(rows.in_state("open"), ordering, ORDERINGS, 30, first.next)
        sign = "-" if ordering.startswith("-") else ""
        plain = list(rows.filter(stage__kind="open").order_by(ordering, f"{sign}pk").values_list("pk", flat=True)[:60])
    assert [row.pk for row in (*first.rows, *second.rows)] == plain


def test_activities_of_a_record_are_walked_in_their_order(world, django_db_blocker):
    with django_db_blocker.unblock():
        deal = Deal.unrestricted.get(pk="d000000400")
        rows = Activity.objects.visible_to(world["admin"]).about(deal).order_by("-created_at", "-pk")[:50]
        plan = rows.explain()
    assert "activity_about" in plan
    assert "Sort" not in plan
