"""The calls of the seeds' PHP program, as they go over the wire; outsider first, then what the program expects."""

import json
from urllib.parse import quote_plus

import pytest

from tests.conftest import PASSWORD
from tests.parse.conftest import KEYS, ParseClient


@pytest.fixture
def php(nobody, rep):
    """Signed in as the page's diagram has it: POST /login, then the token in a header."""
    return ParseClient(KEYS, nobody.post("/login", {"username": "rep", "password": PASSWORD}).body["sessionToken"])


def deals_in(client: ParseClient, stage: str) -> list[dict]:
    where = quote_plus(json.dumps({"stage": stage}, separators=(",", ":")))
    return client("GET", f"/classes/Deal?where={where}&order=expectedCloseDate").body["results"]


def test_an_outsider_with_the_same_keys_gets_none_of_it(php, as_outsider):
    made = php.post("/classes/Deal", {"title": "Mine", "stage": "lead"}).body["objectId"]
    assert deals_in(as_outsider, "lead") == []
    assert as_outsider.put(f"/classes/Deal/{made}", {"stage": "won"}).code == 101
    assert as_outsider.delete(f"/classes/Deal/{made}").code == 101


def test_deals_are_listed_by_stage_in_the_order_of_their_close_dates(php):
    for title, day in [("late", "2026-09-01"), ("never", None), ("soon", "2026-03-01")]:
        close = {"expectedCloseDate": {"__type": "Date", "iso": f"{day}T00:00:00.000Z"}} if day else {}
        php.post("/classes/Deal", {"title": title, "stage": "qualified", **close})
    php.post("/classes/Deal", {"title": "other", "stage": "lead"})
    assert [deal["title"] for deal in deals_in(php, "qualified")] == ["soon", "late", "never"]


def test_a_deal_is_made_moved_and_deleted(php):
    made = php.post("/classes/Deal", {"title": "Rollout", "stage": "lead", "amount": 1200.5})
    assert (made.status, set(made.body)) == (201, {"objectId", "createdAt"})
    path = f"/classes/Deal/{made.body['objectId']}"
    assert php.put(path, {"stage": "won"}).status == 200
    assert [(deal["title"], deal["amount"]) for deal in deals_in(php, "won")] == [("Rollout", 1200.5)]
    assert (php.delete(path).status, deals_in(php, "won")) == (200, [])


def test_contacts_are_made_and_listed(php):
    php.post("/classes/Contact", {"name": "Ada", "email": "ada@acme.example", "phone": "+1 555 0100"})
    php.post("/classes/Contact", {"name": "Bob"})
    assert [row["name"] for row in php("GET", "/classes/Contact").body["results"]] == ["Ada", "Bob"]


def test_without_a_token_the_lists_are_refused_as_parse_refuses_them(nobody):
    answer = nobody("GET", "/classes/Contact")
    assert (answer.status, answer.code) == (404, 101)
