"""Each number of My day is a link, and behind it are exactly the rows that add up to it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from activities.models import Activity
from pipeline.models import Deal
from records.sharing import share
from tests.pages.reading import Page, shown

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
# Around the beginnings of February, March and April, in UTC and in Tokyo.
MOMENTS = [
    datetime(2026, 1, 31, 14, 59, tzinfo=UTC),
    datetime(2026, 1, 31, 15, tzinfo=UTC),
    datetime(2026, 2, 1, tzinfo=UTC),
    datetime(2026, 2, 28, 14, 59, tzinfo=UTC),
    datetime(2026, 2, 28, 15, tzinfo=UTC),
    datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 1, tzinfo=UTC),
    NOW,
]
DAYS = [None, "2026-02-28", "2026-03-01", "2026-03-09", "2026-03-31", "2026-04-01"]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world(rep, teammate, outsider, lead):
    """Deals of each stage, moment and day, and tasks around today, of people who see and of one who is not seen."""
    for n, owner in enumerate((rep, teammate, outsider)):
        for stage in STAGES[:4]:
            for k, day in enumerate(DAYS):
                amount = None if k == 1 else Decimal(f"{n + 1}{k}.2500")
                make(owner, stage, amount=amount, expected_close_date=day)
        for k, moment in enumerate(MOMENTS):
            for stage in ("won", "lost"):
                deal = make(owner, stage, amount=1000 * n + k)
                Deal.unrestricted.filter(pk=deal.pk).update(moved_at=moment)
        for day in (1, 9, 10, 20):
            task(owner, due_date=NOW.replace(day=day))
        task(owner, due_date=NOW.replace(day=9), completed_at=NOW)
        task(owner, due_date=None)
    share(make(outsider, "lead", amount=7), rep, "read")


def make(owner, stage: str, **fields) -> Deal:
    return Deal.objects.create(title=f"{owner} {stage}", stage_id=stage, assigned_to=owner, created_by=owner, **fields)


def task(owner, **fields) -> None:
    Activity.objects.create(subject="ring", created_by=owner, **fields)


def numbers(client, scope: str) -> list:
    found = client.get("/", {"scope": scope}).context["numbers"]
    return [*found.bars, found.open, found.closing, *found.won, *found.tasks]


def behind(client, address: str) -> tuple[int, Decimal | None]:
    """Count and sum of the rows that a list shows, over all its pages."""
    model = Deal if address.startswith("/deals/") else Activity
    ids: set[str] = set()
    following = [address]
    while following:
        page = client.get(following.pop())
        assert page.status_code == 200
        ids |= shown(page, model)
        nexts = [one["href"] for one in Page(page).all("a", rel="next")]
        following += [address.split("?")[0] + href for href in nexts]
    amounts = [row.amount for row in Deal.unrestricted.filter(pk__in=ids) if row.amount is not None]
    return len(ids), sum(amounts, Decimal()) if amounts else None


@pytest.mark.parametrize("zone", ["", "Asia/Tokyo"])
@pytest.mark.parametrize("scope", ["mine", "all"])
@pytest.mark.parametrize("who", ["outsider", "rep", "lead", "admin"])
def test_behind_each_number_are_the_rows_that_add_up_to_it(request, browser_of, world, who, scope, zone):
    user = request.getfixturevalue(who)
    user.time_zone = zone
    user.save()
    client = browser_of(user)
    found = numbers(client, scope)
    told = {number.label: (number.count, number.total or None) for number in found}
    assert {number.label: behind(client, number.address) for number in found} == told


def test_the_numbers_are_the_users_own_until_all_are_asked_for(rep, rep_page, world):
    own = {number.label: number.count for number in numbers(rep_page, "")}
    assert own == {
        **dict.fromkeys(["Lead", "Qualified", "Proposal", "Negotiation"], 6),
        "Open deals": 24,
        "Closing this month": 12,
        "Won this month": 2,
        "Won last month": 4,
        "Overdue tasks": 2,
        "Open tasks": 4,
    }
    assert own["Lead"] + 1 == {number.label: number.count for number in numbers(rep_page, "all")}["Lead"]


def test_a_lead_sees_the_numbers_of_the_team_and_an_administrator_all(browser_of, lead, admin, outsider, world):
    counts = [
        {number.label: number.count for number in numbers(browser_of(user), "all")}["Open deals"]
        for user in (outsider, lead, admin)
    ]
    assert counts == [25, 48, 73]


def test_each_number_of_the_page_is_a_link(rep_page, world):
    page = Page(rep_page.get("/"))
    links = {one["href"]: int(one["data-count"]) for one in page.all("a") if "data-count" in one}
    assert links == {number.address: number.count for number in numbers(rep_page, "")}


def test_the_months_of_january_and_december_are_next_to_each_other(rep, rep_page):
    for day in (datetime(2025, 12, 1, tzinfo=UTC), datetime(2025, 12, 31, 23, 59, tzinfo=UTC)):
        Deal.unrestricted.filter(pk=make(rep, "won").pk).update(moved_at=day)
    make(rep, "lead", expected_close_date="2025-12-31")
    told = []
    for moment in (datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            found = {number.label: number.count for number in numbers(rep_page, "")}
            told.append((found["Won this month"], found["Won last month"], found["Closing this month"]))
    assert told == [(2, 0, 1), (0, 2, 0)]


def test_nothing_at_all_is_told_as_such(outsider_page):
    assert {(number.count, number.total or None) for number in numbers(outsider_page, "all")} == {(0, None)}
