"""The protocol, word for word as parse-server 9.10.0 speaks it, and what is refused."""

import asyncio

import pytest

from parse.livequery import door
from parse.livequery.server import queries
from pipeline.models import Deal
from tests.parse.livequery.conftest import KEYS, Client, in_thread, opened, playing

WHERE = {"className": "Deal", "where": {}}


def answer_to(message, *, keys=KEYS) -> dict:
    """What a socket that is connected with ``keys``, or not at all, is told."""

    async def story():
        async with opened(keys) as client:
            return await client.asked(message)

    return playing(story)


def error(code: int, words: str, reconnect: bool = True, number=None) -> dict:
    return {"op": "error", "code": code, "error": words, "reconnect": reconnect, "requestId": number}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ([], "Invalid type: array (expected object)"),
        ("null", "Invalid type: null (expected object)"),
        ("5", "Invalid type: number (expected object)"),
        ({}, "Missing required property: op"),
        ({"op": 5}, "Invalid type: number (expected string)"),
        ({"op": "query"}, 'No enum match for: "query"'),
        ({"op": "connect"}, "Missing required property: applicationId"),
        ({"op": "connect", "applicationId": None}, "Invalid type: null (expected string)"),
        ({"op": "connect", "applicationId": "x", "more": 1}, "Additional properties not allowed"),
        ({"op": "subscribe"}, "Missing required property: requestId"),
        ({"op": "subscribe", "requestId": 1}, "Missing required property: query"),
        ({"op": "subscribe", "requestId": "1", "query": WHERE}, "Invalid type: string (expected number)"),
        ({"op": "subscribe", "requestId": True, "query": WHERE}, "Invalid type: boolean (expected number)"),
        ({"op": "subscribe", "requestId": 1, "query": {"className": "Deal"}}, "Missing required property: where"),
        ({"op": "subscribe", "requestId": 1, "query": {**WHERE, "limit": 1}}, "Additional properties not allowed"),
        (
            {"op": "subscribe", "requestId": 1, "query": {**WHERE, "keys": []}},
            "Array is too short (0), minimum 1",
        ),
        (
            {"op": "subscribe", "requestId": 1, "query": {**WHERE, "watch": ["a", "a"]}},
            "Array items are not unique (indices 0 and 1)",
        ),
        ({"op": "unsubscribe"}, "Missing required property: requestId"),
    ],
)
def test_a_malformed_message_is_complained_of_and_the_socket_stays_open(message, words):
    async def story():
        async with opened() as client:
            return await client.asked(message), await client.connect()

    told, after = playing(story)
    assert (told, after["op"]) == (error(1, words), "connected")


def test_what_is_no_json_gets_no_answer():
    async def story():
        async with opened() as client:
            for text in ("{", "", "nonsense", "[" * 5_000):
                client.say(text)
            return await client.connect()

    assert playing(story)["op"] == "connected"


def test_connected_tells_the_client_its_id_and_its_installation():
    async def story():
        async with opened(None) as client:
            return await client.connect(), await client.connect({**KEYS, "installationId": 'i"1'})

    first, second = playing(story)
    assert set(first) == {"op", "clientId"}
    assert len(first["clientId"]) == 36
    assert second["installationId"] == 'i"1'
    assert first["clientId"] != second["clientId"]


@pytest.mark.parametrize(
    "keys",
    [
        {"applicationId": "parsley"},
        {"applicationId": "other", "javascriptKey": "parsley-js"},
        {"applicationId": "parsley", "javascriptKey": "wrong"},
        {"applicationId": "parsley", "masterKey": "wrong"},
        {"applicationId": "parsley", "clientKey": "parsley-js"},
    ],
)
def test_a_wrong_key_is_refused(keys):
    assert answer_to({"op": "connect", **keys}, keys=None) == error(4, "Key in request is not valid")


def test_who_is_not_connected_is_sent_back():
    words = "Can not find this client, make sure you connect to server before "
    asked = {"op": "subscribe", "requestId": 1, "query": WHERE}
    assert answer_to(asked, keys=None) == error(2, words + "subscribing")
    assert answer_to({"op": "unsubscribe", "requestId": 1}, keys=None) == error(2, words + "unsubscribing")


