"""Who follows the log in a process hears of every commit once, in order, also after its connection was lost."""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from accounts.models import Session
from crm.models import Company
from live.follower import NAME, Entry, Follower
from live.models import Change
from tests import loops

PATIENCE = 20
KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"


@pytest.fixture(autouse=True)
def _emptied(transactional_db):
    Change.objects.all().delete()


class Ear:
    """What a listener heard."""

    def __init__(self, follower: Follower) -> None:
        self.entries: list[Entry] = []
        self.told: list[tuple[str, str]] = []
        self.leave = follower.listen(self.entries.extend, lambda kind, name: self.told.append((kind, name)))

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.005)

    @property
    def names(self) -> list[str]:
        return [entry.row["name"] for entry in self.entries if entry.model == "company"]


def following(story: Callable[[Ear], Awaitable[None]]) -> Ear:
    """Runs ``story`` while somebody follows."""

    async def run() -> Ear:
        follower = Follower()
        ear = Ear(follower)
        await follower.ready()
        try:
            await story(ear)
        finally:
            ear.leave()
        return ear

    return loops.run(run)


async def in_thread(work: Callable[[], object]) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    await asyncio.to_thread(run)


def test_each_commit_is_heard_once_in_order_and_nothing_of_what_was_rolled_back():
    def write() -> None:
        Company.objects.create(name="one")
        with transaction.atomic():
            Company.objects.create(name="never")
            transaction.set_rollback(True)
        Company.objects.create(name="two")

    async def story(ear: Ear) -> None:
        await in_thread(write)
        await ear.until(lambda: len(ear.names) >= 2)

    assert following(story).names == ["one", "two"]


def test_an_entry_has_the_row_before_and_after_and_who_may_read_it(rep, company):
    async def story(ear: Ear) -> None:
        await in_thread(lambda: Company.unrestricted.filter(pk=company.pk).update(name="Zenith"))
        await ear.until(lambda: "Zenith" in ear.names)

    (entry,) = [one for one in following(story).entries if one.op == "update"]
    assert (entry.old_row["name"], entry.row["name"]) == ("Acme", "Zenith")
    assert set(entry.readers) == set(entry.old_readers) == set(Company.unrestricted.get().readers)


def test_more_than_a_batch_at_once_is_heard_whole(monkeypatch):
    monkeypatch.setattr("live.follower.AT_ONCE", 50)

    async def story(ear: Ear) -> None:
        rows = [Company(name=str(number)) for number in range(203)]
        await in_thread(lambda: Company.objects.bulk_create(rows))
        await ear.until(lambda: len(ear.names) >= 203)

    assert following(story).names == [str(number) for number in range(203)]


def test_what_was_written_while_the_connection_was_lost_is_caught_up():
    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(KILL, [NAME])
        Company.objects.create(name="meanwhile")

    async def story(ear: Ear) -> None:
        await in_thread(write)
        await ear.until(lambda: ear.names)
        await ear.until(lambda: ("rights", "*") in ear.told)  # nobody knows what was told meanwhile

    assert following(story).names == ["meanwhile"]


def test_an_ended_token_a_changed_person_and_an_ended_browser_session_are_told(rep):
    Session.start(rep)
    browser = SessionStore()
    browser.create()

    async def story(ear: Ear) -> None:
        await in_thread(rep.end_sessions)
        await ear.until(lambda: ("rights", rep.pk) in ear.told)
        ear.told.clear()
        await in_thread(rep.deactivate)
        await ear.until(lambda: ("rights", rep.pk) in ear.told)
        await in_thread(browser.delete)
        await ear.until(lambda: any(kind == "session" for kind, _ in ear.told))

    names = [name for kind, name in following(story).told if kind == "session"]
    assert browser.session_key not in names
    assert [len(name) for name in names] == [64]


def test_a_listener_that_fails_keeps_nothing_from_the_others():
    async def run() -> Ear:
        follower = Follower()
        stop = follower.listen(lambda entries: 1 / 0)
        ear = Ear(follower)
        await follower.ready()
        await in_thread(lambda: Company.objects.create(name="heard"))
        await ear.until(lambda: ear.names)
        stop()
        ear.leave()
        return ear

    assert loops.run(run).names == ["heard"]


def write_at_random(seed: int, number: int) -> None:
    choose = random.Random(seed)
    for step in range(number):
        with transaction.atomic():
            Company.objects.bulk_create(Company(name=f"{seed}.{step}.{n}") for n in range(choose.randint(1, 4)))
            transaction.set_rollback(choose.random() < 0.2)
    connection.close()


def test_several_writers_and_a_connection_that_is_killed_again_and_again():
    numbers: list[int] = []

    def kill() -> None:
        with connection.cursor() as cursor:
            cursor.execute(KILL, [NAME])

    async def story(ear: Ear) -> None:
        threads = [threading.Thread(target=write_at_random, args=[seed, 60]) for seed in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            await in_thread(kill)
            await asyncio.sleep(0.02)
        await in_thread(lambda: numbers.append(Company.unrestricted.count()))
        await ear.until(lambda: len(ear.names) >= numbers[0])

    heard = following(story).names
    assert sorted(heard) == sorted(Company.unrestricted.values_list("name", flat=True))
    assert len(heard) > 300
