"""Uploads that nobody ever held are removed after a day; what a record holds, or held, never."""

import os
import time
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from activities.models import Activity
from parse.files import path_of
from records.models import File
from tests.parse.test_files import uploaded

YESTERDAY = timedelta(hours=25)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def held(client, file: dict) -> str:
    body = {"subject": "x", "attachment": {"__type": "File", "name": file["name"]}}
    return client.post("/classes/Activity", body).body["objectId"]


def age() -> None:
    File.objects.update(created_at=timezone.now() - YESTERDAY)


def kept() -> set[str]:
    """By row and by bytes, which have to agree."""
    names = set(File.objects.values_list("name", flat=True))
    assert names == {file.name for file in File.objects.all() if path_of(file.pk).exists()}
    return names


def test_what_nobody_held_goes_after_a_day_and_not_before(as_rep, capsys):
    old, held_one = uploaded(as_rep, name="old.txt"), uploaded(as_rep, name="held.txt")
    held(as_rep, held_one)
    age()
    young = uploaded(as_rep, name="young.txt")
    call_command("prune_files")
    assert kept() == {held_one["name"], young["name"]}
    assert old["name"][:10] not in {path.name for path in path_of("ab").parent.parent.rglob("*")}
    assert capsys.readouterr().out == "1 uploads removed that nobody held, and 0 without a row.\n"


def test_what_a_record_held_stays_when_it_is_replaced_or_the_record_is_deleted(as_rep):
    first, second = uploaded(as_rep, name="first.txt"), uploaded(as_rep, name="second.txt")
    key = held(as_rep, first)
    as_rep.put(f"/classes/Activity/{key}", {"attachment": {"__type": "File", "name": second["name"]}})
    as_rep.delete(f"/classes/Activity/{key}")
    age()
    call_command("prune_files")
    assert kept() == {first["name"], second["name"]}


def test_bytes_without_a_row_go_as_well(as_rep, tmp_path, capsys):
    file = uploaded(as_rep)
    stray = path_of("strayBytes")
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    other = tmp_path / "readme.txt"
    other.write_text("not ours")
    for path in (stray, other, path_of(file["name"][:10])):
        os.utime(path, (0, 0))
    call_command("prune_files")
    assert (stray.exists(), other.exists(), kept()) == (False, True, {file["name"]})
    assert "and 1 without a row" in capsys.readouterr().out


def test_less_than_an_hour_is_refused(db):
    with pytest.raises(CommandError, match="hour"):
        call_command("prune_files", hours=0)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_just_being_taken_is_not_removed(as_rep):
    file = uploaded(as_rep)
    age()
    taken = Event()

    def take() -> None:
        try:
            with transaction.atomic():
                held(as_rep, file)
                taken.set()
                wait_for_a_waiter()
        finally:
            connection.close()

    taking = Thread(target=take)
    taking.start()
    assert taken.wait(30)
    call_command("prune_files")
    taking.join()
    assert kept() == {file["name"]}
    assert Activity.unrestricted.get().custom["attachment"]["name"] == file["name"]


def wait_for_a_waiter() -> None:
    """Until another session of this database waits for a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_just_removed_is_not_taken(as_rep):
    file = uploaded(as_rep)
    age()
    call_command("prune_files")
    answer = as_rep.post("/classes/Activity", {"subject": "x", "attachment": {"__type": "File", "name": file["name"]}})
    assert (answer.code, Activity.unrestricted.count()) == (101, 0)
