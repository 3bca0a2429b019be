"""The calendar feed: a private address that a calendar program reads a person's tasks from."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from icalendar import Calendar

from activities.models import Activity, CalendarFeed
from config.logs import WithoutSecrets
from records.sharing import share, unshare
from tests.pages.reading import Page, told

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
FEED = "/activities/feed/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def address(client) -> str:
    """Of a new feed, as its page shows it."""
    page = Page(client.post(FEED))
    return page.all("input", id="feed-address")[0]["value"].removeprefix("http://testserver")


def events(client, where: str) -> list:
    return Calendar.from_ical(client.get(where).content).walk("VEVENT")


def subjects(client, where: str) -> set[str]:
    return {str(event["SUMMARY"]) for event in events(client, where)}


def task(owner, subject: str, due: datetime | None = NOON, **fields) -> Activity:
    return Activity.objects.create(subject=subject, due_date=due, created_by=owner, **fields)


@pytest.mark.parametrize("token", ["x", "A" * 43, "../../etc/passwd", "%00", "%25", "日本"])
def test_a_stranger_without_the_token_gets_404(client, rep, rep_page, token):
    address(rep_page)
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_nobody_reads_the_feed_without_the_address(client, outsider, outsider_page, rep, rep_page):
    task(rep, "secret")
    mine, theirs = address(rep_page), address(outsider_page)
    assert (subjects(client, theirs), subjects(client, mine)) == (set(), {"secret"})


def test_the_feed_holds_the_own_tasks_alone_open_or_recent(client, outsider, rep, rep_page, deal):
    share(task(outsider, "of another, shared"), rep, "read")
    task(rep, "open, years old", NOON - timedelta(days=900))
    task(rep, "done lately", NOON - timedelta(days=89), completed_at=NOON)
    task(rep, "done long ago", NOON - timedelta(days=91), completed_at=NOON)
    task(rep, "a logged call", None)
    task(rep, "next year", NOON + timedelta(days=300))
    assert subjects(client, address(rep_page)) == {"open, years old", "✓ done lately", "next year"}


def test_an_event_says_when_what_and_where(client, rep, rep_page, deal):
    row = task(rep, "Call; back, «now»\nplease", type="meeting", related_to=deal, description="Bring\nslides")
    (event,) = events(client, address(rep_page))
    page = f"http://testserver{row.get_absolute_url()}"
    assert str(event["SUMMARY"]) == "Call; back, «now»\nplease"
    assert (event["DTSTART"].dt, event["DURATION"].dt, event["DTSTAMP"].dt) == (NOON, timedelta(hours=1), NOON)
    assert (str(event["UID"]), str(event["URL"]), str(event["TRANSP"])) == (f"{row.pk}@parsley", page, "OPAQUE")
    assert str(event["DESCRIPTION"]) == f"About: Rollout\nBring\nslides\n{page}"


def test_the_moment_is_in_utc_whatever_zone_the_person_is_in(client, rep, rep_page):
    rep.time_zone = "Asia/Tokyo"
    rep.save()
    task(rep, "ring")
    assert b"DTSTART:20260310T120000Z\r\n" in client.get(address(rep_page)).content


def test_no_line_is_longer_than_the_standard_allows(client, rep, rep_page):
    task(rep, "ü" * 300, description="日本語" * 200)
    body = client.get(address(rep_page)).content
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert subjects(client, address(rep_page)) == {"ü" * 300}


def test_control_characters_do_not_break_the_file(client, rep, rep_page):
    task(rep, "one\x0btwo\x1b\r\nEND:VEVENT")
    assert subjects(client, address(rep_page)) == {"onetwo\nEND:VEVENT"}


def test_what_it_is_about_is_named_only_as_long_as_it_is_seen(client, rep, outsider, outsider_page, deal):
    share(deal, outsider, "read")
    task(outsider, "ring", related_to=deal)
    where = address(outsider_page)
    before = client.get(where).content
    unshare(deal, outsider)
    assert (b"Rollout" in before, b"Rollout" in client.get(where).content) == (True, False)


def test_who_may_not_see_activities_any_more_is_sent_an_empty_calendar(client, rep, rep_page):
    task(rep, "ring")
    where = address(rep_page)
    rep.groups.clear()
    assert subjects(client, where) == set()


def test_somebody_who_was_deactivated_has_no_feed(client, rep, rep_page):
    where = address(rep_page)
    rep.deactivate()
    assert client.get(where).status_code == 404


def test_a_revoked_address_leads_nowhere(client, outsider_page, rep_page):
    where, kept = address(rep_page), address(outsider_page)
    response = rep_page.post(f"{FEED}revocation/")
    assert (response.status_code, response.url) == (303, FEED)
    assert (client.get(where).status_code, client.get(kept).status_code) == (404, 200)


def test_a_new_address_ends_the_one_before(client, rep_page):
    old, new = address(rep_page), address(rep_page)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_the_address_is_shown_once_and_only_its_hash_is_kept(rep, rep_page):
    where = address(rep_page)
    token = where.removeprefix("/calendar/").removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert (len(token), token in str(vars(feed)), feed.digest) == (43, False, CalendarFeed.digest_of(token))
    assert token not in rep_page.get(FEED).content.decode()
    assert rep_page.get(FEED).headers["Cache-Control"].count("no-store") == 1


def test_its_page_says_when_it_was_last_used(client, rep_page):
    where = address(rep_page)
    before = told(rep_page.get(FEED))
    client.get(where)
    assert ("Last used not yet" in before, "Last used just now" in told(rep_page.get(FEED))) == (True, True)


def test_it_is_answered_as_a_private_calendar_with_an_etag(client, rep, rep_page):
    row = task(rep, "ring")
    where = address(rep_page)
    first = client.get(where)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Last-Modified"] == "Tue, 10 Mar 2026 12:00:00 GMT"
    assert "private" in first.headers["Cache-Control"]
    unchanged = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(where, headers=unchanged).status_code == 304
    row.delete()
    assert client.get(where, headers=unchanged).status_code == 200


def test_it_can_only_be_read(client, rep_page):
    where = address(rep_page)
    assert [client.generic(method, where).status_code for method in ("HEAD", "POST", "DELETE")] == [200, 405, 405]


def test_it_takes_as_many_statements_for_six_rows_as_for_three(client, queries, rep, rep_page, company, contact, deal):
    where, counted = address(rep_page), []
    for _ in range(2):
        for record in (company, contact, deal):
            task(rep, "ring", related_to=record)
        counted.append(queries(client, where))
    assert counted[0] == counted[1] <= 6


@pytest.mark.parametrize("written", ["%s is away", 'GET "%s" 200', "Not Found: %s"])
def test_the_logs_do_not_hold_the_key(rep_page, written):
    where = address(rep_page)
    for record in (
        logging.LogRecord("uvicorn.access", logging.INFO, "", 0, written, (where,), None),
        logging.LogRecord("django.request", logging.INFO, "", 0, written % where, (), None),
    ):
        assert WithoutSecrets().filter(record)
        assert record.getMessage() == written % "/calendar/….ics"
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["secrets"]
