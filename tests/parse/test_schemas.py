"""``/schemas``, class-level permissions, ``/purge`` and ``/aggregate``: what the master key is for."""

import pytest
from django.contrib.auth.models import Group

from pipeline.models import Deal
from tests.parse.conftest import pointer, when

SIGNED_IN = {"requiresAuthentication": True}
ROUTES = [
    ("GET", "/schemas"),
    ("GET", "/schemas/Deal"),
    ("POST", "/schemas/New"),
    ("PUT", "/schemas/Deal"),
    ("DELETE", "/schemas/Deal"),
    ("DELETE", "/purge/Deal"),
    ("GET", "/aggregate/Deal"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_the_master_key_each_is_403(client_of, admin, deal, method, path):
    answer = client_of(admin)(method, path, {} if method != "GET" else None)
    assert (answer.status, answer.body) == (403, {"error": "Permission denied"})
    assert Deal.unrestricted.exists()


def test_the_schema_of_a_class_names_its_columns(master):
    fields = master.get("/schemas/Deal").body["fields"]
    assert fields == {
        "objectId": {"type": "String"},
        "title": {"type": "String", "required": True},
        "amount": {"type": "Number"},
        "stage": {"type": "String"},
        "contact": {"type": "Pointer", "targetClass": "Contact"},
        "company": {"type": "Pointer", "targetClass": "Company"},
        "expectedCloseDate": {"type": "Date"},
        "notes": {"type": "String"},
        "assignedTo": {"type": "Pointer", "targetClass": "_User"},
        "createdAt": {"type": "Date"},
        "updatedAt": {"type": "Date"},
        "ACL": {"type": "ACL"},
    }
    assert {one["className"] for one in master.get("/schemas").body["results"]} >= {"Deal", "_User", "_Role"}
    assert "targetClass" not in master.get("/schemas/Activity").body["fields"]["relatedTo"]


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/schemas/Nope", None, 103),
        ("POST", "/schemas/Deal", {}, 103),
        ("POST", "/schemas/1x", {}, 103),
        ("POST", "/schemas", {"className": "New"}, 119),
        ("PUT", "/schemas/Nope", {}, 103),
        ("PUT", "/schemas/Deal", {"fields": {"title": {"type": "Number"}}}, 255),
        ("PUT", "/schemas/Deal", {"fields": {"nope": {"__op": "Delete"}}}, 255),
        ("PUT", "/schemas/Deal", {"fields": {"objectId": {"type": "Number"}}}, 255),
        ("PUT", "/schemas/Deal", {"fields": {"a b": {"type": "String"}}}, 105),
        ("PUT", "/schemas/Deal", {"fields": {"colour": {"type": "Colour"}}}, 111),
        ("PUT", "/schemas/Deal", {"fields": {"x": {"type": "Pointer"}}}, 135),
        ("PUT", "/schemas/_User", {"fields": {"x": {"type": "String"}}}, 119),
        ("PUT", "/schemas/Deal", {"fields": {"x": {"type": "GeoPoint"}}}, 119),
        ("PUT", "/schemas/Deal", {"classLevelPermissions": {"find": {"*": True}}}, 119),
        ("PUT", "/schemas/Deal", {"classLevelPermissions": {"find": {"role:Nope": True}}}, 107),
        ("PUT", "/schemas/Deal", {"classLevelPermissions": {"nope": {}}}, 107),
        ("PUT", "/schemas/Deal", {"classLevelPermissions": {"find": SIGNED_IN, "get": {}}}, 119),
        ("PUT", "/schemas/Deal", {"classLevelPermissions": {"addField": {"*": True}}}, 119),
        ("PUT", "/schemas/Deal", {"classLevelPermissions": {"find": {"pointerFields": ["assignedTo"]}}}, 107),
        ("DELETE", "/schemas/Deal", None, 255),
        ("DELETE", "/purge/_User", None, 119),
    ],
)
def test_what_a_schema_cannot_be_is_refused_with_parses_codes(master, deal, method, path, body, code):
    assert master(method, path, body).code == code
    assert Group.objects.get(name="Sales rep").permissions.filter(codename="view_deal").exists()


def test_class_level_permissions_are_those_of_the_roles(master):
    clp = master.get("/schemas/Deal").body["classLevelPermissions"]
    readers = {f"role:{name}": True for name in ("API client", "Read only", "Sales lead", "Sales rep")}
    assert clp["find"] == clp["get"] == clp["count"] == readers
    assert clp["create"] == {name: True for name in readers if name != "role:Read only"}
    assert clp["addField"] == {}


def test_permissions_that_were_written_hold_at_once_and_are_read_back(master, as_rep, client_of, reader, admin, deal):
    wanted = {action: {"role:Read only": True} for action in ("find", "get", "count", "create", "update", "delete")}
    answer = master.put("/schemas/Deal", {"classLevelPermissions": wanted})
    assert answer.body["classLevelPermissions"] == {**wanted, "addField": {}, "protectedFields": {}}
    refused = as_rep.get("/classes/Deal")
    assert (refused.status, refused.code) == (400, 119)
    assert refused.body["error"] == "Permission denied"
    assert client_of(reader).post("/classes/Deal", {"title": "x"}).status == 201
    assert deal.pk in client_of(admin).get("/classes/Deal").ids


