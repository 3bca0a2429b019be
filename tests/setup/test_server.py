"""What the shipped server takes care of before Django sees a request."""

import socket

import pytest

from tests.setup.checkout import Checkout, eventually
from tests.setup.test_dev import token

pytestmark = [pytest.mark.server]

THREADS = 2
ENVIRONMENT = {"WEB_THREADS": str(THREADS), "TRUSTED_PROXIES": "1"}


def send(served: Checkout, *lines: str, body: bytes = b"") -> socket.socket:
    """The start of a request, and no more than that."""
    connection = socket.create_connection(("127.0.0.1", served.port), timeout=60)
    connection.sendall("\r\n".join([*lines, "Host: localhost", "", ""]).encode() + body)
    return connection


def status(connection: socket.socket) -> int:
    with connection.makefile("rb") as answer:
        return int(answer.readline().split()[1])


def test_those_who_send_slowly_keep_nobody_from_being_served(served):
    post = ["POST /api/v1/auth/token/ HTTP/1.1", "Content-Type: application/json", "Content-Length: 1000"]
    slow = [send(served, *post, body=b"{") for _ in range(THREADS * 5)]
    assert [served.ask("/healthz").status for _ in range(5)] == [200] * 5
    for connection in slow:
        connection.close()


def test_a_body_in_chunks_is_read(served):
    wanted = f"Authorization: Token {token(served)}"
    post = ["POST /api/v1/companies/ HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked", wanted]
    with send(served, *post, body=b'8\r\n{"name":\r\n7\r\n"Acme"}\r\n0\r\n\r\n') as connection:
        assert status(connection) == 201


@pytest.mark.parametrize("how", ["Content-Length: 10000000", "Transfer-Encoding: chunked"])
def test_a_body_that_is_too_large_is_refused(served, how):
    post = ["POST /api/v1/companies/ HTTP/1.1", "Content-Type: application/json", how]
    chunks = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with send(served, *post, body=chunks * 2 if "chunked" in how else b"") as connection:
        assert status(connection) == 413


def test_a_sender_who_hangs_up_leaves_no_trace(served):
    post = ["POST /api/v1/auth/token/ HTTP/1.1", "Content-Type: application/json", "Content-Length: 1000"]
    send(served, *post, body=b"{").close()
    eventually("served", lambda: served.ask("/healthz").status == 200)
    assert "Traceback" not in served.said()


def test_a_header_spelled_with_an_underscore_does_not_pass_for_the_proxys(served):
    """Tries are counted by the address that the proxy tells, whatever addresses the caller makes up."""
    answers = []
    for number in range(11):
        data = {"username": f"stranger{number}", "password": "wrong"}
        told = {"X-Forwarded-For": "192.0.2.1", "X_Forwarded_For": f"10.0.0.{number}"}
        answers.append(served.ask("/api/v1/auth/token/", method="POST", data=data, **told).status)
    assert answers == [*[400] * 10, 429]
