"""Statements that are waited for in the event loop: real connections, their errors, their end."""

import asyncio
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DataError, OperationalError

from accounts.loop import Lines
from accounts.statements import run

pytestmark = pytest.mark.django_db
WAITS = "SELECT pg_sleep(0.05)::text, pg_backend_pid()"


@pytest.fixture
def inside(monkeypatch):
    """Runs a coroutine function with Lines of its own."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)

    def begin(work, most=2):
        async def around():
            lines = Lines(most)
            try:
                return await work(lines)
            finally:
                lines.close()

        return asyncio.run(around())

    return begin


def number(wanted):
    return run("SELECT %s::int, 'a%%b', %s::text[]", [wanted, ["x", "y"]])[0]


def test_each_call_gets_its_own_answer_while_others_wait(inside):
    async def work(lines):
        return await asyncio.gather(*[lines.call(number, wanted) for wanted in range(20)])

    assert inside(work) == [(wanted, "a%b", ["x", "y"]) for wanted in range(20)]


def test_no_more_connections_are_made_than_allowed_and_they_are_used_again(inside):
    async def work(lines):
        return [
            await asyncio.gather(*[lines.call(partial(run, WAITS, [], keep=kept)) for _ in range(4)])
            for kept in (True, False)
        ]

    pids = {rows[0][1] for answers in inside(work) for rows in answers}
    assert len(pids) == 2


def test_an_error_is_djangos_and_leaves_the_connection_usable(inside):
    async def work(lines):
        before = await lines.call(run, "SELECT pg_backend_pid()", [])
        for keep in (True, False):
            with pytest.raises(DataError, match="division by zero"):
                await lines.call(partial(run, "SELECT 1 / %s::int", [0], keep=keep))
        return before, await lines.call(run, "SELECT pg_backend_pid()", [])

    before, after = inside(work, most=1)
    assert before == after


def test_an_error_can_be_caught_where_the_statement_was_asked(inside):
    def careful():
        try:
            run("SELECT nothing", [])
        except Exception:
            return run("SELECT 7", [])

    async def work(lines):
        return await lines.call(careful)

    assert inside(work) == [(7,)]


def test_a_connection_that_the_database_ended_is_replaced(inside):
    async def work(lines):
        (pid,) = (await lines.call(run, "SELECT pg_backend_pid()", []))[0]
        with pytest.raises(OperationalError):
            await lines.call(run, "SELECT pg_terminate_backend(%s)", [pid])
        return pid, (await lines.call(run, "SELECT pg_backend_pid()", []))[0][0]

    ended, new = inside(work, most=1)
    assert ended != new


def test_a_call_that_is_given_up_gives_up_its_connection(inside):
    async def work(lines):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lines.call(run, "SELECT pg_sleep(5)", []), 0.05)
        return await lines.call(run, "SELECT 7", [])

    assert inside(work, most=1) == [(7,)]


def test_what_needs_djangos_own_connection_is_refused(inside):
    async def work(lines):
        await lines.call(lambda: get_user_model().objects.first())

    with pytest.raises(SynchronousOnlyOperation):
        inside(work)


def test_a_large_statement_goes_out_whole(inside):
    text = "x" * 3_000_000

    async def work(lines):
        return await lines.call(run, "SELECT length(%s), %s", [text, text])

    assert inside(work) == [(len(text), text)]
