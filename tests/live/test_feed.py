"""Who follows the log misses nothing, gets nothing twice, and gets each row's changes in the order of their commits."""

import random
import threading
from collections import defaultdict

import pytest
from django.db import connection, transaction

from crm.models import Company
from live.feed import BadCursor, Cursor, begin, changes_since
from live.models import Change


@pytest.fixture(autouse=True)
def _emptied(transactional_db):
    Change.objects.all().delete()
    yield
    Change.objects.all().delete()


def names(changes) -> list[str]:
    return [change.after["name"] for change in changes if change.model == "company"]


def test_what_was_before_the_beginning_is_not_read():
    Company.objects.create(name="before")
    cursor = begin()
    Company.objects.create(name="after")
    changes, cursor = changes_since(cursor)
    assert names(changes) == ["after"]
    assert changes_since(cursor)[0] == []


def test_one_that_began_early_and_commits_late_is_read_once_it_commits():
    began, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Company.objects.create(name="early, late")
            began.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    cursor = begin()
    thread.start()
    began.wait(20)
    Company.objects.create(name="quick")
    first, cursor = changes_since(cursor)
    may_commit.set()
    thread.join()
    second, cursor = changes_since(cursor)
    assert (names(first), names(second), changes_since(cursor)[0]) == (["quick"], ["early, late"], [])


def test_pages_of_one_batch_hold_all_of_it_once():
    cursor = begin()
    with transaction.atomic():
        for number in range(25):
            Company.objects.create(name=str(number))
    found = []
    for _ in range(4):
        changes, cursor = changes_since(cursor, limit=10)
        found += names(changes)
        Company.objects.create(name="meanwhile")
    assert found[:25] == [str(number) for number in range(25)]


def test_a_cursor_is_the_same_after_it_was_written_down():
    cursor = begin()
    Company.objects.create(name="C")
    _, inside = changes_since(cursor, limit=1)
    assert [Cursor.parse(str(one)) for one in (cursor, inside)] == [cursor, inside]


@pytest.mark.parametrize("text", ["", "1:1:", "a;b;c", "1:1:;;x"])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(BadCursor):
        Cursor.parse(text)


def test_a_cursor_of_another_server_is_refused():
    with pytest.raises(BadCursor):
        changes_since(Cursor("9000000000:9000000000:"))


def test_a_restored_log_is_not_read_as_new():
    Company.objects.create(name="restored")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE live_change SET xid = '9000000000'")
    begin()
    assert {str(xid) for xid in Change.objects.values_list("xid", flat=True)} == {"3"}


def write(seed: int, ids: list[str], number: int) -> None:
    choose = random.Random(seed)
    for _ in range(number):
        with transaction.atomic():
            for key in sorted(choose.sample(ids, 2)):
                row = Company.unrestricted.select_for_update().get(pk=key)
                row.custom = {"n": row.custom.get("n", 0) + 1}
                row.save(update_fields=["custom"])
            if choose.random() < 0.3:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.01)")
            if choose.random() < 0.3:
                transaction.set_rollback(True)
    connection.close()


@pytest.mark.parametrize("seed", range(3))
def test_several_writers_and_a_reader_that_misses_nothing_and_repeats_nothing(seed):
    ids = [Company.objects.create(name=str(number)).pk for number in range(4)]
    cursor, found = begin(), []
    threads = [threading.Thread(target=write, args=[seed * 10 + n, ids, 40]) for n in range(5)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        changes, cursor = changes_since(cursor, limit=7)
        found += changes
    for thread in threads:
        thread.join()
    found += changes_since(cursor)[0]
    by_row = defaultdict(list)
    for change in found:
        by_row[change.key].append(change.after["custom"]["n"])
    wanted = {row.pk: list(range(1, row.custom.get("n", 0) + 1)) for row in Company.unrestricted.all()}
    assert by_row == wanted
    assert sum(map(len, wanted.values())) > 100
