"""Who gets in, and what he sees and does there."""

import pytest

from pipeline.models import Deal
from tests.acceptance.prompt import proves
from tests.conftest import PASSWORD
from tests.parse.conftest import KEYS, ParseClient, pointer

CLASSES = ["Company", "Contact", "Deal", "Activity"]
NEW = {"Company": {"name": "x"}, "Contact": {"name": "x"}, "Deal": {"title": "x"}, "Activity": {"subject": "x"}}


@pytest.fixture
def rows(deal, contact, company, call) -> dict[str, str]:
    """The key of a row of each class; the rep's own."""
    return {"Deal": deal.pk, "Contact": contact.pk, "Company": company.pk, "Activity": call.pk}


@pytest.mark.parametrize("name", CLASSES)
@proves(6)
def test_an_outsider_sees_and_changes_nothing_of_others(as_outsider, as_rep, rows, name):
    path = f"/classes/{name}/{rows[name]}"
    assert as_outsider.get(f"/classes/{name}").ids == set()
    assert [as_outsider(*call).code for call in [("GET", path), ("PUT", path, NEW[name]), ("DELETE", path)]] == [
        101
    ] * 3
    assert as_rep.get(f"/classes/{name}").ids == {rows[name]}


@proves(6)
def test_whom_a_deal_is_assigned_to_sees_and_changes_it(as_rep, as_outsider, outsider, deal):
    other = as_rep.post("/classes/Deal", {"title": "Not assigned"}).body["objectId"]
    assert as_rep.put(f"/classes/Deal/{deal.pk}", {"assignedTo": pointer(outsider)}).status == 200
    assert as_outsider.get("/classes/Deal").ids == {deal.pk}
    assert as_outsider.put(f"/classes/Deal/{deal.pk}", {"stage": "won"}).status == 200
    assert as_outsider.put(f"/classes/Deal/{other}", {"stage": "won"}).code == 101


@proves(6)
def test_a_role_opens_a_row_to_its_people(as_rep, client_of, reader, outsider, rep):
    acl = {rep.pk: {"read": True, "write": True}, "role:Read only": {"read": True}}
    key = as_rep.post("/classes/Deal", {"title": "x", "ACL": acl}).body["objectId"]
    assert client_of(outsider).get("/classes/Deal").ids == set()
    assert client_of(reader).get("/classes/Deal").ids == {key}
    assert client_of(reader).put(f"/classes/Deal/{key}", {"stage": "won"}).status >= 400
    assert Deal.unrestricted.get(pk=key).stage_id == "lead"


@pytest.mark.parametrize("name", CLASSES)
@proves(7)
def test_who_is_signed_out_does_nothing_with_a_class(nobody, rows, name):
    path = f"/classes/{name}"
    calls = [
        ("GET", path),
        ("GET", f"{path}?count=1&limit=0"),
        ("POST", path, NEW[name]),
        ("GET", f"{path}/{rows[name]}"),
        ("PUT", f"{path}/{rows[name]}", NEW[name]),
        ("DELETE", f"{path}/{rows[name]}"),
    ]
    assert [(nobody(*call).status, nobody(*call).code) for call in calls] == [(404, 101)] * len(calls)


@proves(7)
def test_each_class_asks_for_a_session_by_its_own_permissions(as_rep, nobody, client_of, reader):
    assert as_rep.post("/classes/Deal", {"title": "x"}).status == 201
    assert client_of(reader).post("/classes/Deal", {"title": "x"}).code == 119
    assert [deal.title for deal in Deal.unrestricted.all()] == ["x"]


@proves(8)
def test_one_signs_up_in_and_out_and_the_session_is_over(nobody):
    given = {"username": "nina", "password": "long enough phrase"}
    first = nobody.post("/users", {**given, "email": "nina@parsley.example"})
    assert first.status == 201
    second = nobody.post("/login", given).body["sessionToken"]
    assert second != first.body["sessionToken"]
    client = ParseClient(KEYS, second)
    assert client.get("/users/me").body["username"] == "nina"
    assert client.post("/logout").status == 200
    assert client.get("/users/me").code == 209
    assert ParseClient(KEYS, first.body["sessionToken"]).get("/users/me").status == 200


@proves(8)
def test_a_wrong_password_is_refused(nobody, rep):
    assert nobody.post("/login", {"username": "rep", "password": "wrong"}).code == 101
    assert nobody.post("/login", {"username": "rep", "password": PASSWORD}).status == 200
