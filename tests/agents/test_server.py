"""The shipped server and the official client: who is let in, and that what arrives is what a tool answers."""

import asyncio
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx2
import pytest
from django.conf import settings
from django.db import connection, transaction
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from accounts.models import Session
from live.models import Change
from peer.server import free_port, served
from pipeline.models import Deal

pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("server"),
    pytest.mark.django_db(transaction=True),
]
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.fixture(scope="module")
def address(django_db_setup, tmp_path_factory) -> Iterator[str]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    port = free_port()
    own = {"DATABASE_URL": database, "HOST": "127.0.0.1", "PORT": str(port), "DJANGO_ALLOW_ASYNC_UNSAFE": ""}
    log = tmp_path_factory.mktemp("agents") / "log"
    with served([sys.executable, "-m", "config.serve"], f"http://127.0.0.1:{port}/healthz", log, own):
        yield f"http://127.0.0.1:{port}/mcp"
        assert "Traceback" not in log.read_text()


@pytest.fixture
def token(rep) -> str:
    return Session.start(rep, "Assistant")[1]


def told(address: str, token: str, work, mode: str = "auto"):
    """What ``work`` makes of a client that is connected with ``token``."""

    async def play():
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
            transport = streamable_http_client(address, http_client=http)
            async with Client(transport, mode=mode) as client:
                return await work(client)

    return asyncio.run(play())


def sent(address: str, body: bytes | None, **headers: str) -> tuple[int, dict[str, str], dict]:
    """By hand: status, headers and body."""
    kept = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    request = urllib.request.Request(address, body, kept)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, lowered(response.headers), json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, lowered(error.headers), json.loads(error.read())


def lowered(headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_outsider_finds_nothing_of_others_by_either_way_to_connect(address, outsider, deal):
    own = Deal.objects.create(title="Rollout", created_by=outsider)
    token = Session.start(outsider)[1]
    for mode in ("auto", "legacy"):
        found = told(address, token, lambda client: client.call_tool("search", {"query": "Rollout"}), mode)
        assert [row["id"] for row in found.structured_content["results"]] == [own.pk]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tools_are_listed_and_called(address, token, deal, mode):
    async def play(client):
        listed = await client.list_tools()
        read = await client.call_tool("read", {"class": "deal", "id": deal.pk})
        moved = await client.call_tool("move_deal", {"id": deal.pk, "stage": "won", "dry_run": True})
        return {tool.name for tool in listed.tools}, read, moved

    names, read, moved = told(address, token, play, mode)
    assert {"search", "read", "move_deal", "log_activity"} <= names
    assert (read.is_error, read.structured_content["record"]["title"]) == (False, "Rollout")
    assert json.loads(read.content[0].text) == read.structured_content
    assert [one["after"] for one in moved.structured_content["changes"]] == ["won"]
    deal.refresh_from_db()
    assert deal.stage_id == "lead"


def test_what_is_written_is_logged_as_the_persons(address, token, rep, deal):
    done = told(address, token, lambda client: client.call_tool("move_deal", {"id": deal.pk, "stage": "won"}))
    change = Change.objects.edits().get(change_set=done.structured_content["change_set"])
    assert (change.actor, change.face, change.after["stage_id"]) == (rep.pk, "mcp", "won")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_error_of_a_tool_names_the_field_and_a_tool_that_is_none_is_a_protocol_error(address, token, mode):
    wrong = told(address, token, lambda client: client.call_tool("list_deals", {"filters": {"stge": "x"}}), mode)
    assert wrong.is_error
    assert [one["field"] for one in wrong.structured_content["errors"]] == ["stge"]
    told(address, token, _drop, mode)


async def _drop(client) -> None:
    with pytest.raises(MCPError, match="There is no such tool: drop_table"):
        await client.call_tool("drop_table", {})


def test_without_a_living_token_nobody_is_let_in(address, token, rep, browser_of):
    Session.objects.all().delete()
    ended = {"Authorization": f"Bearer {token}"}
    [morsel] = [one for name, one in browser_of(rep).cookies.items() if name == settings.SESSION_COOKIE_NAME]
    cookie = {"Cookie": f"{morsel.key}={morsel.value}"}
    for headers in ({}, ended, cookie, {"Authorization": "Bearer"}, {"Authorization": "Basic cmVwOng="}):
        status, kept, problem = sent(address, json.dumps(PING).encode(), **headers)
        assert (status, kept["www-authenticate"], problem["status"]) == (401, 'Bearer realm="Parsley"', 401)


def test_a_session_that_ends_ends_the_agent_at_once(address, token, deal):
    async def play(client):
        before = await client.call_tool("whoami", {})
        await asyncio.to_thread(_end_all)
        with pytest.raises(MCPError):
            await client.call_tool("whoami", {})
        return before.structured_content["username"]

    assert told(address, token, play) == "rep"


def _end_all() -> None:
    Session.objects.all().delete()
    connection.close()


def test_a_tool_that_waits_holds_up_nobody(address, token, deal):
    """Another has locked the deal: the tool waits for him, and the event loop for neither."""
    move = {"id": deal.pk, "stage": "won"}
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Deal.unrestricted.select_for_update().get(pk=deal.pk)
            moving = other.submit(told, address, token, lambda client: client.call_tool("move_deal", move))
            while not _somebody_waits():
                assert not moving.done()
            assert sent(address, json.dumps(PING).encode(), Authorization=f"Bearer {token}")[0] == 200
            assert urllib.request.urlopen(address.replace("/mcp", "/healthz"), timeout=30).status == 200
            assert not moving.done()
        assert moving.result(30).structured_content["changes"][0]["after"] == "won"


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


def test_pages_of_other_sites_are_refused_and_our_own_are_not(address, token):
    body, own = json.dumps(PING).encode(), address.removesuffix("/mcp")
    statuses = {
        origin: sent(address, body, Authorization=f"Bearer {token}", Origin=origin)[0]
        for origin in ("https://evil.example", "null", f"{own}.evil.example", own)
    }
    assert list(statuses.values()) == [403, 403, 403, 200]
    assert sent(address, body, Authorization=f"Bearer {token}", Host="evil.example")[0] == 400


def test_what_is_no_message_is_refused_in_words(address, token):
    key = {"Authorization": f"Bearer {token}"}
    long = json.dumps({**PING, "params": {"x": "y" * 200_000}}).encode()
    assert sent(address, long, **key)[0] == 413
    assert sent(address, None, **key)[:1] == (405,)
    for body in (b"", b"{", b"[]", b"5", b"[" * 50_000, b'{"jsonrpc": "2.0"}', b"\xff"):
        status, _, answer = sent(address, body, **key)
        assert (status, "Traceback" in json.dumps(answer)) == (400, False)
    assert sent(address, json.dumps(PING).encode(), **key)[0] == 200
