"""PostgreSQL goes away under the shipped server and comes back: 503 with Retry-After meanwhile, then work as before."""

import re
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from config.postgres import kill_hard
from tests.setup.checkout import Answer, Checkout, eventually

pytestmark = [pytest.mark.server]

NEED_THE_DATABASE = ["/healthz", "/api/v1/deals/", "/", "/contacts/", "/pipeline/", "/admin/"]
DO_NOT = ["/accounts/login/", "/static/admin/css/base.css"]
HANG_SECONDS = 8  # the longest that anybody waits for an answer, with room for a busy machine
OUTAGE_SECONDS = 8  # longer than the pool goes on with one attempt


@pytest.fixture
def alone(checkout) -> Iterator[Checkout]:
    """The server without its launcher, which would bring the database back at once."""
    checkout.postgres.start()
    address = {"DATABASE_URL": checkout.postgres.url, "SECRET_KEY": "tests-only-" * 6, "PARSLEY_DEV": "1"}
    server = checkout.start(str(checkout.venv / "bin" / "python"), "-m", "config.serve", **address)
    eventually("healthy", lambda: status(checkout) == 200, checkout.said)
    yield checkout
    server.terminate()
    assert server.wait() == 0, checkout.said()
    checkout.postgres.stop()


def status(alone: Checkout) -> int:
    try:
        return alone.ask("/healthz", timeout=HANG_SECONDS).status
    except ConnectionRefusedError:
        return 0


def sign_in(alone: Checkout) -> dict[str, str]:
    """The headers of somebody who signed in, for pages and for the API."""
    form = alone.ask("/accounts/login/")
    secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.body.decode())[1]
    fields = {"username": "admin", "password": "parsley-demo", "csrfmiddlewaretoken": secret}
    headers = {"Cookie": cookies(form), "Content-Type": "application/x-www-form-urlencoded"}
    done = alone.ask("/accounts/login/", method="POST", body=urlencode(fields), **headers)
    assert done.status == 302, done.body
    return {"Cookie": cookies(done)}


def cookies(answer: Answer) -> str:
    found = [next(iter(SimpleCookie(line).values())) for line in answer.headers.get_all("Set-Cookie", [])]
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in found)


def test_while_the_database_is_away_every_answer_is_503_and_then_all_is_well_again(alone):
    signed_in = sign_in(alone)
    for path in NEED_THE_DATABASE:
        assert alone.ask(path, **signed_in).status == 200, path

    kill_hard(alone.postgres)
    until = time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < until:
        for path in NEED_THE_DATABASE:
            answer = alone.ask(path, timeout=HANG_SECONDS, **signed_in)
            assert answer.status == 503, (path, answer.body)
            assert int(answer.headers["Retry-After"]) > 0
        for path in DO_NOT:
            assert alone.ask(path, timeout=HANG_SECONDS).status == 200, path

    alone.postgres.start()
    eventually("healthy again", lambda: status(alone) == 200, alone.said)
    for path in NEED_THE_DATABASE:
        assert alone.ask(path, **signed_in).status == 200, path


def test_a_restart_between_two_requests_is_not_noticed(alone):
    signed_in = sign_in(alone)
    alone.postgres.stop()
    alone.postgres.start()
    for path in NEED_THE_DATABASE:
        assert alone.ask(path, **signed_in).status == 200, path
