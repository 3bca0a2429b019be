"""The indexes that lists and the board stand on, asked of the planner at 20,000 deals."""

import pytest
from django.db import connection

from accounts.models import User
from activities.models import Activity
from crm.models import Contact
from pipeline.filters import ORDERINGS
from pipeline.models import Deal
from records import keyset
from tests.conftest import make_user

DEALS = 20_000


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One rep with 40 deals, others with the rest; rolled back at the end of the module."""
    with django_db_blocker.unblock():
        connection.set_autocommit(False)
        rep, other = make_user("rep"), make_user("other")
        make_user("admin", "Administrator")
        make_user("outsider")
        stages = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # a request would not write 20,000 rows
            cursor.execute(
                """INSERT INTO pipeline_deal (id, title, amount, stage_id, expected_close_date, assigned_to_id,
                     created_at, updated_at, custom, readers, writers)
                   SELECT 'd' || lpad(n::text, 9, '0'), 'Deal ' || n, n, (%s::text[])[1 + n %% 6],
                     date '2026-01-01' + n %% 700,
                     CASE WHEN n %% 500 = 0 THEN %s ELSE %s END, now() - n * interval '1 minute',
                     now() - n * interval '1 minute', '{}', '{}', '{}' FROM generate_series(1, %s) n""",
                [stages, rep.pk, other.pk, DEALS],
            )
            cursor.execute("ANALYZE pipeline_deal")
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        yield {user.username: user for user in User.objects.all()}
        connection.rollback()
        connection.set_autocommit(True)
        connection.close()


@pytest.fixture
def plan_of(world, django_db_blocker):
    def explain(queryset) -> str:
        return queryset.explain()

    with django_db_blocker.unblock():
        yield explain


def test_a_reps_page_is_served_by_the_index_on_readers(world, plan_of):
    plan = plan_of(Deal.objects.visible_to(world["rep"]).order_by("expected_close_date", "id")[:50])
    assert "deal_readers" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("ordering", "index"),
    [("expected_close_date", "deal_close"), ("-updated_at", "deal_updated"), ("amount", "deal_amount")],
)
def test_an_administrators_page_walks_the_index_of_its_order(world, plan_of, ordering, index):
    sign = "-" if ordering.startswith("-") else ""
    plan = plan_of(Deal.objects.visible_to(world["admin"]).order_by(ordering, f"{sign}id")[:50])
    assert index in plan
    assert "Sort" not in plan


def test_what_is_counted_in_a_stage_is_what_is_seen_there_by_one_index(world, plan_of):
    plan = plan_of(Deal.objects.visible_in_stage(world["rep"], "lead"))
    assert plan.count("Index Scan") == 1
    assert "deal_staged" in plan


@pytest.mark.parametrize("name", ["outsider", "rep", "other", "admin"])
def test_what_is_visible_in_a_stage_is_the_same_by_both_ways(world, name):
    found = set(Deal.objects.visible_in_stage(world[name], "lead").values_list("pk", flat=True))
    assert found == set(Deal.objects.visible_to(world[name]).in_stage("lead").values_list("pk", flat=True))
    assert (found == set()) == (name == "outsider")


def test_a_page_deep_in_the_list_starts_at_its_row(world, plan_of):
    rows = Deal.objects.visible_to(world["admin"])
    far = keyset.Position("expected_close_date", False, keyset.FILLED, "2027-10-01", "d000000001").encode()
    with_cursor = keyset.page(rows, "expected_close_date", ORDERINGS, 50, far)
    assert len(with_cursor.rows) == 50
    bounded = rows.filter(expected_close_date__gte="2027-10-01").order_by("expected_close_date", "id")[:50]
    assert "Index Cond: (expected_close_date >=" in plan_of(bounded)


def test_a_column_of_the_board_walks_the_index_of_its_stage(world, plan_of):
    rows = Deal.objects.visible_to(world["admin"]).in_stage("lead")
    assert "deal_stage_close" in plan_of(rows.order_by("expected_close_date", "id")[:25])
    assert "deal_stage_updated" in plan_of(rows.order_by("-updated_at", "-id")[:25])


def test_a_reps_totals_are_counted_over_his_rows_alone(world, plan_of):
    rows = Deal.objects.visible_to(world["rep"])
    assert "deal_readers" in plan_of(rows.order_by().values("stage_id"))
    assert sum(number for number, _ in rows.totals().values()) == DEALS // 500


@pytest.mark.parametrize("model", [Contact, Activity])
def test_other_classes_have_the_same_index(db, model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%gin (readers)%%'", [table]
        )
        assert len(cursor.fetchall()) == 1
