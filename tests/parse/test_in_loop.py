"""Quick calls as a server does them: in its event loop, by connections of its own, seen by others as soon as told."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts import hooks
from accounts.models import Session
from activities.models import Activity
from live.models import Change
from parse import door
from pipeline.models import Deal, DealUserGrant, Stage
from records.sharing import share
from tests.parse.conftest import KEYS

pytestmark = pytest.mark.django_db(transaction=True)
DEALS = "/parse/classes/Deal"


@pytest.fixture
def ask(monkeypatch):
    """Sends calls to a loop, all at the same time; gives status and body of each. ``by_threads``: what threads did."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
    by_threads, threads = [], ThreadPoolExecutor(1)
    real = door.answer
    monkeypatch.setattr(door, "answer", lambda scope, body: by_threads.append(scope["path"]) or real(scope, body))
    monkeypatch.setattr(door, "pool", threads)

    def ask(user, *calls):
        token = Session.start(user)[1]

        async def around():
            door._lines.cache_clear()
            try:
                await _answered(token, "GET", DEALS)  # the first use of a session is noted, by a thread
                by_threads.clear()
                return await asyncio.gather(*[_answered(token, *call) for call in calls])
            finally:
                door.close()
                door._lines.cache_clear()

        return asyncio.run(around())

    ask.by_threads = by_threads
    yield ask
    threads.submit(lambda: connection.close()).result()
    threads.shutdown()


async def _answered(token, method, path, body=None):
    content = b"" if body is None else json.dumps(body).encode()
    sent = {**KEYS, "X-Parse-Session-Token": token, "Content-Length": str(len(content)), "Host": "localhost"}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
    told = []

    async def send(event):
        told.append(event)

    await door.serve(scope, content, send)
    return told[0]["status"], json.loads(told[1]["body"])


def test_a_create_is_saved_once_and_logged_with_who_did_it(ask, rep):
    answers = ask(rep, *[("POST", DEALS, {"title": f"Deal {number}", "amount": number}) for number in range(12)])
    assert [status for status, _ in answers] == [201] * 12
    assert {deal.title: float(deal.amount) for deal in Deal.unrestricted.all()} == {f"Deal {n}": n for n in range(12)}
    logged = Change.objects.filter(model="deal", key__in=[body["objectId"] for _, body in answers])
    assert {(one.actor, one.face) for one in logged} == {(rep.pk, "parse")}
    assert len({one.change_set for one in logged}) == len(logged) == 12
    assert ask.by_threads == []


def test_an_update_stamps_what_every_face_stamps(ask, rep, deal):
    was = Deal.unrestricted.get(pk=deal.pk)
    assert ask(rep, ("PUT", f"{DEALS}/{deal.pk}", {"stage": "proposal"}))[0][0] == 200
    now = Deal.unrestricted.get(pk=deal.pk)
    assert (now.stage_id, now.title, now.readers) == ("proposal", was.title, was.readers)
    assert now.moved_at > was.moved_at
    assert now.updated_at > was.updated_at
    assert ask.by_threads == []


def test_what_is_hidden_or_only_read_is_not_changed(ask, rep, outsider, teammate, deal):
    share(deal, teammate, "read")
    changed = ("PUT", f"{DEALS}/{deal.pk}", {"title": "Taken"})
    assert [ask(user, changed)[0][1]["code"] for user in (outsider, teammate)] == [101, 101]
    assert ask(outsider, ("GET", f"{DEALS}/{deal.pk}"), ("GET", DEALS)) == [
        (404, {"code": 101, "error": "Object not found."}),
        (200, {"results": []}),
    ]
    assert Deal.unrestricted.get(pk=deal.pk).title == deal.title


def test_a_refusal_of_the_database_is_told_and_writes_nothing(ask, rep, required_reason):
    answers = ask(rep, ("POST", DEALS, {"title": "x", "stage": "lost"}), ("POST", DEALS, {"title": "y", "stage": "no"}))
    assert [(status, body["code"]) for status, body in answers] == [(400, 142), (400, 142)]
    assert not Deal.unrestricted.exists()


@pytest.fixture
def required_reason(transactional_db):
    Stage.objects.filter(pk="lost").update(reason_required=True)
    yield
    Stage.objects.filter(pk="lost").update(reason_required=False)


def test_a_deletion_takes_activities_and_grants_along_and_can_be_taken_back(ask, rep, teammate, deal, browser_of):
    share(deal, teammate, "read")
    call = Activity.objects.create(subject="Call", related_to=deal, created_by=rep)
    kept = Activity.objects.create(subject="Kept", created_by=rep)
    gone = ("DELETE", f"{DEALS}/{deal.pk}")
    assert ask(rep, gone, gone)[::-1].count((200, {})) == 1
    assert set(Activity.unrestricted.values_list("pk", flat=True)) == {kept.pk}
    assert not DealUserGrant.objects.filter(content_object_id=deal.pk).exists()
    [change_set] = Change.objects.filter(op="delete", key=deal.pk).values_list("change_set", flat=True)
    assert {(one.actor, one.face) for one in Change.objects.filter(change_set=change_set)} == {(rep.pk, "parse")}
    assert ask.by_threads == []
    assert browser_of(rep).post(f"/changes/{change_set}/undo/").status_code == 303
    assert set(Deal.objects.visible_to(teammate)) == {deal}
    assert set(Activity.objects.visible_to(teammate)) == {call}


def test_what_is_hidden_or_only_read_is_not_deleted(ask, rep, outsider, teammate, deal):
    share(deal, teammate, "read")
    gone = ("DELETE", f"{DEALS}/{deal.pk}")
    assert [ask(user, gone)[0][1]["code"] for user in (outsider, teammate)] == [101, 101]
    assert Deal.unrestricted.filter(pk=deal.pk).exists()


def test_a_deletion_that_a_hook_hears_of_is_done_by_a_thread(ask, rep, deal):
    told = []
    hooks.before_delete("Deal")(told.append)
    try:
        assert ask(rep, ("DELETE", f"{DEALS}/{deal.pk}")) == [(200, {})]
    finally:
        hooks.forget()
    assert (len(ask.by_threads), len(told), Deal.unrestricted.count()) == (1, 1, 0)


def test_a_company_is_deleted_by_a_thread_and_its_deals_stay(ask, rep, deal, company):
    assert ask(rep, ("DELETE", f"/parse/classes/Company/{company.pk}")) == [(200, {})]
    assert Deal.unrestricted.get(pk=deal.pk).company_id is None
    assert len(ask.by_threads) == 1


def test_what_takes_a_transaction_is_done_by_a_thread_and_once(ask, rep, deal):
    calls = [("PUT", f"{DEALS}/{deal.pk}", {"amount": {"__op": "Increment", "amount": 5}}) for _ in range(4)]
    was = Deal.unrestricted.get(pk=deal.pk).amount or 0
    assert [status for status, _ in ask(rep, *calls)] == [200] * 4
    assert Deal.unrestricted.get(pk=deal.pk).amount == was + 20
    assert len(ask.by_threads) == 4


def test_a_stage_that_changed_meanwhile_counts_at_once(ask, rep):
    lost = ("POST", DEALS, {"title": "x", "stage": "lost"})
    Stage.objects.filter(pk="lost").update(reason_required=False)
    assert ask(rep, lost)[0][0] == 201
    Stage.objects.filter(pk="lost").update(reason_required=True)
    status, body = ask(rep, lost)[0]
    assert (status, body["code"]) == (400, 142)
    Stage.objects.filter(pk="lost").update(reason_required=False)
    assert ask(rep, lost)[0][0] == 201
