"""The classes, as the product's own schema tells them and as it holds to them."""

from typing import Any

import pytest

from tests.acceptance.prompt import proves
from tests.conftest import PASSWORD
from tests.parse.conftest import pointer, when

STRING, NUMBER, DATE = "String", "Number", "Date"
SYSTEM = {"objectId": STRING, "createdAt": DATE, "updatedAt": DATE}
USER = "Pointer to _User"
CLASSES = {
    "_User": {"username": STRING, "email": STRING, "password": STRING},
    "Company": dict.fromkeys(["name", "website", "industry", "address", "notes"], STRING) | {"createdBy": USER},
    "Contact": dict.fromkeys(["name", "email", "phone", "notes"], STRING)
    | {"company": "Pointer to Company", "createdBy": USER},
    "Deal": {
        "title": STRING,
        "amount": NUMBER,
        "stage": STRING,
        "contact": "Pointer to Contact",
        "company": "Pointer to Company",
        "expectedCloseDate": DATE,
        "notes": STRING,
        "assignedTo": USER,
    },
    "Activity": dict.fromkeys(["type", "subject", "description"], STRING)
    | {"dueDate": DATE, "completedAt": DATE, "relatedTo": "Pointer", "createdBy": USER},
}
REQUIRED = {"_User": {"username", "email", "password"}, "Company": {"name"}, "Contact": {"name"}, "Deal": {"title"}}
MORE = {"_User": {"emailVerified"}, "Activity": {"attachment"}}  # ours, which the prompt does not know


@pytest.fixture
def told(browser_of, rep) -> dict[str, dict[str, Any]]:
    """The fields of each class, from the portal's JSON schema."""
    schema = browser_of(rep).get("/developers/schema.json").json()
    return {one["className"]: one["fields"] for one in schema["classes"]}


def typed(field: dict[str, Any]) -> str:
    return f"{field['type']} to {field['targetClass']}" if "targetClass" in field else field["type"]


def fields_of(told: dict[str, dict[str, Any]], name: str) -> tuple[dict[str, str], set[str]]:
    """Types, without what is ours; and what is required."""
    types = {field: typed(said) for field, said in told[name].items() if field not in MORE.get(name, ())}
    return types, {field for field, said in told[name].items() if said["required"]}


@proves(0)
def test_the_classes_are_those_five(told):
    assert set(told) == set(CLASSES)
    assert {name: set(fields) - set(CLASSES[name]) - set(SYSTEM) for name, fields in told.items()} == {
        name: MORE.get(name, set()) for name in CLASSES
    }


@pytest.mark.parametrize("name", CLASSES)
@proves(0)
def test_fields_are_of_the_types_that_are_asked_for(told, name):
    assert fields_of(told, name) == (CLASSES[name] | SYSTEM, REQUIRED.get(name, set()))


@proves(1)
def test_people_sign_up_with_name_address_and_password(nobody):
    given = {"username": "nina", "email": "nina@parsley.example", "password": "long enough phrase"}
    for name in ("username", "password"):
        assert nobody.post("/users", {field: said for field, said in given.items() if field != name}).status == 400
    made = nobody.post("/users", given).body
    assert {"objectId", "createdAt"} <= set(made)
    row = type(nobody)(nobody.headers, made["sessionToken"]).get("/users/me").body
    assert {name: row[name] for name in ("objectId", "username", "email")} == {
        "objectId": made["objectId"],
        "username": "nina",
        "email": "nina@parsley.example",
    }
    assert "password" not in row
    assert {"createdAt", "updatedAt"} <= set(row)


def written_and_read(client, name: str, columns: dict[str, Any]) -> dict[str, Any]:
    """What the server answers of a row beyond ids, times, rights and creator, once it was made of ``columns``."""
    made = client.post(f"/classes/{name}", columns)
    assert made.status == 201, made.body
    row = client.get(f"/classes/{name}/{made.body['objectId']}").body
    assert (row.pop("objectId"), row.pop("createdAt")) == (made.body["objectId"], made.body["createdAt"])
    assert row.pop("updatedAt")
    row.pop("ACL")
    return row


def refused_without(client, name: str, field: str) -> tuple[int, int | None]:
    answer = client.post(f"/classes/{name}", {"notes": "Without what is required."})
    assert field in answer.body["error"]
    return answer.status, answer.code


@proves(2)
def test_a_company_keeps_its_columns_and_needs_a_name(as_rep, rep):
    columns = {
        "name": "Acme",
        "website": "https://acme.example",
        "industry": "Tools",
        "address": "1 Road",
        "notes": "Met at a fair",
    }
    assert written_and_read(as_rep, "Company", columns) == {**columns, "createdBy": pointer(rep)}
    assert refused_without(as_rep, "Company", "name") == (400, 142)


@proves(3)
def test_a_contact_keeps_its_columns_and_needs_a_name(as_rep, rep, company):
    columns = {
        "name": "Ada Adams",
        "email": "ada@acme.example",
        "phone": "+1 555 0100",
        "company": pointer(company),
        "notes": "Prefers mail",
    }
    assert written_and_read(as_rep, "Contact", columns) == {**columns, "createdBy": pointer(rep)}
    assert refused_without(as_rep, "Contact", "name") == (400, 142)


@proves(4)
def test_a_deal_keeps_its_columns_and_needs_a_title(as_rep, rep, company, contact):
    columns = {
        "title": "Rollout",
        "amount": 1250.5,
        "stage": "qualified",
        "contact": pointer(contact),
        "company": pointer(company),
        "expectedCloseDate": when("2031-02-03T00:00:00.000Z"),
        "notes": "Three plants",
        "assignedTo": pointer(rep),
    }
    kept = written_and_read(as_rep, "Deal", columns)
    kept.pop("createdBy", None)
    assert kept == columns
    assert refused_without(as_rep, "Deal", "title") == (400, 142)


@pytest.mark.parametrize("stage", ["lead", "qualified", "proposal", "negotiation", "won", "lost"])
@proves(4)
def test_a_deal_goes_into_every_stage_that_is_named(as_rep, stage):
    key = as_rep.post("/classes/Deal", {"title": "Rollout", "stage": stage}).body["objectId"]
    assert as_rep.get(f"/classes/Deal/{key}").body["stage"] == stage


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "note"])
@proves(5)
def test_an_activity_of_every_kind_keeps_its_columns(as_rep, rep, deal, contact, kind):
    for about in (deal, contact):
        columns = {
            "type": kind,
            "subject": "First",
            "description": "Long words",
            "dueDate": when("2031-02-03T09:00:00.000Z"),
            "completedAt": when("2031-02-03T10:30:00.000Z"),
            "relatedTo": pointer(about),
        }
        assert written_and_read(as_rep, "Activity", columns) == {**columns, "createdBy": pointer(rep)}


@proves(1)
def test_a_password_is_never_told(as_rep, rep):
    answer = as_rep.get(f"/users/{rep.pk}")
    assert answer.status == 200
    assert PASSWORD not in answer.content.decode()
    assert "password" not in answer.body
