"""``/batch``: several calls in one."""

import pytest

from pipeline.models import Deal

NEW = {"method": "POST", "path": "/parse/classes/Deal", "body": {"title": "x"}}


def test_outsider_reaches_nothing_through_a_batch(as_outsider, deal):
    path = f"/parse/classes/Deal/{deal.pk}"
    lines = [{"method": method, "path": path, "body": {}} for method in ("GET", "PUT", "DELETE")]
    answers = as_outsider.post("/batch", {"requests": lines}).body
    assert [line["error"]["code"] for line in answers] == [101] * 3


def test_each_line_is_answered_by_itself(as_rep, deal):
    lines = [
        NEW,
        {**NEW, "body": {}},
        {"method": "GET", "path": "/parse/classes/Deal?limit=1&order=createdAt"},
        {"method": "PUT", "path": f"/parse/classes/Deal/{deal.pk}", "body": {"stage": "won"}},
        {"method": "DELETE", "path": f"/parse/classes/Deal/{deal.pk}", "body": {}},
    ]
    made, bare, found, changed, gone = as_rep.post("/batch", {"requests": lines}).body
    assert set(made["success"]) == {"objectId", "createdAt"}
    assert bare == {"error": {"code": 142, "error": "title is required"}}
    assert [row["objectId"] for row in found["success"]["results"]] == [deal.pk]
    assert set(changed["success"]) == {"updatedAt"}
    assert gone == {"success": {}}


@pytest.mark.parametrize("as_whole", [True, False])
def test_a_transaction_does_all_or_nothing(as_rep, as_whole):
    answer = as_rep.post("/batch", {"requests": [NEW, {**NEW, "body": {}}, NEW], "transaction": as_whole})
    assert answer.status == (400 if as_whole else 200)
    assert Deal.unrestricted.count() == (0 if as_whole else 2)
    if as_whole:
        assert answer.body == {"code": 142, "error": "title is required"}


def test_a_transaction_that_succeeds_is_answered_line_by_line(as_rep):
    assert len(as_rep.post("/batch", {"requests": [NEW] * 50, "transaction": True}).body) == 50
    assert Deal.unrestricted.count() == 50


@pytest.mark.parametrize(
    "requests",
    [None, {}, "x", [NEW] * 51, ["x"], [{**NEW, "path": "/classes/Deal"}], [{**NEW, "path": 5}], [{**NEW, "body": []}]],
)
def test_a_batch_that_is_none_is_107(as_rep, requests):
    if requests == [{**NEW, "body": []}]:
        requests = [{**NEW, "body": ["x"]}]
    answer = as_rep.post("/batch", {"requests": requests})
    assert (answer.status, answer.code) == (400, 107)
    assert not Deal.unrestricted.exists()


def test_a_batch_in_a_batch_is_refused(as_rep):
    inner = {"method": "POST", "path": "/parse/batch", "body": {"requests": [NEW]}}
    assert as_rep.post("/batch", {"requests": [NEW, inner]}).code == 107
    assert not Deal.unrestricted.exists()


def test_a_line_without_a_method_is_refused_with_all_others(as_rep):
    line = {"path": "/parse/classes/Deal", "body": {"title": "New"}}
    assert as_rep.post("/batch", {"requests": [NEW, line]}).code == 107
    assert not Deal.unrestricted.exists()


def test_nobody_signs_in_within_a_transaction(nobody, rep):
    line = {"method": "POST", "path": "/parse/login", "body": {"username": "rep", "password": "x"}}
    assert nobody.post("/batch", {"requests": [line], "transaction": True}).code == 119


def test_a_line_that_leads_nowhere_stops_the_batch_before_any_is_done(as_rep):
    made = {"method": "POST", "path": "/parse/classes/Deal", "body": {"title": "x"}}
    answer = as_rep.post("/batch", {"requests": [made, {"method": "GET", "path": "/parse/nothing", "body": {}}]})
    assert (answer.status, answer.code, Deal.unrestricted.count()) == (400, 107, 0)


def test_head_is_get_without_the_answer(as_rep, deal):
    response = as_rep.http.head(f"/parse/classes/Deal/{deal.pk}", headers=as_rep.headers)
    assert (response.status_code, response.content) == (200, b"")
