"""expectedCloseDate: a day on every page, and for Parse clients the instant that they sent."""

from datetime import date

import pytest

from pipeline.models import Deal
from tests.parse.conftest import when

DEALS = "/classes/Deal"
SENT = "2031-03-02T08:30:15.250Z"


@pytest.fixture
def timed(as_rep):
    return as_rep.post(DEALS, {"title": "Timed", "expectedCloseDate": when(SENT)}).body["objectId"]


def answered(client, key):
    return client.get(f"{DEALS}/{key}").body.get("expectedCloseDate")


def test_a_time_of_day_comes_back_in_rows_and_lists_and_behind_pointers(as_rep, timed):
    about = {"subject": "x", "relatedTo": {"__type": "Pointer", "className": "Deal", "objectId": timed}}
    key = as_rep.post("/classes/Activity", about).body["objectId"]
    listed = as_rep.get(DEALS).body["results"][0]["expectedCloseDate"]
    behind = as_rep.get(f"/classes/Activity/{key}", include="relatedTo").body["relatedTo"]["expectedCloseDate"]
    assert [answered(as_rep, timed), listed, behind] == [when(SENT)] * 3
    assert Deal.unrestricted.get().expected_close_date == date(2031, 3, 2)


def test_an_outsider_finds_nothing_by_the_time_of_day(as_outsider, timed):
    assert as_outsider.get(DEALS, where={"expectedCloseDate": {"$lt": when("2031-03-02T09:00:00.000Z")}}).ids == set()


@pytest.mark.parametrize("sent", ["2031-03-02T00:00:00.000Z", "2031-03-02T23:59:59.999Z", "1999-12-31T00:00:00.001Z"])
def test_what_was_sent_is_answered_also_after_a_change(as_rep, timed, sent):
    as_rep.put(f"{DEALS}/{timed}", {"expectedCloseDate": when(sent)})
    assert answered(as_rep, timed) == when(sent)


def test_the_time_goes_when_the_day_is_emptied(as_rep, timed):
    as_rep.put(f"{DEALS}/{timed}", {"expectedCloseDate": None})
    assert answered(as_rep, timed) is None
    assert Deal.unrestricted.get().expected_close_at is None


def test_the_time_goes_when_another_face_sets_another_day_and_stays_with_the_same(as_rep, api_of, rep, timed):
    address = f"/api/v1/deals/{timed}/"
    api_of(rep).patch(address, {"expected_close_date": "2031-03-02", "title": "Same"})
    assert answered(as_rep, timed) == when(SENT)
    api_of(rep).patch(address, {"expected_close_date": "2031-03-05"})
    assert answered(as_rep, timed) == when("2031-03-05T00:00:00.000Z")


def test_the_time_goes_with_many_days_set_at_once(as_rep, timed):
    Deal.unrestricted.update(expected_close_date=date(2031, 3, 4))
    Deal.unrestricted.update(expected_close_date=date(2031, 3, 2))
    assert answered(as_rep, timed) == when("2031-03-02T00:00:00.000Z")


def test_rows_of_one_day_stand_in_the_order_of_their_times(as_rep, timed):
    keys = {SENT: timed}
    for moment in ("2031-03-02T00:00:00.000Z", "2031-03-02T12:00:00.000Z", "2031-03-01T23:00:00.000Z"):
        keys[moment] = as_rep.post(DEALS, {"title": "x", "expectedCloseDate": when(moment)}).body["objectId"]
    ascending = [keys[moment] for moment in sorted(keys)]
    for order, wanted in (("expectedCloseDate", ascending), ("-expectedCloseDate", ascending[::-1])):
        assert [row["objectId"] for row in as_rep.get(DEALS, order=order).body["results"]] == wanted


def test_times_of_one_day_are_told_apart_by_aggregates_and_subqueries(as_rep, master, timed):
    as_rep.post(DEALS, {"title": "Midnight", "expectedCloseDate": when("2031-03-02T00:00:00.000Z")})
    distinct = master.get("/aggregate/Deal", distinct="expectedCloseDate").body["results"]
    assert distinct == ["2031-03-02T00:00:00.000Z", SENT]
    inner = {"query": {"className": "Deal", "where": {"title": "Timed"}}, "key": "expectedCloseDate"}
    assert as_rep.get(DEALS, where={"expectedCloseDate": {"$select": inner}}).ids == {timed}


def test_reading_a_time_costs_no_statement_more(as_rep, timed, statements):
    as_rep.get(DEALS, order="expectedCloseDate")
    with statements() as timed_list:
        as_rep.get(DEALS, order="expectedCloseDate")
    with statements() as plain_list:
        as_rep.get(DEALS, order="title")
    assert len(timed_list) == len(plain_list)
