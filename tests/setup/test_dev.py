"""bin/dev, run for real in copies of this checkout."""

import os
import signal
import socket
import stat

import pytest

from config.postgres import kill_hard
from tests.setup.checkout import Checkout, eventually

pytestmark = [pytest.mark.server]


def token(checkout: Checkout, username: str = "rep") -> str:
    answer = checkout.ask("/api/v1/auth/token/", method="POST", data={"username": username, "password": "parsley-demo"})
    assert answer.status in (200, 201), answer.body
    return answer.json["token"]


def deals(checkout: Checkout) -> set[str]:
    answer = checkout.ask("/api/v1/deals/", Authorization=f"Token {token(checkout)}")
    assert answer.status == 200, answer.body
    return {deal["id"] for deal in answer.json["results"]}


def test_the_first_start_serves_demo_data_and_the_next_one_the_same(new_checkout):
    first = new_checkout.dev()
    new_checkout.wait_until_ready(first)
    assert new_checkout.ask("/healthz").json == {"status": "ok"}
    seen = deals(new_checkout)
    assert len(seen) > 0
    key = new_checkout.folder / "var" / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    made = key.read_text()
    new_checkout.stop(first)

    second = new_checkout.dev()
    new_checkout.wait_until_ready(second)
    assert "demo data" not in new_checkout.said()
    assert deals(new_checkout) == seen
    assert key.read_text() == made
    new_checkout.stop(second)


def test_the_end_during_the_first_set_up_leaves_nothing_and_the_next_start_works(make_checkout):
    checkout = make_checkout()
    for step in ("Starting PostgreSQL", "Updating the database"):
        begun = checkout.dev()
        eventually(step, lambda step=step: step in checkout.said())
        checkout.stop(begun)
    again = checkout.dev()
    checkout.wait_until_ready(again)
    assert deals(checkout)


def test_the_end_before_the_server_answers_is_as_clean(checkout):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        started = checkout.dev()
        eventually("the server started", lambda: "Starting the web server" in checkout.said())
        checkout.stop(started, number)


# Over one that runs --------------------------------------------------------------------------------------------------
ENVIRONMENT: dict[str, str] = {}


def test_it_says_where_it_is_how_to_sign_in_and_how_to_stop(served):
    for word in (f"http://127.0.0.1:{served.port}", "rep, lead or admin", "parsley-demo", "Ctrl-C"):
        assert word in served.announced
    for username in ("rep", "lead", "admin"):
        assert token(served, username)


def test_a_second_start_in_one_folder_says_where_the_first_one_is(served):
    assert served.dev(PORT="1").wait() == 1
    where = f"http://127.0.0.1:{served.port} (process "
    assert f"Parsley already runs from this folder, at {where}" in served.said()
    assert served.ask("/healthz").status == 200


def test_a_command_that_ends_leaves_the_database_to_the_server(served):
    command = served.start(str(served.venv / "bin" / "python"), "manage.py", "showmigrations")
    assert command.wait() == 0, served.said()
    assert served.ask("/healthz").status == 200


# Beside others, and after worse --------------------------------------------------------------------------------------


def test_two_checkouts_run_side_by_side(make_checkout, seed):
    one, other = make_checkout(like=seed), make_checkout(like=seed)
    first, second = one.dev(), other.dev()
    one.wait_until_ready(first)
    other.wait_until_ready(second)
    one.stop(first)
    assert other.ask("/healthz").status == 200
    other.stop(second)


def test_it_starts_again_after_everything_was_killed(checkout):
    first = checkout.dev()
    checkout.wait_until_ready(first)
    seen = deals(checkout)
    checkout.kill_everything()
    first.wait()

    again = checkout.dev()
    checkout.wait_until_ready(again)
    assert deals(checkout) == seen
    checkout.stop(again)


def test_servers_and_database_end_by_themselves_when_only_the_launcher_was_killed(checkout):
    first = checkout.dev(WEB_CONCURRENCY="2")
    checkout.wait_until_ready(first)
    first.kill()
    first.wait()
    eventually("everything ended", checkout.is_quiet)


def test_the_next_start_waits_for_what_a_killed_launcher_left(checkout):
    first = checkout.dev()
    checkout.wait_until_ready(first)
    first.kill()
    first.wait()
    again = checkout.dev()
    checkout.wait_until_ready(again)
    assert checkout.ask("/healthz").status == 200
    checkout.stop(again)


def test_a_database_left_running_alone_is_used_and_stopped(checkout):
    first = checkout.dev()
    checkout.wait_until_ready(first)
    for pid in set(checkout.processes()) - {checkout.postmaster()}:
        os.kill(pid, signal.SIGKILL)
    first.wait()
    assert checkout.postgres.is_running()
    again = checkout.dev()
    checkout.wait_until_ready(again)
    checkout.stop(again)


def test_a_database_that_dies_is_brought_back(checkout):
    started = checkout.dev()
    checkout.wait_until_ready(started)
    kill_hard(checkout.postgres)
    eventually("healthy again", lambda: checkout.ask("/healthz").status == 200)
    assert deals(checkout)
    checkout.stop(started)


def test_a_port_that_is_taken_is_named_with_the_way_out(checkout):
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        assert checkout.dev().wait() == 1
    assert f"Port {checkout.port} of 127.0.0.1 cannot be used" in checkout.said()
    assert "PORT=8001 bin/dev" in checkout.said()
    assert checkout.is_quiet()
