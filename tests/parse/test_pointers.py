"""Pointers that are set together: each is asked for, whatever its class and its place in the body."""

import pytest

from tests.parse.conftest import pointer


@pytest.fixture
def pointers(rep, contact, company):
    return {"assignedTo": pointer(rep), "contact": pointer(contact), "company": pointer(company)}


def test_outsider_sets_none_of_them(as_outsider, pointers):
    for names in (["assignedTo", "contact"], ["contact", "assignedTo"], ["company"]):
        body = {"title": "Mine", **{name: pointers[name] for name in names}}
        assert as_outsider.post("/classes/Deal", body).code == 101


@pytest.mark.parametrize("names", [["assignedTo", "contact"], ["contact", "assignedTo"], ["company", "contact"]])
def test_pointers_to_people_and_records_are_set_in_any_order(as_rep, pointers, names):
    chosen = {name: pointers[name] for name in names}
    made = as_rep.post("/classes/Deal", {"title": "Mine", **chosen})
    row = as_rep.get(f"/classes/Deal/{made.body['objectId']}").body
    assert {name: row[name] for name in names} == chosen