def test_an_unknown_subscription_cannot_be_ended():
    async def story():
        async with opened(None) as client:
            identity = (await client.connect())["clientId"]
            return identity, await client.asked({"op": "unsubscribe", "requestId": 7})

    identity, told = playing(story)
    words = f"Cannot find subscription with clientId {identity} subscriptionId 7. "
    assert told == error(2, words + "Make sure you subscribe to live query server before unsubscribing.")


@pytest.mark.parametrize("token", ["", "r:" + "0" * 32, "x" * 5_000, "*"])
@pytest.mark.parametrize("name", ["Deal", "Activity", "Contact", "Company"])
def test_who_is_not_signed_in_is_refused(db, name, token):
    async def story():
        async with opened() as client:
            return await client.subscribe(token, name)

    assert playing(story) == error(101, "Permission denied", False, 1)


def test_whose_roles_do_not_open_the_class_is_refused(rep, token_of):
    rep.groups.clear()
    token = token_of(rep)

    async def story():
        async with opened() as client:
            return await client.subscribe(token)

    assert playing(story) == error(119, "Permission denied", False, 1)


def test_the_token_of_the_socket_counts_where_the_subscription_has_none(rep, token_of):
    keys = {**KEYS, "sessionToken": token_of(rep)}

    async def story():
        async with opened(keys) as client:
            return (await client.subscribe(""))["op"]

    assert playing(story) == "subscribed"


def test_a_class_that_is_not_live_is_subscribed_to_and_stays_silent(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            told = [
                await client.subscribe(token, name, number) for number, name in enumerate(("_User", "_Role", "Nope"))
            ]
            await client.subscribe(token, "Deal", 9)
            await in_thread(lambda: type(rep).objects.filter(pk=rep.pk).update(name="New"))
            await in_thread(lambda: Deal.objects.create(title="One", created_by=rep))
            return [one["op"] for one in told], (await client.event())[1], client.heard

    assert playing(story) == (["subscribed"] * 3, 9, [])


def test_sessions_need_one(db):
    async def story():
        async with opened() as client:
            return await client.subscribe("", "_Session")

    assert playing(story) == error(209, "Invalid session token", False, 1)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"$or": {}}, 102),
        ({"$nor": []}, 102),
        ({"title": {"$regex": 5}}, 102),
        ({"title": {"$regex": "("}}, 102),
        ({"title": {"$regex": "x" * 201}}, 102),
        ({"title": {"$nope": 1}}, 119),
        ({"title": "\x00"}, 102),
        ({"amount": "many"}, 102),
        ({"a b": 1}, 105),
        ({"_rperm": 1}, 105),
        ({"contact": {"$inQuery": {"className": "Contact", "where": {}}}}, 102),
        ({"title": {"$text": {"$search": {"$term": "x"}}}}, 102),
        ({"$relatedTo": {"key": "users"}}, 102),
        ({"$or": [{"contact": {"$notInQuery": {"className": "Contact", "where": {}}}}]}, 102),
    ],
)
def test_a_where_that_cannot_be_live_is_refused_and_the_next_one_is_taken(rep, token_of, where, code):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            return await client.subscribe(token, where=where), await client.subscribe(token)

    told, after = playing(story)
    assert (told["op"], told["code"], told["reconnect"], told["requestId"]) == ("error", code, False, 1)
    assert after["op"] == "subscribed"


def test_a_where_that_is_nested_too_deeply_is_refused(rep, token_of):
    token, where = token_of(rep), {"title": "x"}
    for _ in range(11):
        where = {"$or": [where]}

    async def story():
        async with opened() as client:
            return await client.subscribe(token, where=where)

    words = "Query condition nesting depth exceeds maximum allowed depth of 10"
    assert playing(story) == error(102, words, False, 1)


