"""Fields that were added, through Parse clients: read, asked about, operated on, and added by a first write."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Company
from pipeline.models import Deal
from records.fields import field_of, fields_of
from tests.parse.conftest import pointer, when

FIELDS = [
    ("colour", "String", {}),
    ("size", "Number", {}),
    ("urgent", "Boolean", {}),
    ("reviewed", "Date", {}),
    ("tags", "Array", {}),
    ("meta", "Object", {}),
    ("partner", "Pointer", {"target": "company"}),
    ("source", "Choice", {"choices": ["Fair", "Web"]}),
]


@pytest.fixture
def added(add_field):
    return {name: add_field("deal", name, kind, **more) for name, kind, more in FIELDS}


@pytest.fixture
def values(company):
    return {
        "colour": 'bl"ue',
        "size": 2.5,
        "urgent": False,
        "reviewed": when("2026-03-31T09:30:00.123Z"),
        "tags": ["a", 1, {"b": [True]}],
        "meta": {"colour": "red", "deep": {"n": 1}},
        "partner": pointer(company),
        "source": "Web",
    }


def test_outsider_finds_nothing_by_a_field_that_was_added(added, as_rep, as_outsider, deal, values):
    as_rep.put(f"/classes/Deal/{deal.pk}", {"colour": "blue"})
    assert as_outsider.get("/classes/Deal", where={"colour": "blue"}).ids == set()
    assert as_outsider.put(f"/classes/Deal/{deal.pk}", {"colour": "red"}).code == 101
    assert as_rep.get("/classes/Deal", where={"colour": "blue"}).ids == {deal.pk}


def test_values_of_every_type_come_back_as_they_were_sent(added, as_rep, values):
    made = as_rep.post("/classes/Deal", {"title": "x", **values})
    assert made.status == 201
    row = as_rep.get(f"/classes/Deal/{made.body['objectId']}").body
    assert {name: row[name] for name in values} == values
    assert as_rep.get("/classes/Deal", where={"objectId": row["objectId"]}).body["results"] == [row]
    bare = as_rep.get("/classes/Deal", keys="size").body["results"][0]
    assert set(bare) == {"objectId", "size", "createdAt", "updatedAt", "ACL"}


def test_an_update_changes_what_was_sent_and_null_or_delete_take_it_away(added, as_rep, deal, values):
    path = f"/classes/Deal/{deal.pk}"
    assert set(as_rep.put(path, values).body) == {"updatedAt"}
    as_rep.put(path, {"size": 3, "colour": {"__op": "Delete"}, "urgent": None, "title": "New"})
    row = as_rep.get(path).body
    assert (row["size"], row["title"], row["source"]) == (3, "New", "Web")
    assert not {"colour", "urgent"} & set(row)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"colour": "blue"}, "a"),
        ({"colour": {"$ne": "blue"}}, "bc"),
        ({"colour": {"$in": ["blue", "red"]}}, "ab"),
        ({"colour": {"$nin": ["blue"]}}, "b"),
        ({"colour": {"$exists": False}}, "c"),
        ({"colour": None}, "c"),
        ({"colour": {"$regex": "^bl"}}, "a"),
        ({"colour": {"$regex": "\\QLU\\E", "$options": "i"}}, "a"),
        ({"colour": {"$gt": "blue"}}, "b"),
        ({"colour": {"$text": {"$search": {"$term": "blue"}}}}, "a"),
        ({"size": 10}, "a"),
        ({"size": {"$gt": 9}}, "ab"),
        ({"size": {"$lte": 9.5}}, "b"),
        ({"size": {"$in": [9.5, 3]}}, "b"),
        ({"size": True}, ""),
        ({"urgent": True}, "a"),
        ({"urgent": {"$ne": True}}, "bc"),
        ({"reviewed": {"$lt": {"__type": "Date", "iso": "2026-02-01T00:00:00.000Z"}}}, "a"),
        ({"reviewed": {"__type": "Date", "iso": "2026-01-01T00:00:00.000Z"}}, "a"),
        ({"tags": "x"}, "a"),
        ({"tags": {"$all": ["x", "y"]}}, "a"),
        ({"tags": {"$all": []}}, ""),
        ({"tags": {"$in": ["y", "z"]}}, "ab"),
        ({"tags": {"$nin": ["z"]}}, "ac"),
        ({"tags": {"$ne": "z"}}, "ac"),
        ({"tags": {"$containedBy": ["y", "z", "q"]}}, "b"),
        ({"meta.colour": "red"}, "a"),
        ({"meta.n": {"$gt": 1}}, "b"),
        ({"meta.n": {"$gte": 1}}, "ab"),
        ({"meta.deep.er": {"$exists": True}}, "a"),
        ({"meta.colour": {"$regex": "^gr"}}, "b"),
        ({"meta.colour": {"$in": ["red", "grey"]}}, "a"),
        ({"source": "Fair"}, "a"),
        ({"$or": [{"colour": "red"}, {"size": 10}]}, "ab"),
        ({"$nor": [{"colour": "red"}]}, "a"),
        ({"nothing": {"$exists": False}}, "abc"),
    ],
)
def test_where_knows_each_type(added, as_rep, rep, where, found):
    rows = {
        "a": {"colour": "blue", "size": 10, "urgent": True, "tags": ["x", "y"], "source": "Fair",
              "reviewed": "2026-01-01T00:00:00.000Z", "meta": {"colour": "red", "n": 1, "deep": {"er": 1}}},
        "b": {"colour": "red", "size": 9.5, "tags": ["z"], "meta": {"colour": "green", "n": 2}},
        "c": {},
    }  # fmt: skip
    for title, held in rows.items():
        custom = {added[name].key: value for name, value in held.items()}
        Deal.objects.create(title=title, custom=custom, created_by=rep)
    answer = as_rep.get("/classes/Deal", where=where, order="title")
    assert "".join(row["title"] for row in answer.body["results"]) == found
    assert as_rep.get("/classes/Deal", where=where, count=1, limit=0).body["count"] == len(found)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"colour": 5}, 102),
        ({"size": "5"}, 102),
        ({"urgent": 1}, 102),
        ({"reviewed": "soon"}, 102),
        ({"tags": {"$gt": 1}}, 102),
        ({"meta": {"a": 1}}, 119),
        ({"size": {"$regex": "1"}}, 102),
        ({"meta.n": {"$gt": [1]}}, 102),
    ],
)
def test_a_question_that_does_not_fit_the_type_is_refused(added, as_rep, deal, where, code):
    assert as_rep.get("/classes/Deal", where=where).code == code


def test_pointers_are_followed_as_far_as_the_caller_sees(added, as_rep, rep, outsider, company, deal):
    theirs = Company.objects.create(name="Theirs", created_by=outsider)
    path = f"/classes/Deal/{deal.pk}"
    assert as_rep.put(path, {"partner": pointer(theirs)}).code == 101
    assert as_rep.put(path, {"partner": pointer(company)}).status == 200
    assert as_rep.get(path, include="partner").body["partner"]["name"] == "Acme"
    named = {"partner": {"$inQuery": {"className": "Company", "where": {"name": "Acme"}}}}
    assert as_rep.get("/classes/Deal", where=named).ids == {deal.pk}
    assert as_rep.get("/classes/Deal", where={"partner": pointer(company)}).ids == {deal.pk}
    added["partner"].put(deal, theirs.pk)
    deal.save()
    row = as_rep.get(path, include="partner").body
    assert "partner" not in row
    assert as_rep.get("/classes/Deal", where=named).ids == set()


def test_rows_are_sorted_and_grouped_by_added_fields(added, as_rep, master, rep):
    for title, size in (("b", 9), ("a", 10), ("c", None)):
        custom = {added["size"].key: size, added["colour"].key: "x"} if size else {}
        Deal.objects.create(title=title, custom=custom, created_by=rep)
    titles = [row["title"] for row in as_rep.get("/classes/Deal", order="size").body["results"]]
    assert titles == ["b", "a", "c"]
    titles = [row["title"] for row in as_rep.get("/classes/Deal", order="-size").body["results"]]
    assert titles == ["c", "a", "b"]
    assert master.get("/aggregate/Deal", distinct="size").body["results"] == [9, 10]
    summed = master.get("/aggregate/Deal", pipeline=[{"$group": {"_id": "$colour", "n": {"$sum": "$size"}}}])
    assert summed.body["results"][0] == {"objectId": "x", "n": 19}


def test_a_subquery_compares_added_fields_with_others(added, as_rep, rep, add_field):
    nick = add_field("company", "nick")
    Company.objects.create(name="n", custom={nick.key: "blue"}, created_by=rep)
    Deal.objects.create(title="one", custom={added["colour"].key: "blue"}, created_by=rep)
    Deal.objects.create(title="blue", created_by=rep)
    query = {"key": "nick", "query": {"className": "Company", "where": {}}}
    found = as_rep.get("/classes/Deal", where={"colour": {"$select": query}}).body["results"]
    assert [row["title"] for row in found] == ["one"]
    found = as_rep.get("/classes/Deal", where={"title": {"$select": query}}).body["results"]
    assert [row["title"] for row in found] == ["blue"]


# --- operations -------------------------------------------------------------------------------------------------------


def test_operations_change_lists_and_numbers_and_answer_the_result(added, as_rep, deal):
    path = f"/classes/Deal/{deal.pk}"

    def change(**operations):
        return {name: one for name, one in as_rep.put(path, operations).body.items() if name != "updatedAt"}

    assert change(tags={"__op": "Add", "objects": ["a", "b"]}) == {"tags": ["a", "b"]}
    assert change(tags={"__op": "AddUnique", "objects": ["b", "c", "c", 1, True]}) == {"tags": ["a", "b", "c", 1, True]}
    assert change(tags={"__op": "Remove", "objects": ["a", 1]}) == {"tags": ["b", "c", True]}
    assert change(size={"__op": "Increment", "amount": 2.5}) == {"size": 2.5}
    assert change(size={"__op": "Increment", "amount": -0.5}) == {"size": 2}
    assert change(tags={"__op": "Delete"}) == {}
    row = as_rep.get(path).body
    assert "tags" not in row
    assert row["size"] == 2


def test_parts_of_an_object_are_set_counted_and_deleted(added, as_rep, deal):
    path = f"/classes/Deal/{deal.pk}"
    as_rep.put(path, {"meta": {"colour": "red", "n": 1}})
    as_rep.put(path, {"meta.colour": "blue", "meta.n": {"__op": "Increment", "amount": 2}, "meta.deep.er": [1]})
    assert as_rep.get(path).body["meta"] == {"colour": "blue", "n": 3, "deep": {"er": [1]}}
    as_rep.put(path, {"meta.colour": {"__op": "Delete"}})
    assert as_rep.get(path).body["meta"] == {"n": 3, "deep": {"er": [1]}}
    assert as_rep.put(path, {"meta.deep": {"__op": "Increment", "amount": 1}}).code == 107


def test_a_new_row_takes_operations_as_values(added, as_rep):
    body = {"title": "x", "tags": {"__op": "AddUnique", "objects": ["a"]}, "size": {"__op": "Increment", "amount": 2}}
    key = as_rep.post("/classes/Deal", body).body["objectId"]
    row = as_rep.get(f"/classes/Deal/{key}").body
    assert (row["tags"], row["size"]) == (["a"], 2)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"colour": 5}, 111),
        ({"size": "5"}, 111),
        ({"size": True}, 111),
        ({"urgent": 0}, 111),
        ({"reviewed": "2026-01-01"}, 111),
        ({"tags": {"a": 1}}, 111),
        ({"meta": [1]}, 111),
        ({"partner": {"__type": "Pointer", "className": "Contact", "objectId": "c0NtAcTaB1"}}, 111),
        ({"source": "Radio"}, 142),
        ({"tags": [{"__type": "File", "name": "x", "url": "y"}]}, 142),
        ({"colour": {"__op": "Add", "objects": ["a"]}}, 111),
        ({"tags": {"__op": "Add", "objects": "a"}}, 107),
        ({"tags": {"__op": "Increment", "amount": 1}}, 111),
        ({"size": {"__op": "Increment", "amount": "1"}}, 107),
        ({"size": {"__op": "Nope"}}, 107),
        ({"tags": {"__op": "AddRelation", "objects": []}}, 111),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_saved(added, as_rep, deal, body, code):
    answer = as_rep.put(f"/classes/Deal/{deal.pk}", {"title": "Other", **body})
    assert (answer.code, Deal.unrestricted.get().title) == (code, "Rollout")


def test_what_is_required_is_missed_and_defaults_are_answered(add_field, as_rep, deal):
    add_field("deal", "size", "Number", default=3)
    add_field("deal", "colour", required=True)
    refused = as_rep.post("/classes/Deal", {"title": "x"})
    assert (refused.code, refused.body["error"]) == (142, "colour is required")
    made = as_rep.post("/classes/Deal", {"title": "x", "colour": "red"}).body
    assert made["size"] == 3
    assert as_rep.put(f"/classes/Deal/{made['objectId']}", {"colour": None}).code == 142
    assert as_rep.put(f"/classes/Deal/{deal.pk}", {"title": "Old rows stay as they are"}).status == 200


# --- the first write --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"colour": "red"}, {"colour": None}, {"colour": {"__op": "Increment", "amount": 1}}])
def test_who_may_not_add_fields_is_refused_with_119(as_rep, deal, body):
    for answer in (as_rep.put(f"/classes/Deal/{deal.pk}", body), as_rep.post("/classes/Deal", {"title": "x", **body})):
        assert (answer.status, answer.body) == (400, {"code": 119, "error": "Permission denied"})
    assert fields_of(Deal) == ()


def test_taking_away_a_field_that_there_is_not_is_nothing(as_rep, deal):
    assert as_rep.put(f"/classes/Deal/{deal.pk}", {"colour": {"__op": "Delete"}}).status == 200
    assert fields_of(Deal) == ()


def test_an_administrators_first_write_adds_fields_of_the_type_of_the_value(client_of, admin, company):
    values = {
        "colour": "red",
        "size": 5,
        "urgent": True,
        "reviewed": when("2026-03-31T09:30:00.000Z"),
        "tags": ["a"],
        "meta": {"a": 1},
        "partner": pointer(company),
        "seen": {"__op": "Increment", "amount": 2},
        "marks": {"__op": "AddUnique", "objects": [1]},
    }
    made = client_of(admin).post("/classes/Deal", {"title": "x", **values})
    assert made.status == 201
    assert {one.name: one.type for one in fields_of(Deal)} == {
        "colour": "String",
        "size": "Number",
        "urgent": "Boolean",
        "reviewed": "Date",
        "tags": "Array",
        "meta": "Object",
        "partner": "Pointer",
        "seen": "Number",
        "marks": "Array",
    }
    row = client_of(admin).get(f"/classes/Deal/{made.body['objectId']}").body
    assert (row["colour"], row["seen"], row["marks"], row["partner"]) == ("red", 2, [1], pointer(company))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"größe": 1}, 105),
        ({"x y": 1}, 105),
        ({'x"; DROP TABLE pipeline_deal': 1}, 105),
        ({"_private": 1}, 105),
        ({"cursor": 1}, 136),
        ({"created_by": "x"}, 136),
        ({"x" * 61: 1}, 136),
        ({"place": {"__type": "GeoPoint", "latitude": 1, "longitude": 2}}, 119),
        ({"doc": {"__type": "File", "name": "x", "url": "y"}}, 119),
        ({"other": {"__type": "Pointer", "className": "Nope", "objectId": "c0NtAcTaB1"}}, 111),
        ({"other": {"__type": "Nope"}}, 111),
    ],
)
def test_a_first_write_of_what_cannot_be_a_field_is_refused(client_of, admin, body, code):
    assert client_of(admin).post("/classes/Deal", {"title": "x", **body}).code == code
    assert fields_of(Deal) == ()
    assert not Deal.unrestricted.exists()


def test_the_permission_to_add_fields_is_that_of_the_class(as_rep, client_of, rep, master):
    wanted = {"requiresAuthentication": True}
    clp = master.get("/schemas/Deal").body["classLevelPermissions"]
    assert clp["addField"] == {}
    answer = master.put("/schemas/Deal", {"classLevelPermissions": {**clp, "addField": {"role:Sales rep": True}}})
    assert answer.body["classLevelPermissions"]["addField"] == {"role:Sales rep": True}
    assert as_rep.post("/classes/Deal", {"title": "x", "colour": "red"}).status == 201
    assert as_rep.post("/classes/Company", {"name": "x", "colour": "red"}).code == 119
    master.put("/schemas/Deal", {"classLevelPermissions": {**clp, "addField": wanted}})
    assert master.get("/schemas/Deal").body["classLevelPermissions"]["addField"] == wanted
    held = Permission.objects.get(codename="add_field_deal")
    assert not Group.objects.get(name="Sales rep").permissions.filter(pk=held.pk).exists()


# --- speed ------------------------------------------------------------------------------------------------------------


def test_a_read_stays_one_statement_and_a_shape_is_kept(added, as_rep, deal, values):
    as_rep.put(f"/classes/Deal/{deal.pk}", values)
    for _ in range(2):
        as_rep.get("/classes/Deal", where={"colour": "blue"}, include="partner")
    with CaptureQueriesContext(connection) as context:
        answer = as_rep.get("/classes/Deal", where={"colour": 'bl"ue'}, include="partner")
    assert answer.ids == {deal.pk}
    assert len(context) == 1


def test_a_new_name_or_a_deleted_field_counts_for_statements_that_were_kept(added, as_rep, deal, values):
    path = f"/classes/Deal/{deal.pk}"
    as_rep.put(path, values)
    assert as_rep.get(path).body["size"] == 2.5
    field = field_of(Deal, "size")
    field.name = "headcount"
    field.save()
    row = as_rep.get(path).body
    assert (row["headcount"], "size" in row) == (2.5, False)
    field.delete()
    assert "headcount" not in as_rep.get(path).body
