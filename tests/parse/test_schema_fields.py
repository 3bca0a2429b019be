"""Fields added, changed and deleted through ``/schemas``, and classes described as they are."""

import pytest

from pipeline.models import Deal
from records import definitions
from records.fields import field_of, fields_of
from tests.parse.conftest import when


def put(master, **fields):
    return master.put("/schemas/Deal", {"fields": fields})


def test_without_the_master_key_no_field_is_added(client_of, admin):
    answer = client_of(admin).put("/schemas/Deal", {"fields": {"colour": {"type": "String"}}})
    assert (answer.status, fields_of(Deal)) == (403, ())


def test_fields_are_added_with_all_that_is_said_of_them(master, as_rep):
    wanted = {
        "colour": {"type": "String", "required": True, "description": "Of the paint", "label": "Colour of it"},
        "size": {"type": "Number", "defaultValue": 3},
        "since": {"type": "Date", "defaultValue": when("2026-01-01T00:00:00.000Z")},
        "urgent": {"type": "Boolean", "defaultValue": False},
        "tags": {"type": "Array", "defaultValue": ["a"]},
        "meta": {"type": "Object", "hidden": True},
        "partner": {"type": "Pointer", "targetClass": "Company"},
        "boss": {"type": "Pointer", "targetClass": "_User"},
        "source": {"type": "String", "choices": ["Fair", "Web"], "defaultValue": "Web"},
    }
    answer = put(master, **wanted)
    assert answer.status == 200
    assert {name: answer.body["fields"][name] for name in wanted} == wanted
    assert answer.body == master.get("/schemas/Deal").body
    made = as_rep.post("/classes/Deal", {"title": "x", "colour": "red"}).body
    assert {name: made[name] for name in ("size", "since", "urgent", "tags", "source")} == {
        "size": 3,
        "since": when("2026-01-01T00:00:00.000Z"),
        "urgent": False,
        "tags": ["a"],
        "source": "Web",
    }


def test_options_change_while_the_type_stays(master):
    put(master, size={"type": "Number"})
    answer = put(master, size={"type": "Number", "required": True, "defaultValue": 4})
    assert answer.body["fields"]["size"] == {"type": "Number", "required": True, "defaultValue": 4}
    assert put(master, size={"type": "String"}).code == 255
    assert put(master, size={"type": "Number", "defaultValue": None}).body["fields"]["size"] == {
        "type": "Number",
        "required": True,
    }


def test_a_deleted_field_is_gone_at_once(master, as_rep, deal):
    put(master, size={"type": "Number"})
    as_rep.put(f"/classes/Deal/{deal.pk}", {"size": 5})
    assert "size" not in put(master, size={"__op": "Delete"}).body["fields"]
    assert "size" not in as_rep.get(f"/classes/Deal/{deal.pk}").body
    assert as_rep.put(f"/classes/Deal/{deal.pk}", {"size": 5}).code == 119


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"x": {"type": "Number", "defaultValue": "5"}}, 111),
        ({"x": {"type": "Pointer", "targetClass": "Nope"}}, 111),
        ({"x": {"type": "Pointer", "targetClass": "1x"}}, 103),
        ({"x": {"type": "Pointer", "targetClass": 5}}, 107),
        ({"x": {"type": "String", "choices": "a"}}, 107),
        ({"x": {"type": "String", "choices": ["a"], "defaultValue": "b"}}, 111),
        ({"x": {"type": "String", "label": 5}}, 107),
        ({"x": "String"}, 107),
        ({"length": {"type": "String"}}, 105),
        ({"größe": {"type": "String"}}, 105),
        ({"cursor": {"type": "String"}}, 136),
        ({"created_by": {"type": "String"}}, 136),
        ({"title": {"__op": "Delete"}}, 136),
        ({"title": {"type": "String", "required": False}}, 119),
        ({"nope": {"__op": "Delete"}}, 255),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(master, fields, code):
    answer = put(master, good={"type": "String"}, **fields)
    assert (answer.code, fields_of(Deal)) == (code, ())


def test_what_is_in_use_is_not_deleted(master, monkeypatch):
    put(master, size={"type": "Number"})
    monkeypatch.setattr(definitions, "uses", [lambda field: ["The view “Big” uses it."]])
    answer = put(master, size={"__op": "Delete"})
    assert answer.code == 136
    assert "“Big”" in answer.body["error"]
    assert field_of(Deal, "size")


def test_a_class_that_is_described_as_it_is_is_taken_and_what_more_it_names_is_added(master):
    fields = {name: one for name, one in master.get("/schemas/Deal").body["fields"].items() if name != "ACL"}
    answer = master.post("/schemas/Deal", {"className": "Deal", "fields": {**fields, "size": {"type": "Number"}}})
    assert answer.status == 200
    assert answer.body["fields"]["size"] == {"type": "Number"}
    assert master.post("/schemas", {"className": "Deal", "fields": fields}).status == 200
    assert master.post("/schemas/Deal", {"fields": {"size": {"type": "Number"}}}).code == 103
    assert master.post("/schemas/Deal", {"fields": {**fields, "title": {"type": "Number"}}}).code == 103