def test_a_socket_takes_so_many_subscriptions_and_no_more(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            told = [await client.subscribe(token, number=number) for number in range(203)]
            again = await client.subscribe(token, number=0, where={"title": "x"})
            return [one["op"] for one in told], told[-1], again["op"]

    kinds, last, again = playing(story)
    assert kinds == ["subscribed"] * 200 + ["error"] * 3
    assert last == error(155, "A socket takes at most 200 subscriptions.", False, 202)
    assert again == "subscribed"


def test_the_cookie_of_a_browser_opens_nothing(rep, browser_of):
    """The door is not even handed the headers of the request; this holds it to that."""
    browser = browser_of(rep)
    assert "parsley-session" in browser.cookies

    async def story():
        async with opened() as client:
            return await client.subscribe("", "Deal")

    assert playing(story) == error(101, "Permission denied", False, 1)


def test_a_process_takes_so_many_different_questions_and_so_many_patterns(rep, token_of, monkeypatch):
    monkeypatch.setattr("parse.livequery.groups.MOST_WEIGHT", 3)
    monkeypatch.setattr("parse.livequery.groups.MOST_SLOW", 1)
    token = token_of(rep)

    async def story():
        async with opened() as client, opened() as other:
            told = [await client.subscribe(token, number=n, where={"title": {"$regex": f"a.{n}"}}) for n in (1, 2)]
            told += [await client.subscribe(token, number=n, where={"title": str(n)}) for n in (3, 4, 5)]
            told += [await other.subscribe(token, number=6, where={"title": "3"})]
            await client.asked({"op": "unsubscribe", "requestId": 1})
            return [one.get("code", one["op"]) for one in [*told, await client.subscribe(token, where={"title": "7"})]]

    assert playing(story) == ["subscribed", 155, "subscribed", "subscribed", 155, "subscribed", "subscribed"]


def test_tokens_of_nobody_leave_nothing_behind(rep, token_of):
    token = token_of(rep)

    async def story():
        async with opened() as client:
            await client.subscribe(token, where={"title": {"$nope": 1}})
            await client.subscribe("r:" + "0" * 32)
            before = len(queries.holders.by_digest)
            await client.subscribe(token)
            during = len(queries.holders.by_digest)
            await client.asked({"op": "unsubscribe", "requestId": 1})
            return before, during, len(queries.holders.by_digest), queries.groups.by_class, queries.groups.weight

    assert playing(story) == (0, 1, 0, {}, 0)


def test_the_database_keeps_no_statement_of_questions_that_are_gone(rep, token_of):
    token = token_of(rep)

    async def kept() -> list[str]:
        found = await queries.asker._connection.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'lq%'")
        return [name for (name,) in await found.fetchall()]

    async def story():
        async with opened() as client:
            for number in range(5):
                await client.subscribe(token, number=1, where={"title": str(number)})
                await in_thread(lambda number=number: Deal.objects.create(title=str(number), created_by=rep))
                await client.take()
            await client.until(lambda: queries._ahead.empty())
            return len(await kept())

    assert playing(story) == 2  # the rows, and the one question


async def knocked(**scope) -> list[str]:
    """What the door does with a socket that leaves at once."""
    client, done = Client(), []

    async def send(event) -> None:
        done.append(event["type"])

    client.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await door.serve({"path": "/parse", "headers": [], **scope}, client.receive, send)
    return done


def test_where_https_is_asked_for_a_socket_without_it_is_refused(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert asyncio.run(knocked(scheme="ws")) == ["websocket.close"]
    assert asyncio.run(knocked(scheme="wss")) == ["websocket.accept"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert asyncio.run(knocked(scheme="wss")) == ["websocket.close"]
    told = [(b"x-forwarded-proto", b"https")]
    assert asyncio.run(knocked(scheme="ws", headers=told)) == ["websocket.accept"]


def test_who_shows_no_keys_is_sent_away(monkeypatch):
    monkeypatch.setattr(door, "CONNECT_SECONDS", 0.05)

    async def story():
        async with opened(None) as client:
            await client.until(lambda: client.closed)
            return client.closed

    assert playing(story) == (1008, "Nobody connected.")


def test_who_reads_nothing_is_cut_off_and_nobody_else(rep, token_of, monkeypatch):
    monkeypatch.setattr("parse.livequery.sockets.MOST_WAITING", 5_000)
    token = token_of(rep)
    rows = [Deal(title=str(number), created_by=rep) for number in range(60)]

    async def story():
        async with opened() as slow, opened() as good:
            await slow.subscribe(token)
            await good.subscribe(token)
            taken = asyncio.Event()
            slow.hold = taken
            await in_thread(lambda: Deal.objects.bulk_create(rows))
            heard = [(await good.event())[2]["title"] for _ in range(60)]
            taken.set()
            await slow.until(lambda: slow.closed)
            return heard, slow.closed

    heard, closed = playing(story)
    assert heard == [str(number) for number in range(60)]
    assert closed == (1013, "Too much was left unread.")
