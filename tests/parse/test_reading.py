"""order, limit, skip, count, keys, excludeKeys and include; what is hidden stays so through each of them."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user
from tests.parse.conftest import pointer

DEALS = "/classes/Deal"


@pytest.fixture
def deals(rep):
    rows = [("a", 10, "2026-03-01"), ("b", None, None), ("c", 5, "2026-01-01"), ("d", 10, None)]
    for title, amount, day in rows:
        Deal.objects.create(title=title, amount=amount, expected_close_date=day, created_by=rep)


def titles(answer) -> str:
    return "".join(row["title"] for row in answer.body["results"])


def test_an_included_row_that_is_hidden_is_left_out_a_person_too(as_rep, rep, outsider, contact):
    secret = Company.objects.create(name="Secret", created_by=outsider)
    Contact.unrestricted.filter(pk=contact.pk).update(company=secret)
    row = as_rep.get("/classes/Contact", include="company,createdBy").body["results"][0]
    assert "company" not in row
    assert row["createdBy"]["username"] == "rep"
    assert as_rep.get("/classes/Contact").body["results"][0]["company"] == pointer(secret)
    Contact.unrestricted.filter(pk=contact.pk).update(created_by=outsider)
    row = as_rep.get("/classes/Contact", include="createdBy").body["results"][0]
    assert "createdBy" not in row
    assert as_rep.get("/classes/Contact").body["results"][0]["createdBy"] == pointer(outsider)


def test_an_included_person_tells_his_address_to_himself_alone(as_rep, rep, deal):
    assert as_rep.get(DEALS, include="assignedTo").body["results"][0]["assignedTo"]["email"] == rep.email


def test_a_person_is_told_his_own_acl_wherever_his_row_is(as_rep, rep, deal):
    own = {rep.pk: {"read": True, "write": True}}
    rows = [as_rep.get("/users").body["results"][0], as_rep.get(f"/classes/_User/{rep.pk}").body]
    rows += [as_rep.get(DEALS, include="assignedTo").body["results"][0]["assignedTo"], as_rep.get("/users/me").body]
    assert [row["ACL"] for row in rows] == [own] * 4


def test_keys_of_an_included_row_narrow_each_row_on_the_way(as_rep, deal):
    always = {"objectId", "createdAt", "updatedAt", "ACL"}
    row = as_rep.get(DEALS, keys="contact.company.name", include="contact.company").body["results"][0]
    assert set(row) == {*always, "contact"}
    assert set(row["contact"]) == {*always, "__type", "className", "company"}
    assert set(row["contact"]["company"]) == {*always, "__type", "className", "name"}
    assert set(as_rep.get(DEALS, keys="").body["results"][0]) == always


def test_includes_follow_pointers_of_pointers(as_rep, deal, contact, company):
    row = as_rep.get(DEALS, include="contact.company").body["results"][0]
    assert (row["contact"]["__type"], row["contact"]["className"], row["contact"]["name"]) == (
        "Object",
        "Contact",
        "Ada Adams",
    )
    assert row["contact"]["company"]["name"] == "Acme"
    assert row["company"] == pointer(company)
    whole = as_rep.get(DEALS, include="*").body["results"][0]
    assert whole["company"]["name"] == "Acme"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", "abcd"),
        ("title", "abcd"),
        ("-title", "dcba"),
        ("amount,-title", "cdab"),
        ("-amount,title", "badc"),
        ("expectedCloseDate,title", "cabd"),
        ("-expectedCloseDate,title", "bdac"),
        ("nosuch,-title", "dcba"),
        ("-createdAt", "dcba"),
    ],
)
def test_rows_are_ordered_and_empty_ones_stand_as_postgresql_sorts_them(as_rep, deals, order, expected):
    assert titles(as_rep.get(DEALS, order=order)) == expected


def test_pages_and_counts(as_rep, deals):
    assert titles(as_rep.get(DEALS, order="title", limit=2, skip=1)) == "bc"
    assert as_rep.get(DEALS, limit=0, count=1).body == {"results": [], "count": 4}
    assert as_rep.get(DEALS, limit=1, skip=3, count=1, where={"amount": 10}).body == {"results": [], "count": 2}


def test_a_hundred_rows_are_answered_where_no_limit_is_given(as_rep, rep):
    Deal.objects.bulk_create(Deal(title=str(number), created_by=rep) for number in range(101))
    assert len(as_rep.get(DEALS).body["results"]) == 100
    assert len(as_rep.get(DEALS, limit=1000).body["results"]) == 101


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"limit": -1}, 102),
        ({"limit": "many"}, 102),
        ({"skip": -1}, 102),
        ({"skip": True}, 102),
        ({"order": "a b"}, 105),
        ({"order": "_rperm"}, 105),
        ({"nosuch": 1}, 102),
        ({"explain": True}, 102),
        ({"include": ".".join(["contact"] * 11)}, 102),
        ({"include": ",".join(f"x{number}" for number in range(101))}, 102),
    ],
)
def test_what_a_query_may_not_ask_is_refused_by_name(as_rep, parameters, code):
    answer = as_rep.get(DEALS, **parameters)
    assert (answer.status, answer.code) == (400, code)
    assert next(iter(parameters)) in answer.body["error"] or code == 105


def test_keys_narrow_rows_and_included_rows(as_rep, deal):
    always = {"objectId", "createdAt", "updatedAt", "ACL"}
    assert set(as_rep.get(DEALS, keys="title,nosuch").body["results"][0]) == {*always, "title"}
    row = as_rep.get(DEALS, keys="title,contact.name").body["results"][0]
    assert set(row) == {*always, "title", "contact"}
    assert set(row["contact"]) == {*always, "name", "__type", "className"}
    assert "title" not in as_rep.get(f"{DEALS}/{deal.pk}", excludeKeys="title,createdAt").body
    assert "createdAt" in as_rep.get(f"{DEALS}/{deal.pk}", excludeKeys="title,createdAt").body


@pytest.mark.parametrize(
    "path",
    [
        "/classes/Deal",
        "/classes/Deal?include=contact,company,assignedTo",
        "/classes/Deal?count=1&limit=0",
        "/classes/Activity?include=relatedTo",
    ],
)
def test_a_read_is_one_statement_that_proves_the_session_on_its_way(as_rep, rep, statements, path):
    found = []
    as_rep.get(path)  # notes the use of the session, which is looked up anew after that
    for _ in range(2):
        for at in range(3):
            company = Company.objects.create(name="c", created_by=rep)
            contact = Contact.objects.create(name="p", created_by=rep)
            deal = Deal.objects.create(title="d", company=company, contact=contact, assigned_to=rep, created_by=rep)
            Activity.objects.create(subject="x", related_to=(company, contact, deal)[at], created_by=rep)
        as_rep.get(path)
        with statements() as run:
            as_rep.get(path)
        found.append(len(run))
    assert found == [1, 1]


def test_a_new_session_finds_what_was_shared_a_moment_ago(client_of, as_rep, deal):
    reader = make_user("new")
    client = client_of(reader)
    assert client.get(DEALS).ids == set()
    share(deal, reader, "read")
    assert client.get(DEALS).ids == {deal.pk}
    reader.deactivate()
    assert client.get(DEALS).code == 209
