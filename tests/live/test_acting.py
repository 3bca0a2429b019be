"""Who wrote it, through which face: at every door, in and out of transactions, and never somebody else."""

import threading

import pytest
from django.db import connection, transaction

from crm.models import Company
from live.models import Change
from records.acting import ChangeSet, acting

PARSE = {"HTTP_X_PARSE_APPLICATION_ID": "parsley", "HTTP_X_PARSE_REST_API_KEY": "parsley-rest"}


def written() -> list[tuple]:
    rows = Change.objects.filter(model="company", op="insert").order_by("seq")
    return list(rows.values_list("actor", "face"))


def make(name: str = "C") -> Company:
    return Company.objects.create(name=name)


@pytest.fixture
def emptied(transactional_db):
    Change.objects.all().delete()
    yield
    Change.objects.all().delete()


@pytest.mark.django_db
def test_a_command_writes_as_nobody():
    make()
    assert written() == [(None, "command")]


@pytest.mark.django_db
def test_sql_typed_by_hand_is_told_apart():
    with connection.cursor() as cursor:
        cursor.cursor.execute(
            "INSERT INTO crm_company (id, name, created_at, updated_at, custom, readers, writers, readers_own,"
            " readers_reach) VALUES ('raw0000000', 'R', now(), now(), '{}', '{}', '{}', '{}', '{}')"
        )
    assert written() == [(None, "sql")]


@pytest.mark.django_db
def test_the_innermost_block_holds(rep, teammate):
    with acting(rep, "page"):
        make()
        with acting(teammate, "api"):
            make()
        make()
    assert written() == [(rep.pk, "page"), (teammate.pk, "api"), (rep.pk, "page")]


@pytest.mark.django_db
def test_the_actor_outlives_a_savepoint_that_was_rolled_back(rep):
    with acting(rep, "page"):
        with transaction.atomic():
            make("gone")
            transaction.set_rollback(True)
        make()
    assert written() == [(rep.pk, "page")]


def test_a_write_outside_of_a_transaction_has_its_actor(emptied, rep):
    with acting(rep, "page"):
        make()
    assert written() == [(rep.pk, "page")]


def test_nothing_is_left_on_the_connection_for_the_next_request(emptied, rep):
    with acting(rep, "page", ChangeSet()):
        make()
        with transaction.atomic():
            make()
            transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('parsley.acting', true)")
        assert cursor.fetchone()[0] in (None, "")
    make()
    assert written() == [(rep.pk, "page"), (None, "command")]


def test_threads_that_share_a_pool_keep_their_actors_apart(emptied, rep, teammate):
    def write(user) -> None:
        for number in range(10):
            with acting(user, "page"):
                make(f"{user.pk} {number}")
            connection.close()  # back to the pool, for any of them

    threads = [threading.Thread(target=write, args=[user]) for user in (rep, teammate) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = Change.objects.filter(model="company", op="insert")
    assert rows.count() == 40
    assert [change for change in rows if not change.after["name"].startswith(change.actor)] == []


@pytest.mark.django_db
def test_many_rows_in_one_call_have_their_actor(rep):
    rows = [(f"many{n}", "M") for n in range(3)]
    with acting(rep, "api"), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO crm_company (id, name, created_at, updated_at, custom, readers, writers, readers_own,"
            " readers_reach) VALUES (%s, %s, now(), now(), '{}', '{}', '{}', '{}', '{}')",
            rows,
        )
    assert written() == [(rep.pk, "api")] * 3


@pytest.mark.django_db
def test_a_name_that_is_no_plain_word_is_refused():
    with pytest.raises(ValueError, match="letters"), acting(None, "page'; DROP TABLE x; --"):
        make()


@pytest.mark.django_db
def test_a_page_tells_who_writes(rep, browser_of):
    browser_of(rep).post("/companies/new/", {"name": "By page"})
    assert written() == [(rep.pk, "page")]


@pytest.mark.django_db
def test_the_api_tells_who_writes_though_it_learns_it_late(rep, api_of):
    assert api_of(rep).post("/api/v1/companies/", {"name": "By API"}).status_code == 201
    assert written() == [(rep.pk, "api")]


@pytest.mark.django_db
def test_the_administration_tells_who_writes(admin, browser_of, company):
    browser_of(admin).post(f"/admin/crm/company/{company.pk}/delete/", {"post": "yes"})
    change = Change.objects.get(model="company", op="delete")
    assert (change.actor, change.face) == (admin.pk, "admin")


@pytest.mark.django_db
def test_a_parse_client_tells_who_writes(rep, client):
    signed_in = client.post(
        "/parse/login", {"username": "rep", "password": "correct horse battery"}, "application/json", **PARSE
    )
    headers = PARSE | {"HTTP_X_PARSE_SESSION_TOKEN": signed_in.json()["sessionToken"]}
    assert client.post("/parse/classes/Company", {"name": "P"}, "application/json", **headers).status_code == 201
    assert written() == [(rep.pk, "parse")]


@pytest.mark.django_db
def test_one_request_is_one_change_set_and_the_next_is_another(rep, browser_of):
    browser = browser_of(rep)
    browser.post("/companies/new/", {"name": "A"})
    browser.post("/companies/new/", {"name": "B"})
    sets = {name: set() for name in "AB"}
    ids = dict(Company.unrestricted.values_list("pk", "name"))
    for record, change_set in Change.objects.filter(face="page").values_list("record", "change_set"):
        sets[ids[record]].add(change_set)
    assert [len(sets[name]) for name in "AB"] == [1, 1]
    assert not sets["A"] & sets["B"]


@pytest.mark.django_db
def test_reading_takes_no_statement_more(rep, deal, django_assert_num_queries):
    assert rep.rights
    with acting(rep, "page", ChangeSet()) as now, django_assert_num_queries(1):
        Company.objects.visible_to(rep).count()
    assert not now.change_set
