"""My day: the own open tasks, overdue, today and next, by the clock of the person."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from activities.models import Activity
from pipeline.models import Deal
from records.sharing import share
from tests.pages.reading import Page, again, in_order, shown, told

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


def test_a_task_names_what_it_is_about_only_if_that_is_seen(
    at_noon, rep, rep_page, outsider, outsider_page, company, contact, deal
):
    for owner in (rep, outsider):
        for record in (company, contact, deal):
            task(owner, "ring", NOON, related_to=record)
    found = [{str(row.target) for row in client.get("/").context["today"]} for client in (rep_page, outsider_page)]
    assert found == [{"Acme", "Ada Adams", "Rollout"}, {"None"}]
    assert [name in told(outsider_page.get("/")) for name in ("Acme", "Ada", "Rollout")] == [False] * 3


def test_more_than_the_page_holds_is_counted_with_a_plus(at_noon, rep, rep_page):
    for n in range(30):
        task(rep, f"overdue {n}", NOON - timedelta(days=2))
        task(rep, f"next {n}", NOON + timedelta(days=2))
    page = rep_page.get("/")
    rows = Page(page).all("li", class_="task")
    assert ("Overdue 25+" in told(page), "Next 10+" in told(page), len(rows)) == (True, True, 35)
    for group, number in (("all_overdue", 30), ("all_next", 30)):
        assert page.context[group] in Page(page).links
        assert len(shown(rep_page.get(page.context[group]), Activity)) == number


# --- one key, one button --------------------------------------------------------------------------------------------


def due(pk: str) -> datetime | None:
    return Activity.unrestricted.get(pk=pk).due_date


@pytest.mark.parametrize("sent", [{"day": "tomorrow"}, {"due_date": "2026-04-01T08:00"}])
def test_outsider_gets_404_and_a_reader_403_when_rescheduling(at_noon, outsider_page, reader, browser_of, rep, sent):
    pk = task(rep, "ring", NOON)
    share(Activity.unrestricted.get(pk=pk), reader, "read")
    address = f"/activities/{pk}/due-date/"
    for client, status in ((outsider_page, 404), (browser_of(reader), 403)):
        assert (client.get(address).status_code, client.post(address, sent).status_code) == (status, status)
    assert due(pk) == NOON


def test_snoozing_puts_it_off_until_tomorrow_at_the_same_time(at_noon, rep, rep_page):
    pk = task(rep, "ring", NOON - timedelta(days=3))
    response = again(rep_page, "/", rep_page.get("/"), action=f"/activities/{pk}/due-date/", holding="day")
    assert (response.status_code, response.url, due(pk)) == (303, "/", NOON + timedelta(days=1))


def test_tomorrow_keeps_the_time_of_day_when_the_clocks_change(rep, rep_page):
    rep.time_zone = "Europe/Berlin"
    rep.save()
    pk = task(rep, "ring", datetime(2026, 3, 27, 9, tzinfo=UTC))  # 10:00 there
    with time_machine.travel(datetime(2026, 3, 28, 12, tzinfo=UTC), tick=False):
        rep_page.post(f"/activities/{pk}/due-date/", {"day": "tomorrow"})
    assert due(pk) == datetime(2026, 3, 29, 8, tzinfo=UTC)  # 10:00 in summer time


@pytest.mark.parametrize(("today", "monday"), [(9, 16), (10, 16), (15, 16)])
def test_next_week_is_its_monday(rep, rep_page, today, monday):
    pk = task(rep, "ring", NOON)
    with time_machine.travel(NOON.replace(day=today), tick=False):
        rep_page.post(f"/activities/{pk}/due-date/", {"day": "next-week"})
    assert due(pk) == NOON.replace(day=monday)


def test_another_date_is_chosen_on_a_page_that_leads_back(at_noon, rep, rep_page):
    rep.time_zone = "Asia/Tokyo"
    rep.save()
    pk = task(rep, "ring", NOON)
    address = f"/activities/{pk}/due-date/?next=/"
    assert address in Page(rep_page.get("/")).links
    page = rep_page.get(address)
    assert dict(Page(page).form(holding="due_date").fields)["due_date"] == "2026-03-10T21:00"
    response = again(rep_page, address, page, holding="due_date", due_date="2026-04-01T08:30")
    assert (response.url, due(pk)) == ("/", datetime(2026, 3, 31, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Say when it is due."),
        ({"due_date": "soon"}, "Enter a valid date/time."),
        ({"due_date": "0001-01-01T00:00"}, "Write a year between 1900 and 9000."),
        ({"day": "never"}, ""),
    ],
)
def test_a_date_that_is_none_is_refused_and_stays_in_the_form(at_noon, rep, rep_page, sent, words):
    pk = task(rep, "ring", NOON)
    response = rep_page.post(f"/activities/{pk}/due-date/", sent)
    assert (response.status_code, words in told(response), due(pk)) == (422, True, NOON)
    assert dict(Page(response).form(holding="due_date").fields)["due_date"] == sent.get("due_date", "")
    fragment = rep_page.post(f"/activities/{pk}/due-date/", sent, headers={"HX-Request": "true"})
    assert (fragment.status_code, words in fragment.content.decode()) == (422, True)


def test_with_htmx_the_row_stays_with_an_undo(at_noon, rep, rep_page):
    pk = task(rep, "ring", NOON)
    for page, sent in (("completion", {}), ("due-date", {"day": "tomorrow"})):
        address = f"/activities/{pk}/{page}/"
        row = rep_page.post(address, {"row": "task", "next": "/", **sent}, headers={"HX-Request": "true"})
        assert [one["id"] for one in Page(row).all("li")] == [f"activity-{pk}"]
        assert (due(pk), Activity.unrestricted.get().is_done) != (NOON, False)
        back = [form for form in Page(row).forms if {"undo", "taken_back"} & {name for name, _ in form.fields}][-1]
        assert back.action == address
        rep_page.post(address, dict(back.fields), headers={"HX-Request": "true"})
        assert (due(pk), Activity.unrestricted.get().is_done) == (NOON, False)


# --- deals that nobody looks after ----------------------------------------------------------------------------------


def test_deals_without_a_next_step_are_the_open_ones_of_the_user_that_have_no_open_task(
    at_noon, rep, rep_page, outsider, lead, deal
):
    def another(title: str, **fields) -> Deal:
        return Deal.objects.create(title=title, **{"assigned_to": rep, "created_by": rep} | fields)

    task(rep, "ring", NOON, related_to=another("planned"))
    task(rep, "rang", NOON, related_to=another("planned and done"), completed_at=NOON)
    task(rep, "a note", None, related_to=another("noted"))
    another("won", stage_id="won")
    another("of a colleague", assigned_to=outsider)
    found = {row.title for row in rep_page.get("/").context["idle"]}
    assert found == {"Rollout", "planned and done", "noted"}
    page = rep_page.get("/")
    everything = page.context["all_idle"]
    assert everything in Page(page).links
    assert shown(rep_page.get(everything), Deal) == {row.pk for row in page.context["idle"]}


def test_deals_past_their_close_date_are_those_before_today_in_the_zone_of_the_user(at_noon, rep, rep_page, outsider):
    for day in (8, 9, 10, 11):
        for owner in (rep, outsider):
            Deal.objects.create(title=f"{owner} {day}", assigned_to=owner, expected_close_date=f"2026-03-{day:02}")
    Deal.objects.create(title="won", assigned_to=rep, expected_close_date="2026-03-01", stage_id="won")
    assert [row.title for row in rep_page.get("/").context["late"]] == [f"{rep} 8", f"{rep} 9"]
    rep.time_zone = "Pacific/Kiritimati"  # the eleventh already
    rep.save()
    page = rep_page.get("/")
    assert [row.title for row in page.context["late"]] == [f"{rep} 8", f"{rep} 9", f"{rep} 10"]
    assert shown(rep_page.get(page.context["all_late"]), Deal) == {row.pk for row in page.context["late"]}


def test_a_step_for_a_deal_is_planned_from_its_row(at_noon, rep, rep_page, deal):
    page = rep_page.get("/")
    address = f"/activities/new/?about=deal:{deal.pk}&next=/"
    assert address in Page(page).links
    again(rep_page, address, rep_page.get(address), holding="version", subject="Ring", due_date="2026-03-11T08:00")
    assert Activity.unrestricted.get().related_to == deal
    assert rep_page.get("/").context["idle"] == []


def test_the_latest_activities_are_those_that_the_user_sees_newest_first(rep, rep_page, outsider, lead, deal):
    task(outsider, "hidden", None)
    rows = [task(rep, f"A{n}", None) for n in range(11)]
    theirs = task(outsider, "about my deal", None, related_to=deal)
    assert [row.pk for row in rep_page.get("/").context["latest"]] == [theirs, *rows[:1:-1]]
    assert in_order(rep_page.get("/"), Activity) == [theirs, *rows[:1:-1]]


def test_a_new_user_finds_what_to_do_first(at_noon, outsider_page):
    links = Page(outsider_page.get("/")).links
    assert {"/pipeline/", "/deals/new/", "/activities/new/?next=/"} <= set(links)
