"""The shipped server with two processes: each tells its own sockets of what either wrote; bad input harms neither."""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import Session
from peer.server import free_port, served
from pipeline.models import Deal
from tests.parse.livequery.conftest import KEYS

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("server")]
PARSE = {"PARSE_APP_ID": "parsley", "PARSE_JS_KEY": "parsley-js", "PARSE_REST_KEY": "parsley-rest"}
PATIENCE = 30
SOCKETS = 12  # so many that both processes have some: with one process alone by a chance of 1 in 2,048


@pytest.fixture(scope="module")
def address(django_db_setup, tmp_path_factory) -> Iterator[str]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    port = free_port()
    own = {**PARSE, "DATABASE_URL": database, "HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2"}
    log = tmp_path_factory.mktemp("server") / "log"
    with served([sys.executable, "-m", "config.serve"], f"http://127.0.0.1:{port}/parse", log, own):
        yield f"127.0.0.1:{port}"
        assert "Traceback" not in log.read_text()


@pytest.fixture
def opened(address):
    def opening() -> ClientConnection:
        socket = kept.enter_context(connect(f"ws://{address}/parse", max_size=None, open_timeout=PATIENCE))
        socket.send(json.dumps({"op": "connect", **KEYS}))
        assert json.loads(socket.recv(PATIENCE))["op"] == "connected"
        return socket

    with ExitStack() as kept:
        yield opening


@pytest.fixture
def token(rep) -> str:
    return Session.start(rep)[1]


def subscription(token: str, number: int = 1, **where) -> str:
    query = {"className": "Deal", "where": where}
    return json.dumps({"op": "subscribe", "requestId": number, "query": query, "sessionToken": token})


def heard(socket: ClientConnection) -> dict:
    return json.loads(socket.recv(PATIENCE))


def create(address: str, token: str, title: str) -> None:
    headers = {
        "X-Parse-Application-Id": "parsley",
        "X-Parse-REST-API-Key": "parsley-rest",
        "X-Parse-Session-Token": token,
        "Content-Type": "application/json",
    }
    body = json.dumps({"title": title}).encode()
    request = urllib.request.Request(f"http://{address}/parse/classes/Deal", body, headers, method="POST")
    urllib.request.urlopen(request, timeout=PATIENCE).close()


def test_sockets_of_both_processes_hear_of_every_write(address, opened, token):
    sockets = [opened() for _ in range(SOCKETS)]
    for socket in sockets:
        socket.send(subscription(token))
        assert heard(socket)["op"] == "subscribed"
    for number in range(3):
        create(address, token, str(number))
    for socket in sockets:
        told = [heard(socket) for _ in range(3)]
        assert [(one["op"], one["object"]["title"]) for one in told] == [("create", str(n)) for n in range(3)]


def test_a_message_of_200_kb_ends_the_socket_with_a_reason_and_no_other(address, opened, token):
    bad, good = opened(), opened()
    good.send(subscription(token))
    assert heard(good)["op"] == "subscribed"
    bad.send(subscription(token, title="x" * 200_000))
    with pytest.raises(ConnectionClosed) as closed:
        heard(bad)
    assert closed.value.rcvd.code == 1009
    create(address, token, "Still told")
    assert heard(good)["object"]["title"] == "Still told"


def test_two_thousand_subscriptions_are_answered_one_by_one(address, opened, token):
    socket = opened()
    for number in range(2_000):
        socket.send(subscription(token, number, title=str(number)))
    told = [heard(socket) for _ in range(2_000)]
    assert [one["op"] for one in told] == ["subscribed"] * 200 + ["error"] * 1_800
    assert {one["code"] for one in told[200:]} == {155}


def test_a_pattern_that_runs_too_long_is_given_up_and_the_others_are_told(address, opened, token, rep):
    """Six groups share 60 letters between them, and no way to do so is the right one."""
    slow, good = opened(), opened()
    slow.send(subscription(token, title={"$regex": r"^(a*)(a*)(a*)(a*)(a*)(a*)b\1\2\3\4\5\6c$"}))
    good.send(subscription(token))
    assert heard(good)["op"] == heard(slow)["op"] == "subscribed"
    Deal.objects.create(title=f"{'a' * 60}b{'a' * 59}c", created_by=rep)
    assert heard(good)["op"] == "create"
    told = heard(slow)
    assert (told["op"], told["code"], told["requestId"], told["reconnect"]) == ("error", 124, 1, False)
    create(address, token, "After it")
    assert heard(good)["object"]["title"] == "After it"


@pytest.mark.parametrize("path", ["/", "/parse/classes/Deal", "/nothing", "/live/"])
def test_no_other_address_is_a_socket(address, path):
    with pytest.raises(Exception, match=r"HTTP (403|404)"), connect(f"ws://{address}{path}", open_timeout=PATIENCE):
        pass


def test_a_signed_in_browsers_cookie_counts_for_nothing(address, rep, browser_of):
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser_of(rep).cookies.items())
    origin = "https://elsewhere.example"
    with connect(f"ws://{address}/parse", additional_headers={"Cookie": cookie, "Origin": origin}) as socket:
        socket.send(json.dumps({"op": "connect", **KEYS}))
        assert heard(socket)["op"] == "connected"
        query = {"className": "Deal", "where": {}}
        socket.send(json.dumps({"op": "subscribe", "requestId": 1, "query": query}))
        assert (told := heard(socket))["code"] == 101, told
