"""What the calendar, the feed and the numbers of My day stand on, asked of the planner at 20,000 rows."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import Q
from django.test import RequestFactory

from accounts.models import User
from activities.calendar import Calendar
from activities.models import Activity
from pipeline.models import Deal
from tests.conftest import make_user

ROWS = 20_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One rep with 200 activities and 200 deals, another with the rest; rolled back at the end of the module."""
    with django_db_blocker.unblock():
        connection.set_autocommit(False)
        rep, other = make_user("rep"), make_user("other")
        make_user("admin", "Administrator")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: the readers are written here
            cursor.execute(
                """INSERT INTO activities_activity (id, type, subject, created_by_id, due_date, completed_at,
                     created_at, updated_at, custom, readers, writers, readers_own, readers_reach)
                   SELECT 'a' || lpad(n::text, 9, '0'), 'call', 'Call ' || n, owner, %s + n * interval '1 hour',
                     CASE WHEN n %% 3 = 0 THEN now() END, now(), now(), '{}', ARRAY[owner], ARRAY[owner],
                     ARRAY[owner], '{}'
                     FROM (SELECT n, (%s::text[])[1 + (n %% 100 = 0)::int] AS owner FROM generate_series(1, %s) n) x""",
                [FIRST, [other.pk, rep.pk], ROWS],
            )
            cursor.execute(
                """INSERT INTO pipeline_deal (id, title, amount, stage_id, expected_close_date, assigned_to_id,
                     moved_at, created_at, updated_at, custom, readers, writers)
                   SELECT 'd' || lpad(n::text, 9, '0'), 'Deal ' || n, n, (ARRAY['lead', 'won', 'lost'])[1 + n %% 3],
                     date '2026-01-01' + n %% 700, owner, %s + n * interval '1 hour', now(), now(), '{}',
                     ARRAY[owner], ARRAY[owner]
                     FROM (SELECT n, (%s::text[])[1 + (n %% 100 = 0)::int] AS owner FROM generate_series(1, %s) n) x""",
                [FIRST, [other.pk, rep.pk], ROWS],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("ANALYZE activities_activity, pipeline_deal")
        yield {user.username: user for user in User.objects.all()}
        connection.rollback()
        connection.set_autocommit(True)
        connection.close()


@pytest.fixture
def plan_of(world, django_db_blocker):
    with django_db_blocker.unblock():
        yield lambda rows: rows.explain()


def month(user, whose: str) -> Calendar:
    request = RequestFactory().get("/activities/", {"view": "month", "day": "2026-03-10", "whose": whose})
    request.user = user
    return Calendar(request)


@pytest.mark.parametrize(
    ("who", "whose", "indexes"),
    [
        ("rep", "mine", {"activity_own_due"}),
        ("other", "mine", {"activity_own_due", "activity_due"}),
        ("rep", "all", {"activity_readers", "activity_due"}),
        ("admin", "all", {"activity_due"}),
    ],
)
def test_a_month_is_found_by_an_index_and_not_by_reading_all(world, plan_of, who, whose, indexes):
    calendar = month(world[who], whose)
    plan = plan_of(calendar.rows())
    assert "Seq Scan" not in plan
    assert [name for name in indexes if name in plan] != [], plan


def test_a_month_of_everything_is_counted_right_and_shows_four_a_day(world, plan_of):
    days = month(world["admin"], "all").days
    assert {(day.number, len(day.entries)) for day in days} == {(24, 4)}


@pytest.mark.parametrize(("who", "indexes"), [("rep", ""), ("other", "activity_to_do|activity_own_due")])
def test_the_own_open_tasks_are_found_by_an_index(world, plan_of, who, indexes):
    """Of few rows any index on who made them will do; of many it is that of the due dates."""
    plan = plan_of(Activity.objects.visible_to(world[who]).of(world[who]).to_do().order_by("due_date", "id")[:25])
    assert "Seq Scan" not in plan
    assert re.search(rf"Index.*({indexes})", plan), plan


def test_what_the_feed_holds_is_found_by_an_index(world, plan_of):
    rows = Activity.objects.visible_to(world["rep"]).of(world["rep"]).filter(due_date__isnull=False)
    assert "Seq Scan" not in plan_of(rows.filter(Q(completed_at=None) | Q(due_date__gte=FIRST)).order_by("-due_date"))


@pytest.mark.parametrize("who", ["rep", "admin"])
def test_what_was_won_in_a_month_is_found_by_an_index(world, plan_of, who):
    rows = Deal.objects.visible_to(world[who]).filter(stage__kind="won")
    rows = rows.filter(moved_at__gte=FIRST, moved_at__lt=FIRST.replace(month=2))
    plan = plan_of(rows)
    assert "Seq Scan on pipeline_deal" not in plan
    assert "Index" in plan


def test_the_index_of_the_own_tasks_leaves_out_what_has_no_due_date(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'activity_own_due'")
        (definition,) = cursor.fetchone()
    assert definition.endswith("(created_by_id, due_date, id) WHERE (due_date IS NOT NULL)")
