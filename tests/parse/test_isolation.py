"""Every class, every way to rows, every member of the cast: nobody's answer holds a row that is not theirs.

A class that is not walked here fails the first test.
"""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from parse.classes import RECORDS
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user
from tests.parse.conftest import ParseClient, pointer

CAST = ["outsider", "teammate", "reader", "rep", "lead", "integrator", "admin"]
READS = {"reader", "rep", "lead", "integrator", "admin"}
CHANGES = READS - {"reader"}
WALKED = {"Company": "name", "Contact": "name", "Deal": "title", "Activity": "subject"}


@pytest.fixture(params=["by_url", "by_door", "by_loop"], autouse=True)
def way(request, monkeypatch):
    """Each way in: by the URL, and in front of the middleware in a thread or in the event loop."""
    monkeypatch.setattr(ParseClient, "way", getattr(ParseClient, request.param))


@pytest.fixture
def world(request, client_of, company, contact, deal, call, reader, integrator):
    """The rep's rows, shared with the reader and the integrator; and a stranger's, which visible ones point to."""
    clients = {name: client_of(request.getfixturevalue(name)) for name in CAST}
    stranger = make_user("stranger")
    secret = Company.objects.create(name="Secret", created_by=stranger)
    person = Contact.objects.create(name="Secret", company=secret, created_by=stranger)
    planted = Deal.objects.create(title="Secret", company=secret, contact=person, created_by=stranger)
    note = Activity.objects.create(subject="Secret", related_to=planted, created_by=stranger)
    Contact.unrestricted.filter(pk=contact.pk).update(company=secret)
    rows = {"Company": company, "Contact": contact, "Deal": deal, "Activity": call}
    for row in rows.values():
        share(row, reader, "read")
        share(row, integrator, "write")
    return clients, rows, {"Company": secret, "Contact": person, "Deal": planted, "Activity": note}


def expected(name: str, mine: str, hidden: str) -> set[str]:
    return ({mine} if name in READS else set()) | ({hidden} if name == "admin" else set())


def test_every_class_of_records_is_walked():
    assert set(RECORDS) == set(WALKED)


def by_find(client, name):
    return client.get(f"/classes/{name}").ids


def by_or(client, name):
    return client.get(
        f"/classes/{name}", where={"$or": [{WALKED[name]: "Secret"}, {"objectId": {"$exists": True}}]}
    ).ids


def by_nor(client, name):
    return client.get(f"/classes/{name}", where={"$nor": [{"objectId": "x"}]}, order=f"-{WALKED[name]}").ids


def by_select(client, name):
    key = {"query": {"className": name, "where": {}}, "key": "objectId"}
    return client.get(f"/classes/{name}", where={"objectId": {"$select": key}}).ids


def by_batch(client, name):
    line = {"method": "GET", "path": f"/parse/classes/{name}", "body": {}}
    (answer,) = client.post("/batch", {"requests": [line]}).body
    return {row["objectId"] for row in answer["success"]["results"]}


def by_pages(client, name):
    found = set()
    for skip in range(3):
        found |= client.get(f"/classes/{name}", limit=1, skip=skip, order="-updatedAt").ids
    return found


@pytest.mark.parametrize("way", [by_find, by_or, by_nor, by_select, by_batch, by_pages])
@pytest.mark.parametrize("name", WALKED)
def test_each_of_the_cast_gets_exactly_their_rows_by_each_way(world, name, way):
    clients, rows, planted = world
    wanted = {who: expected(who, rows[name].pk, planted[name].pk) for who in CAST}
    assert {who: way(clients[who], name) for who in CAST} == wanted


@pytest.mark.parametrize("name", WALKED)
def test_counts_are_of_the_same_rows(world, name):
    clients, rows, planted = world
    counts = {who: clients[who].get(f"/classes/{name}", count=1, limit=0).body["count"] for who in CAST}
    assert counts == {who: len(expected(who, rows[name].pk, planted[name].pk)) for who in CAST}


@pytest.mark.parametrize("name", WALKED)
def test_by_id_a_hidden_row_is_answered_as_one_that_never_was(world, name):
    clients, rows, planted = world
    for row in (rows[name], planted[name]):
        answers = {who: clients[who].get(f"/classes/{name}/{row.pk}") for who in CAST}
        missing = clients["rep"].get(f"/classes/{name}/nopenopeno")
        for who, answer in answers.items():
            visible = row.pk in expected(who, rows[name].pk, planted[name].pk)
            assert answer.status == (200 if visible else 404)
            assert visible or answer.body == missing.body


@pytest.mark.parametrize("name", WALKED)
def test_writing_is_101_where_hidden_or_only_read_and_119_where_the_role_never_may(world, name):
    clients, rows, planted = world
    for row, changers in ((rows[name], CHANGES), (planted[name], {"admin"})):
        wanted = {who: None if who in changers else 119 if who == "reader" else 101 for who in CAST}
        body = {WALKED[name]: "Changed"}
        assert {who: clients[who].put(f"/classes/{name}/{row.pk}", body).code for who in CAST} == wanted


def test_a_hidden_row_is_no_answer_through_pointers_of_visible_ones(world):
    clients, rows, planted = world
    secret = planted["Company"]
    inner = {"where": {"name": "Secret"}, "className": "Company"}
    for who in READS - {"admin"}:
        client = clients[who]
        assert client.get("/classes/Contact", where={"company": {"$inQuery": inner}}).ids == set()
        row = client.get(f"/classes/Contact/{rows['Contact'].pk}", include="company.createdBy").body
        assert "company" not in row
        bare = client.get(f"/classes/Contact/{rows['Contact'].pk}").body
        assert bare["company"] == pointer(secret)
        assert b"Secret" not in client.get("/classes/Contact", include="*").content
