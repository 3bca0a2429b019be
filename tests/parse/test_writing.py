"""Bodies: every error of a write, operations, what the server keeps, and a write that is sent again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from pipeline.models import Deal
from tests.conftest import make_user
from tests.parse.conftest import pointer, when

DEALS = "/classes/Deal"


def test_outsider_increments_nothing_that_is_hidden(as_outsider, deal):
    assert as_outsider.put(f"{DEALS}/{deal.pk}", {"amount": {"__op": "Increment", "amount": 1}}).code == 101


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 142),
        ({"title": None}, 142),
        ({"title": ""}, 142),
        ({"title": 5}, 111),
        ({"title": {"__op": "Delete"}}, 142),
        ({"title": "x" * 301}, 142),
        ({"title": "x", "stage": "nope"}, 142),
        ({"title": "x", "stage": 5}, 111),
        ({"title": "x", "amount": "many"}, 111),
        ({"title": "x", "amount": True}, 111),
        ({"title": "x", "amount": 1e17}, 111),
        ({"title": "x", "expectedCloseDate": "2026-01-01"}, 111),
        ({"title": "x", "expectedCloseDate": {"__type": "Date", "iso": "someday"}}, 111),
        ({"title": "x", "contact": "abc"}, 111),
        ({"title": "x", "contact": {"__type": "Pointer", "className": "Company", "objectId": "x"}}, 111),
        ({"title": "x", "notes": ["x"]}, 111),
        ({"title": "x", "createdAt": "2026-01-01T00:00:00.000Z"}, 111),
        ({"title": "x", "objectId": "abcdefghij"}, 105),
        ({"title": "x", "a b": 1}, 119),
        ({"title": "x", "_rperm": 1}, 119),
        ({"title": "x", "colour": "red"}, 119),
        ({"title": "x", "readers": ["*"]}, 119),
        ({"title": "x", "createdBy": {}}, 119),
        ({"title": {"__op": "Add", "objects": ["x"]}}, 111),
        ({"title": "x", "amount": {"__op": "Increment", "amount": "x"}}, 107),
        ({"title": "x", "notes": {"__op": "Increment", "amount": 1}}, 111),
        ({"title": "x", "notes": {"__op": "Nope"}}, 107),
        ({"title": "x", "amount": {"__op": "Batch", "ops": []}}, 119),
        ({"title": "x", "contact": {"__op": "AddRelation", "objects": []}}, 111),
    ],
)
def test_a_body_that_cannot_be_saved_is_refused_with_parses_code(as_rep, body, code):
    answer = as_rep.post(DEALS, body)
    assert (answer.status, answer.code) == (400, code)
    assert not Deal.unrestricted.exists()


def test_a_mismatch_is_told_in_parses_words(as_rep):
    answer = as_rep.post(DEALS, {"title": 5})
    assert answer.body["error"] == "schema mismatch for Deal.title; expected String but got Number"
    stage = as_rep.post(DEALS, {"title": "x", "stage": "nope"}).body["error"]
    assert stage == "stage: There is no such stage. The stages are lead, qualified, proposal, negotiation, won, lost."


def test_an_update_that_fails_changes_nothing(as_rep, deal):
    assert as_rep.put(f"{DEALS}/{deal.pk}", {"stage": "won", "title": None}).code == 142
    assert Deal.unrestricted.get().stage_id == "lead"


def test_what_the_server_keeps_is_ignored(as_rep, deal, rep):
    body = {"objectId": "abcdefghij", "createdAt": when("2020-01-01T00:00:00.000Z"), "notes": "x"}
    assert as_rep.put(f"{DEALS}/{deal.pk}", body).status == 200
    after = Deal.unrestricted.get()
    assert (after.pk, after.created_at, after.notes) == (deal.pk, deal.created_at, "x")


def test_an_increment_answers_the_new_value_and_counts_nothing_as_zero(as_rep, rep):
    made = as_rep.post(DEALS, {"title": "x", "amount": {"__op": "Increment", "amount": 2}}).body["objectId"]
    answer = as_rep.put(f"{DEALS}/{made}", {"amount": {"__op": "Increment", "amount": 0.5}})
    assert answer.body["amount"] == 2.5
    as_rep.put(f"{DEALS}/{made}", {"amount": None})
    assert as_rep.put(f"{DEALS}/{made}", {"amount": {"__op": "Increment", "amount": -1}}).body["amount"] == -1


@pytest.mark.django_db(transaction=True)
def test_increments_at_the_same_time_are_all_counted(client_of):
    rep = make_user("counter")
    deal = Deal.objects.create(title="x", amount=0, created_by=rep)
    client = client_of(rep)

    def increment(_) -> int:
        try:
            return client.put(f"{DEALS}/{deal.pk}", {"amount": {"__op": "Increment", "amount": 1}}).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(increment, range(40))) == {200}
    assert Deal.unrestricted.get().amount == 40


def test_a_write_with_the_same_request_id_is_done_once_and_answered_twice(as_rep):
    first, second = (as_rep.post(DEALS, {"title": "x"}, **{"X-Parse-Request-Id": "r-1"}) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert Deal.unrestricted.count() == 1
    other = as_rep.post(DEALS, {"title": "y"}, **{"X-Parse-Request-Id": "r-1"})
    assert (other.status, other.code) == (400, 159)
    assert as_rep.post(DEALS, {"title": "y"}, **{"X-Parse-Request-Id": "r-2"}).status == 201


def test_a_request_id_is_each_callers_own(as_rep, as_outsider):
    for client in (as_rep, as_outsider):
        assert client.post(DEALS, {"title": "x"}, **{"X-Parse-Request-Id": "r-1"}).status == 201
    assert Deal.unrestricted.count() == 2


def test_deleting_a_company_empties_pointers_and_keeps_the_rest(as_rep, deal, company):
    assert as_rep.delete(f"/classes/Company/{company.pk}").status == 200
    assert "company" not in as_rep.get(f"{DEALS}/{deal.pk}").body


def test_a_handed_over_deal_leaves_its_writer(as_rep, as_outsider, outsider, deal):
    body = {"assignedTo": pointer(outsider), "ACL": {outsider.pk: {"read": True, "write": True}}}
    assert as_rep.put(f"{DEALS}/{deal.pk}", body).status == 200
    assert (as_rep.get(DEALS).ids, as_outsider.get(DEALS).ids) == (set(), {deal.pk})


def test_too_large_or_too_deep_a_body_is_a_parse_error(as_rep):
    large = as_rep("POST", DEALS, b'{"title":"' + b"x" * 1_100_000 + b'"}')
    assert (large.status, large.code) == (413, 116)
    assert large.headers["Access-Control-Allow-Origin"] == "*"
    deep = as_rep("POST", DEALS, b'{"title":' + b"[" * 200 + b"]" * 200 + b"}")
    assert (deep.status, deep.code) == (400, 107)
    assert as_rep("POST", DEALS, b'{"title":"a\\u0000b"}').code == 107


def test_a_bad_character_in_the_address_is_a_parse_error(as_rep):
    answer = as_rep("GET", f"{DEALS}?order=%00")
    assert (answer.status, answer.code) == (400, 107)
    assert as_rep("GET", "/classes/Deal/%00").status == 404
