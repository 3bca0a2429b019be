"""What one does with records: all four verbs, and the lists of a pipeline."""

from typing import Any

import pytest

from tests.acceptance.prompt import proves
from tests.parse.conftest import pointer, when

MADE = {
    "Company": {"name": "One"},
    "Contact": {"name": "One"},
    "Deal": {"title": "One"},
    "Activity": {"subject": "One"},
}


@pytest.mark.parametrize("name", MADE)
@proves(9)
def test_a_record_is_created_read_changed_and_deleted(as_rep, name):
    [column] = MADE[name]
    made = as_rep.post(f"/classes/{name}", MADE[name])
    path = f"/classes/{name}/{made.body['objectId']}"
    assert (made.status, as_rep.get(path).body[column]) == (201, "One")
    assert as_rep.put(path, {column: "Two"}).status == 200
    assert [row[column] for row in as_rep.get(f"/classes/{name}").body["results"]] == ["Two"]
    assert (as_rep.delete(path).status, as_rep.get(path).code) == (200, 101)
    assert as_rep.get(f"/classes/{name}").ids == set()


def titles(client, **asked: Any) -> list[str]:
    return [row["title"] for row in client.get("/classes/Deal", **asked).body["results"]]


@pytest.fixture
def pipeline(as_rep, as_outsider):
    """Three deals of a stage, one of another, and one that is somebody else's."""
    for title, day in [("late", "2031-09-01"), ("soon", "2031-03-01"), ("middle", "2031-06-01")]:
        close = when(f"{day}T00:00:00.000Z")
        key = as_rep.post("/classes/Deal", {"title": title, "stage": "proposal", "expectedCloseDate": close}).body
        if title == "late":
            last = key["objectId"]
    as_rep.post("/classes/Deal", {"title": "elsewhere", "stage": "lead"})
    as_outsider.post("/classes/Deal", {"title": "not yours", "stage": "proposal"})
    as_rep.put(f"/classes/Deal/{last}", {"notes": "Changed last."})
    return as_rep


@proves(10)
def test_a_stage_is_listed_by_close_date(pipeline):
    asked = {"where": {"stage": "proposal"}}
    assert titles(pipeline, **asked, order="expectedCloseDate") == ["soon", "middle", "late"]
    assert titles(pipeline, **asked, order="-expectedCloseDate") == ["late", "middle", "soon"]


@proves(10)
def test_a_stage_is_listed_by_last_change(pipeline):
    assert titles(pipeline, where={"stage": "proposal"}, order="-updatedAt") == ["late", "middle", "soon"]


@proves(11)
def test_activities_are_listed_by_what_they_are_about(as_rep, deal, contact):
    for about, subject in [(deal, "Of the deal"), (contact, "Of the contact")]:
        as_rep.post("/classes/Activity", {"type": "call", "subject": subject, "relatedTo": pointer(about)})
    for about, subject in [(deal, "Of the deal"), (contact, "Of the contact")]:
        found = as_rep.get("/classes/Activity", where={"relatedTo": pointer(about)}).body["results"]
        assert [row["subject"] for row in found] == [subject]
