"""Activities as a week and as a month: the own tasks, or all that one sees, on the day they are due."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from activities.models import Activity
from tests.conftest import make_user
from tests.pages.reading import Page, again, shown, told

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)  # a Tuesday
WEEK, MONTH = "/activities/?view=week", "/activities/?view=month"
BOTH = pytest.mark.parametrize("address", [WEEK, MONTH])


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def task(owner, subject: str, due: datetime | None = NOON, **fields) -> Activity:
    return Activity.objects.create(subject=subject, due_date=due, created_by=owner, **fields)


def days(client, address: str) -> dict[str, list[str]]:
    """The subjects of each day that has any."""
    found = client.get(address).context["calendar"].days
    return {day.date.isoformat(): [str(row) for row in day.entries] for day in found if day.entries}


@BOTH
def test_nothing_that_is_hidden_is_in_the_calendar_of_an_outsider(outsider_page, rep, deal, address):
    task(rep, "secret", related_to=deal)
    task(rep, "secret too")
    assert days(outsider_page, f"{address}&whose=all") == {}
    assert "Nothing is due then." in told(outsider_page.get(address))


@BOTH
def test_the_own_tasks_are_shown_until_all_are_asked_for(rep, rep_page, outsider, lead, browser_of, deal, address):
    task(rep, "mine")
    task(outsider, "about my deal", related_to=deal)
    task(outsider, "theirs")
    assert days(rep_page, address) == {"2026-03-10": ["mine"]}
    assert {*days(rep_page, f"{address}&whose=all")["2026-03-10"]} == {"mine", "about my deal"}
    assert days(browser_of(lead), address) == {}


@BOTH
def test_what_it_is_about_is_named_only_if_it_is_seen(rep, rep_page, outsider_page, outsider, deal, address):
    for owner in (rep, outsider):
        task(owner, "ring", related_to=deal)
    assert ["Rollout" in told(page.get(address)) for page in (rep_page, outsider_page)] == [True, False]


def test_a_week_begins_on_the_day_that_weeks_begin_on_where_the_reader_is(rep, rep_page):
    first = [rep_page.get(WEEK).context["calendar"].first.isoformat()]
    rep.language = "de"
    rep.save()
    first.append(rep_page.get(WEEK).context["calendar"].first.isoformat())
    assert first == ["2026-03-08", "2026-03-09"]  # a Sunday, a Monday


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-03-10", "2026-03-01", "2026-04-04"),
        ("2026-02-28", "2026-02-01", "2026-02-28"),  # four whole weeks
        ("2026-08-01", "2026-07-26", "2026-09-05"),  # six
        ("2025-12-31", "2025-11-30", "2026-01-03"),
    ],
)
def test_a_month_is_shown_in_whole_weeks(rep_page, day, first, last):
    calendar = rep_page.get(f"{MONTH}&day={day}").context["calendar"]
    assert (calendar.first.isoformat(), calendar.last.isoformat()) == (first, last)
    assert {len(week) for week in calendar.weeks} == {7}


@pytest.mark.parametrize(
    ("address", "before", "after"),
    [
        (f"{WEEK}&day=2026-03-10", "2026-03-03", "2026-03-17"),
        (f"{MONTH}&day=2026-03-31", "2026-02-01", "2026-04-01"),
        (f"{MONTH}&day=2026-01-15", "2025-12-01", "2026-02-01"),
    ],
)
def test_one_turns_to_the_time_before_and_after_and_back_to_today(rep_page, address, before, after):
    page = Page(rep_page.get(f"{address}&whose=all"))
    (previous,), (following,) = page.all("a", rel="prev"), page.all("a", rel="next")
    view = address.split("?")[1].split("&")[0]
    assert previous["href"] == f"?{view}&day={before}&whose=all"
    assert following["href"] == f"?{view}&day={after}&whose=all"
    assert f"?{view}&whose=all" in page.links
    assert rep_page.get(f"/activities/?{view}").context["calendar"].day.isoformat() == "2026-03-10"


@BOTH
@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "0001-01-01", "9999-12-31", "٢٠٢٦-٠٣-١٠"])
def test_a_day_that_is_none_is_today(rep_page, address, day):
    assert rep_page.get(f"{address}&day={day}").context["calendar"].day.isoformat() == "2026-03-10"


@BOTH
@pytest.mark.parametrize("day", ["1900-01-01", "9000-12-31"])
def test_one_can_turn_on_at_the_ends_of_time(rep_page, address, day):
    page = Page(rep_page.get(f"{address}&day={day}"))
    for way in ("prev", "next"):
        assert rep_page.get("/activities/" + page.all("a", rel=way)[0]["href"]).status_code == 200


@pytest.mark.parametrize(
    ("zone", "day"), [("", "2026-03-10"), ("Asia/Tokyo", "2026-03-11"), ("America/New_York", "2026-03-10")]
)
def test_a_task_stands_on_its_day_in_the_zone_of_the_user(rep, rep_page, zone, day):
    rep.time_zone = zone
    rep.save()
    task(rep, "late", datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    assert (days(rep_page, WEEK), days(rep_page, MONTH)) == ({day: ["late"]}, {day: ["late"]})


def test_the_edges_of_a_week_hold_their_first_and_last_minute_and_no_more(rep, rep_page):
    edges = [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)]
    for moment in edges:
        task(rep, f"at {moment.day}", moment)
        task(rep, f"before {moment.day}", moment - timedelta(microseconds=1))
    assert days(rep_page, WEEK) == {"2026-03-08": ["at 8"], "2026-03-14": ["before 15"]}


def test_a_day_of_the_month_shows_four_and_leads_to_all_of_them(rep, rep_page, outsider):
    rows = [task(rep, f"A{n}", NOON + timedelta(minutes=n)) for n in range(6)]
    task(rep, "of another day", NOON + timedelta(days=1))
    task(outsider, "of another")
    page = rep_page.get(MONTH)
    day = next(day for day in page.context["calendar"].days if day.is_today)
    assert ([str(row) for row in day.entries], day.more) == (["A0", "A1", "A2", "A3"], 2)
    assert "2 more on March 10" in told(page) or "2 more on 10 March" in told(page)
    assert day.all in Page(page).links
    assert shown(rep_page.get(f"/activities/{day.all}"), Activity) == {row.pk for row in rows}


def test_what_is_done_is_struck_and_said(rep, rep_page):
    task(rep, "rang", completed_at=NOON)
    task(rep, "ring", NOON - timedelta(days=1))
    page = rep_page.get(WEEK)
    assert [len(Page(page).all("li", class_=name)) for name in ("entry", "done", "overdue")] == [2, 1, 1]
    assert ("rang , done" in told(page), "ring , overdue" in told(page)) == (True, True)


@BOTH
def test_a_task_is_added_to_a_day_and_one_is_back_in_the_calendar(rep, rep_page, address):
    rep.time_zone = "Asia/Tokyo"
    rep.save()
    calendar = f"{address}&day=2026-03-10"
    links = [link for link in Page(rep_page.get(calendar)).links if "due_date=2026-03-12T09:00" in link]
    assert len(links) == 1
    form = rep_page.get(links[0])
    saved = again(rep_page, links[0], form, holding="version", subject="Ring")
    assert (saved.status_code, saved.url) == (303, calendar)
    assert Activity.unrestricted.get().due_date == datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "9999-12-31T23:59", "0001-01-01", "2026-03-29T02:30+25:00", ""])
def test_a_due_date_that_is_none_leaves_the_new_form_empty(rep_page, text):
    page = rep_page.get("/activities/new/", {"due_date": text})
    assert (page.status_code, dict(Page(page).form(holding="version").fields)["due_date"]) == (200, "")


def test_who_may_not_add_is_offered_no_way_to(reader, browser_of):
    assert [link for link in Page(browser_of(reader).get(MONTH)).links if link.startswith("/activities/new/")] == []


def test_a_month_is_a_table_with_a_caption_and_heads(rep_page):
    page = Page(rep_page.get(MONTH))
    assert (len(page.all("table")), len(page.all("caption")), len(page.all("th", scope="col"))) == (1, 1, 7)
    assert len(page.all("td", **{"aria-current": "date"})) == 1


@BOTH
@pytest.mark.parametrize("who", ["rep", "admin"])
def test_it_takes_as_many_statements_for_many_as_for_few(
    request, browser_of, queries, rep, company, contact, deal, address, who
):
    client = browser_of(request.getfixturevalue(who))
    counted = []
    for n in range(3):
        for record in (company, contact, deal):
            task(make_user(f"person{n}{record.plural}"), "ring", NOON + timedelta(days=n), related_to=record)
            task(rep, "ring", NOON + timedelta(days=n), related_to=record)
        counted.append(queries(client, f"{address}&whose=all"))
    assert counted[0] == counted[1] == counted[2] <= 7
