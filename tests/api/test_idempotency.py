"""Idempotency-Key: a POST sent twice makes one row, also when both come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Session
from pipeline.models import Deal
from records.models import IdempotentReply
from tests.api.answers import V1, faults

DEALS = f"{V1}/deals/"
BODY = {"title": "Once", "amount": 1.5}


def test_the_same_request_again_is_answered_again_and_makes_one_row(as_rep):
    first = as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k1")
    again = as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k1")
    assert (again.status_code, again.json(), again["Location"], again["ETag"]) == (
        201, first.json(), first["Location"], first["ETag"],
    )  # fmt: skip
    assert (again["Idempotent-Replay"], again["Content-Type"], Deal.unrestricted.count()) == (
        "true", "application/json", 1,
    )  # fmt: skip


def test_another_body_under_the_same_key_is_answered_422(as_rep):
    as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k1")
    assert faults(as_rep.post(DEALS, {"title": "Other"}, HTTP_IDEMPOTENCY_KEY="k1")) == (422, [])
    assert faults(as_rep.post(f"{V1}/companies/", {"name": "x"}, HTTP_IDEMPOTENCY_KEY="k1")) == (422, [])
    assert Deal.unrestricted.count() == 1


def test_a_key_belongs_to_its_user(as_rep, as_outsider):
    mine, theirs = (client.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k1") for client in (as_rep, as_outsider))
    assert mine.json()["id"] != theirs.json()["id"]


def test_a_refused_request_leaves_the_key_free(as_rep):
    assert as_rep.post(DEALS, {"title": ""}, HTTP_IDEMPOTENCY_KEY="k1").status_code == 400
    assert as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "a\x00b"])
def test_a_key_that_cannot_be_kept_is_refused_by_name(as_rep, key):
    assert faults(as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY=key)) == (400, ["Idempotency-Key"])


def test_a_key_is_forgotten_after_a_day_and_old_ones_are_swept(as_rep):
    start = datetime.now(UTC)
    for number in range(3):
        as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY=f"k{number}")
    with time_machine.travel(start + timedelta(days=1, minutes=1)):
        assert "Idempotent-Replay" not in as_rep.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k0").headers
    assert (Deal.unrestricted.count(), set(IdempotentReply.objects.values_list("key", flat=True))) == (4, {"k0"})


@pytest.mark.django_db(transaction=True)
def test_requests_that_come_at_once_make_one_row(rep_with_token):
    def send(number: int) -> tuple[int, str]:
        client = APIClient(HTTP_AUTHORIZATION=f"Token {rep_with_token}")
        try:
            answer = client.post(DEALS, BODY, HTTP_IDEMPOTENCY_KEY="k1")
            return answer.status_code, answer.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(8)))
    assert answers == {(201, Deal.unrestricted.get().pk)}


@pytest.fixture
def rep_with_token(transactional_db, rep):
    return Session.start(rep)[1]