def test_requires_authentication_opens_a_class_to_all_who_signed_in(master, client_of, nobody, outsider):
    outsider.groups.clear()
    assert client_of(outsider).get("/classes/Deal").code == 119
    master.put("/schemas/Deal", {"classLevelPermissions": {"find": SIGNED_IN, "create": SIGNED_IN}})
    assert client_of(outsider).get("/classes/Deal").status == 200
    assert nobody.get("/classes/Deal").code == 101
    assert master.get("/schemas/Deal").body["classLevelPermissions"]["update"] == {}


def test_purging_empties_a_class(master, deal, contact):
    assert master.delete("/purge/Deal").body == {}
    assert not Deal.unrestricted.exists()
    assert master.get("/classes/Contact").ids == {contact.pk}


# --- aggregates -------------------------------------------------------------------------------------------------------


@pytest.fixture
def deals(rep, contact):
    for stage, amount, title in [("lead", 10, "a"), ("lead", 20, "b"), ("won", 5.5, "c"), ("won", None, "d")]:
        Deal.objects.create(title=title, stage_id=stage, amount=amount, contact=contact, created_by=rep)


def test_distinct_answers_each_value_once(master, deals, contact):
    assert master.get("/aggregate/Deal", distinct="stage").body == {"results": ["lead", "won"]}
    assert master.get("/aggregate/Deal", distinct="stage", where={"amount": 10}).body == {"results": ["lead"]}
    assert master.get("/aggregate/Deal", distinct="contact").body == {"results": [pointer(contact)]}


def test_a_group_is_summed_by_the_database(master, deals):
    pipeline = [
        {"$match": {"title": {"$ne": "b"}}},
        {"$group": {"_id": "$stage", "n": {"$sum": 1}, "total": {"$sum": "$amount"}, "most": {"$max": "$amount"}}},
        {"$sort": {"total": -1}},
    ]
    assert master.get("/aggregate/Deal", pipeline=pipeline).body["results"] == [
        {"objectId": "lead", "n": 1, "total": 10, "most": 10},
        {"objectId": "won", "n": 2, "total": 5.5, "most": 5.5},
    ]
    whole = master.get("/aggregate/Deal", pipeline=[{"$group": {"_id": None, "mean": {"$avg": "$amount"}}}]).body
    assert whole["results"][0]["objectId"] is None
    assert abs(whole["results"][0]["mean"] - 35.5 / 3) < 1e-9


def test_rows_pass_through_the_other_stages(master, deals):
    pipeline = [{"$match": {"stage": "lead"}}, {"$sort": {"title": -1}}, {"$limit": 1}, {"$project": {"title": 1}}]
    (row,) = master.get("/aggregate/Deal", pipeline=pipeline).body["results"]
    assert (set(row), row["title"]) == ({"objectId", "title"}, "b")


def test_groups_have_several_keys_and_leave_out_what_has_no_value(master, rep, company):
    Deal.objects.create(title="x", company=company, amount=3, expected_close_date="2026-03-01", created_by=rep)
    Deal.objects.create(title="y", created_by=rep)
    group = {"_id": {"company": "$company", "day": "$expectedCloseDate"}, "sum": {"$sum": "$amount"}}
    day = when("2026-03-01T00:00:00.000Z")
    found = master.get("/aggregate/Deal", pipeline=[{"$group": group}]).body["results"]
    assert sorted(found, key=len) == [
        {"objectId": {}},
        {"objectId": {"company": pointer(company), "day": day}, "sum": 3},
    ]
    one = {"_id": "$company", "first": {"$min": "$expectedCloseDate"}}
    rows = master.get("/aggregate/Deal", pipeline=[{"$group": one}, {"$sort": {"first": 1}}]).body["results"]
    assert rows == [{"objectId": company.pk, "first": day}, {"objectId": None}]


def test_distinct_dates_are_bare_text_and_rows_of_a_pipeline_have_no_acl(master, rep):
    Deal.objects.create(title="x", expected_close_date="2026-03-01", created_by=rep)
    assert master.get("/aggregate/Deal", distinct="expectedCloseDate").body == {"results": ["2026-03-01T00:00:00.000Z"]}
    assert "ACL" not in master.get("/aggregate/Deal", pipeline=[{"$limit": 1}]).body["results"][0]
    assert master.get("/aggregate/NoSuch", distinct="x").body == {"results": []}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"distinct": ""},
        {"pipeline": "x"},
        {"pipeline": [{"$nope": 1}]},
        {"pipeline": [{"$group": {}}]},
        {"pipeline": [{"$group": {"_id": "$nope"}}]},
        {"pipeline": [{"$group": {"_id": None, "x": {"$sum": "$title"}}}]},
        {"pipeline": [{"$limit": -1}]},
        {"distinct": 5},
        {"pipeline": [{"match": {}}]},
        {"nosuch": 1},
    ],
)
def test_an_aggregate_that_means_nothing_is_102(master, deals, parameters):
    assert master.get("/aggregate/Deal", **parameters).code == 102


def test_dates_in_groups_have_their_form(master, rep):
    Deal.objects.create(title="x", expected_close_date="2026-03-01", created_by=rep)
    pipeline = [{"$group": {"_id": "$expectedCloseDate", "n": {"$sum": 1}}}]
    assert master.get("/aggregate/Deal", pipeline=pipeline).body["results"] == [
        {"objectId": when("2026-03-01T00:00:00.000Z"), "n": 1}
    ]
