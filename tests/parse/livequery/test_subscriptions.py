"""GraphQL's subscriptions: live queries in the protocol graphql-transport-ws."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from parse.graphql import socket as door
from parse.graphql.ids import global_id
from pipeline.models import Deal
from tests.parse.conftest import KEYS as HEADERS
from tests.parse.livequery.conftest import Client, in_thread, playing

DEALS = (
    "subscription($w: DealWhereInput) { deals(where: $w) { event objectId deal { title amount } original { title } } }"
)
PROTOCOL = "graphql-transport-ws"


@asynccontextmanager
async def opened(payload: dict[str, str] | None = None, *, protocols: tuple[str, ...] = (PROTOCOL,)):
    """A socket, begun with ``payload`` where there is one."""
    client = Client()
    scope = {"type": "websocket", "path": "/graphql", "scheme": "ws", "headers": [(b"host", b"localhost")],
             "query_string": b"", "subprotocols": list(protocols)}  # fmt: skip
    serving = asyncio.create_task(door.serve(scope, client.receive, client.send))
    try:
        if payload is not None:
            assert await client.asked({"type": "connection_init", "payload": payload}) == {"type": "connection_ack"}
        yield client
    finally:
        client.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await serving


def keys(token: str = "") -> dict[str, str]:
    return {**HEADERS, **({"X-Parse-Session-Token": token} if token else {})}


async def subscribe(client: Client, query: str = DEALS, key: str = "1", **variables: Any) -> None:
    """The client is told nothing of it: an answer to a ping says that it was heard before."""
    client.say({"type": "subscribe", "id": key, "payload": {"query": query, "variables": variables}})
    assert await client.asked({"type": "ping"}) == {"type": "pong"}


async def event(client: Client, key: str = "1") -> dict[str, Any]:
    told = await client.take()
    assert (told["type"], told["id"]) == ("next", key), told
    return next(iter(told["payload"]["data"].values()))


def make(user, **fields) -> Deal:
    return Deal.objects.create(**{"title": "D", "created_by": user, **fields})


def change(deal: Deal, **fields) -> None:
    for name, value in fields.items():
        setattr(deal, name, value)
    deal.save()


def test_who_may_see_a_row_is_told_of_it_and_nobody_else(outsider, rep, token_of):
    outsider_token = token_of(outsider)
    rep_token = token_of(rep)

    async def story():
        async with opened(keys(outsider_token)) as other, opened(keys(rep_token)) as client:
            await subscribe(other)
            await subscribe(client)
            deal = await in_thread(lambda: make(rep, amount=5))
            assert await event(client) == {
                "event": "CREATE",
                "objectId": deal.pk,
                "deal": {"title": "D", "amount": 5},
                "original": None,
            }
            own = await in_thread(lambda: make(outsider, title="own"))
            told = await event(other)
            assert (told["objectId"], told["deal"]["title"], other.heard) == (own.pk, "own", [])

    playing(story)


def test_each_kind_of_event_has_its_name_and_what_was_before(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened(keys(token)) as client:
            await subscribe(client, w={"title": {"matchesRegex": "^D"}})
            deal = await in_thread(lambda: make(rep))
            await in_thread(lambda: change(deal, title="D2"))
            await in_thread(lambda: change(deal, title="other"))
            await in_thread(lambda: change(deal, title="D3"))
            await in_thread(deal.delete)
            told = [await event(client) for _ in range(5)]
            assert [(one["event"], one["deal"]["title"], one["original"]) for one in told] == [
                ("CREATE", "D", None),
                ("UPDATE", "D2", {"title": "D"}),
                ("LEAVE", "other", {"title": "D2"}),
                ("ENTER", "D3", {"title": "other"}),
                ("DELETE", "D3", None),
            ]

    playing(story)


def test_only_the_events_that_were_asked_for_are_told(rep, token_of):
    token = token_of(rep)

    async def story():
        query = "subscription { deals(events: [DELETE]) { event objectId } }"
        async with opened(keys(token)) as client:
            await subscribe(client, query)
            deal = await in_thread(lambda: make(rep))
            key = deal.pk
            await in_thread(deal.delete)
            assert await event(client) == {"event": "DELETE", "objectId": key}

    playing(story)


def test_rows_behind_pointers_are_told_as_far_as_they_may_be_seen(rep, outsider, token_of):
    token = token_of(rep)

    async def story():
        query = "subscription { contacts { contact { name company { name } } } }"
        secret = await in_thread(lambda: Company.objects.create(name="secret", created_by=outsider))
        seen = await in_thread(lambda: Company.objects.create(name="Acme", created_by=rep))
        async with opened(keys(token)) as client:
            await subscribe(client, query)
            ann = await in_thread(lambda: Contact.objects.create(name="Ann", company=seen, created_by=rep))
            assert await event(client) == {"contact": {"name": "Ann", "company": {"name": "Acme"}}}
            await in_thread(lambda: Contact.unrestricted.filter(pk=ann.pk).update(company=secret))
            assert await event(client) == {"contact": {"name": "Ann", "company": None}}

    playing(story)


def test_activities_of_one_deal_are_followed_by_its_id(rep, token_of):
    token = token_of(rep)

    query = """subscription($w: ActivityWhereInput) { activities(where: $w) { activity {
        subject relatedTo { __typename ... on Deal { id } } } } }"""

    async def story():
        deal, other = await in_thread(lambda: (make(rep), make(rep)))
        async with opened(keys(token)) as client:
            await subscribe(client, query, w={"relatedTo": {"have": {"objectId": {"equalTo": deal.pk}}}})
            await in_thread(lambda: Activity.objects.create(subject="no", related_to=other, created_by=rep))
            await in_thread(lambda: Activity.objects.create(subject="yes", related_to=deal, created_by=rep))
            about = {"__typename": "Deal", "id": global_id("Deal", deal.pk)}
            assert await event(client) == {"activity": {"subject": "yes", "relatedTo": about}}

    playing(story)


def test_who_loses_sight_of_a_row_is_told_its_id_and_not_a_word_more(rep, outsider, token_of):
    token = token_of(outsider)
    deal = make(rep, title="lent", assigned_to=outsider)

    async def story():
        async with opened(keys(token)) as client:
            await subscribe(client)
            await in_thread(lambda: change(deal, title="secret", assigned_to=None))
            assert await event(client) == {"event": "LEAVE", "objectId": deal.pk, "deal": None, "original": None}

    playing(story)


def test_who_is_not_signed_in_is_told_of_nothing(rep, token_of):
    async def story():
        async with opened(keys()) as client:
            client.say({"type": "subscribe", "id": "1", "payload": {"query": DEALS}})
            told = await client.take()
            assert (told["type"], told["payload"][0]["extensions"]) == ("error", {"code": 101})

    playing(story)


def test_session_that_ends_ends_the_socket(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened(keys(token)) as client:
            await subscribe(client)
            await in_thread(lambda: rep.sessions.all().delete())
            told = await client.take()
            assert (told["type"], told["payload"][0]["extensions"]) == ("error", {"code": 209})
            await client.until(lambda: client.closed)
            assert client.closed[0] == 1008

    playing(story)


def test_what_was_completed_is_told_no_more(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened(keys(token)) as client:
            await subscribe(client)
            await subscribe(client, key="2")
            client.say({"type": "complete", "id": "1"})
            assert await client.asked({"type": "ping", "payload": {"a": 1}}) == {"type": "pong", "payload": {"a": 1}}
            await in_thread(lambda: make(rep))
            assert (await event(client, "2"))["event"] == "CREATE"
            assert client.heard == []

    playing(story)


def test_questions_and_changes_come_by_the_socket_too(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened(keys(token)) as client:
            ask = {"type": "subscribe", "id": "q", "payload": {"query": "{ viewer { user { username } } }"}}
            answer = {"data": {"viewer": {"user": {"username": "rep"}}}}
            assert await client.asked(ask) == {"type": "next", "id": "q", "payload": answer}
            assert await client.take() == {"type": "complete", "id": "q"}

    playing(story)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { deals { nosuch } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { deals { event } contacts { event } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { deals(where: {contact: {have: {name: {equalTo: \"x\"}}}}) { event } }", 102),
        ("subscription { deals(where: {title: {matchesRegex: \"(\"}}) { event } }", 102),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "BAD_REQUEST"),
    ],
)  # fmt: skip
def test_subscription_that_cannot_be_is_refused_and_the_socket_stays(rep, token_of, query, code):
    token = token_of(rep)

    async def story():
        async with opened(keys(token)) as client:
            client.say({"type": "subscribe", "id": "1", "payload": {"query": query}})
            told = await client.take()
            assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", code)
            await subscribe(client)
            await in_thread(lambda: make(rep))
            assert (await event(client))["event"] == "CREATE"

    playing(story)


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["nonsense"], 4400),
        ([{"type": "nosuch"}], 4400),
        ([5], 4400),
        ([{"type": "subscribe", "id": "1", "payload": {"query": DEALS}}], 4401),
        ([{"type": "connection_init"}], 4403),
        ([{"type": "connection_init", "payload": {**HEADERS, "X-Parse-REST-API-Key": "wrong"}}], 4403),
        ([{"type": "connection_init", "payload": keys("r:0")}], 4403),
        ([{"type": "connection_init", "payload": "x"}], 4403),
        ([{"type": "connection_init", "payload": keys()}] * 2, 4429),
        ([{"type": "connection_init", "payload": keys()}, {"type": "subscribe", "id": 5, "payload": {}}], 4400),
    ],
)
def test_socket_that_breaks_the_protocol_is_closed_with_its_code(db, messages, code):
    async def story():
        async with opened() as client:
            for message in messages:
                client.say(message)
            await client.until(lambda: client.closed)
            assert client.closed[0] == code

    playing(story)


def test_same_id_twice_closes_the_socket(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened(keys(token)) as client:
            await subscribe(client)
            client.say({"type": "subscribe", "id": "1", "payload": {"query": DEALS}})
            await client.until(lambda: client.closed)
            assert client.closed[0] == 4409

    playing(story)


def test_other_protocol_is_not_spoken(db):
    async def story():
        async with opened(protocols=("graphql-ws",)) as client:
            await client.until(lambda: client.closed)
            assert client.closed[0] == 4406

    playing(story)
