"""My day: the own open tasks, overdue, today and next, by the clock of the person."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from activities.models import Activity
from records.sharing import share
from tests.pages.reading import Page, in_order, told

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def task(owner, subject: str, due: datetime | None, **fields) -> str:
    return Activity.objects.create(subject=subject, due_date=due, created_by=owner, **fields).pk


def groups(client) -> dict[str, list[str]]:
    context = client.get("/").context
    return {name: [row.subject for row in context[name]] for name in ("overdue", "today", "upcoming")}


@pytest.fixture
def day(rep):
    """Around the tenth of March, in UTC."""
    moments = {
        "long ago": NOON - timedelta(days=400),
        "yesterday, last minute": datetime(2026, 3, 9, 23, 59, tzinfo=UTC),
        "first minute": datetime(2026, 3, 10, 0, 0, tzinfo=UTC),
        "this morning": datetime(2026, 3, 10, 8, tzinfo=UTC),
        "last minute": datetime(2026, 3, 10, 23, 59, tzinfo=UTC),
        "tomorrow": datetime(2026, 3, 11, 0, 0, tzinfo=UTC),
        "next year": NOON + timedelta(days=400),
    }
    for subject, due in reversed(moments.items()):
        task(rep, subject, due)
    return list(moments)


def test_nothing_of_others_is_on_my_day(at_noon, outsider, outsider_page, rep, deal, lead, browser_of):
    mine = task(rep, "theirs", NOON, related_to=deal)
    share(Activity.unrestricted.get(pk=mine), outsider, "write")
    for client in (outsider_page, browser_of(lead)):
        assert groups(client) == {"overdue": [], "today": [], "upcoming": []}
        assert "Nothing is due." in told(client.get("/"))


def test_tasks_are_overdue_today_or_next_each_by_their_due_date(at_noon, rep_page, day):
    assert groups(rep_page) == {"overdue": day[:2], "today": day[2:5], "upcoming": day[5:]}


@pytest.mark.parametrize(
    ("zone", "overdue", "today"),
    [
        ("Asia/Tokyo", 1, 3),  # the tenth there is 15:00 on the ninth to 15:00 on the tenth, in UTC
        ("America/New_York", 3, 3),  # 04:00 on the tenth to 04:00 on the eleventh, in summer time
        ("Pacific/Kiritimati", 4, 2),  # it is the eleventh there already
    ],
)
def test_today_is_the_day_of_the_persons_time_zone(at_noon, rep, rep_page, day, zone, overdue, today):
    rep.time_zone = zone
    rep.save()
    found = groups(rep_page)
    assert found["overdue"] == day[:overdue]
    assert found["today"] == day[overdue : overdue + today]
    assert found["upcoming"] == day[overdue + today :]


def test_what_is_done_or_has_no_due_date_is_not_on_my_day(at_noon, rep, rep_page):
    task(rep, "done", NOON, completed_at=NOON)
    task(rep, "a note", None)
    assert groups(rep_page) == {"overdue": [], "today": [], "upcoming": []}


def test_completing_a_task_takes_it_off_my_day(at_noon, rep, rep_page):
    pk = task(rep, "ring", NOON)
    form = Page(rep_page.get("/")).form(action=f"/activities/{pk}/completion/")
    response = rep_page.post(form.action, dict(form.fields))
    assert (response.url, groups(rep_page)["today"]) == ("/", [])


def test_a_task_names_what_it_is_about_only_if_that_is_seen(at_noon, rep, rep_page, outsider, outsider_page, deal):
    task(rep, "ring", NOON, related_to=deal)
    task(outsider, "ring", NOON, related_to=deal)
    assert ["Rollout" in told(client.get("/")) for client in (rep_page, outsider_page)] == [True, False]


def test_more_than_the_page_holds_is_counted_with_a_plus(at_noon, rep, rep_page):
    for n in range(30):
        task(rep, f"overdue {n}", NOON - timedelta(days=2))
        task(rep, f"next {n}", NOON + timedelta(days=2))
    text = told(rep_page.get("/"))
    assert ("Overdue 25+" in text, "Next 10+" in text, len(in_order(rep_page.get("/"), Activity))) == (True, True, 35)
