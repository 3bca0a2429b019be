"""``/classes``: rows are listed, read, made, changed and deleted as the seeds' programs do it."""

import pytest

from activities.models import Activity
from crm.models import Contact
from pipeline.models import Deal
from tests.parse.conftest import pointer, when

DEALS = "/classes/Deal"


def test_outsider_finds_no_deal_and_gets_101_for_one_by_id(as_outsider, deal):
    assert as_outsider.get(DEALS).body == {"results": []}
    answers = [as_outsider("GET", f"{DEALS}/{deal.pk}"), as_outsider.put(f"{DEALS}/{deal.pk}", {"stage": "won"})]
    assert [(one.status, one.code, one.body["error"]) for one in answers] == [(404, 101, "Object not found.")] * 2
    gone = as_outsider.delete(f"{DEALS}/{deal.pk}")
    assert (gone.status, gone.body) == (404, {"code": 101, "error": "Object not found for delete."})
    assert Deal.unrestricted.get().stage_id == "lead"


def test_nobody_signed_in_gets_101_with_status_404(nobody, deal):
    for answer in (nobody.get(DEALS), nobody.get(f"{DEALS}/{deal.pk}"), nobody.post(DEALS, {"title": "x"})):
        assert (answer.status, answer.code) == (404, 101)


def test_a_deal_is_answered_as_parse_writes_rows(as_rep, deal, rep, contact, company):
    deal.notes, deal.expected_close_date = "Soon", "2026-07-01"
    deal.save()
    row = as_rep.get(DEALS).body["results"][0]
    assert len(row.pop("createdAt")) == len(row.pop("updatedAt")) == len("2026-01-01T00:00:00.000Z")
    assert row == {
        "objectId": deal.pk,
        "title": "Rollout",
        "amount": 1200,
        "stage": "lead",
        "contact": pointer(contact),
        "company": pointer(company),
        "expectedCloseDate": when("2026-07-01T00:00:00.000Z"),
        "notes": "Soon",
        "assignedTo": pointer(rep),
        "ACL": {rep.pk: {"read": True, "write": True}},
    }


def test_a_column_without_a_value_is_absent(as_rep, rep):
    made = as_rep.post(DEALS, {"title": "Bare"}).body
    row = as_rep.get(f"{DEALS}/{made['objectId']}").body
    assert set(row) == {"objectId", "title", "stage", "createdAt", "updatedAt", "ACL"}
    assert row["stage"] == "lead"
    assert row["createdAt"] == row["updatedAt"] == made["createdAt"]


def test_a_new_row_is_answered_with_its_id_time_and_address(as_rep, rep):
    answer = as_rep.post(DEALS, {"title": "New", "stage": "proposal", "amount": 12.5})
    assert answer.status == 201
    assert set(answer.body) == {"objectId", "createdAt"}
    assert answer.headers["Location"] == f"http://testserver/parse/classes/Deal/{answer.body['objectId']}"
    deal = Deal.unrestricted.get()
    assert (deal.title, deal.stage_id, deal.amount, deal.created_by) == ("New", "proposal", 12.5, rep)


def test_an_update_changes_what_it_names_and_nothing_else(as_rep, deal):
    answer = as_rep.put(f"{DEALS}/{deal.pk}", {"stage": "won"})
    assert (answer.status, set(answer.body)) == (200, {"updatedAt"})
    row = as_rep.get(f"{DEALS}/{deal.pk}").body
    assert (row["stage"], row["title"], row["updatedAt"]) == ("won", "Rollout", answer.body["updatedAt"])


def test_null_and_the_delete_operation_clear_a_column(as_rep, deal):
    as_rep.put(f"{DEALS}/{deal.pk}", {"amount": None, "contact": {"__op": "Delete"}})
    row = as_rep.get(f"{DEALS}/{deal.pk}").body
    assert "amount" not in row
    assert "contact" not in row


def test_a_deleted_row_is_gone(as_rep, deal):
    assert as_rep.delete(f"{DEALS}/{deal.pk}").body == {}
    assert as_rep.get(f"{DEALS}/{deal.pk}").code == 101
    assert not Deal.unrestricted.exists()


@pytest.mark.parametrize("target", ["deal", "contact", "company"])
def test_an_activity_is_saved_found_and_included_about_each_class(as_rep, request, target):
    record = request.getfixturevalue(target)
    made = as_rep.post("/classes/Activity", {"type": "call", "relatedTo": pointer(record)}).body["objectId"]
    found = as_rep.get("/classes/Activity", where={"relatedTo": pointer(record)}, include="relatedTo")
    assert found.ids == {made}
    assert found.body["results"][0]["relatedTo"]["__type"] == "Object"
    assert found.body["results"][0]["relatedTo"]["objectId"] == record.pk


def test_an_activity_about_a_user_is_111(as_rep, rep):
    answer = as_rep.post("/classes/Activity", {"relatedTo": pointer(rep)})
    assert (answer.status, answer.code) == (400, 111)
    assert not Activity.unrestricted.exists()


def test_a_pointer_to_a_hidden_row_is_refused_like_one_to_none(as_outsider, contact):
    hidden = as_outsider.post(DEALS, {"title": "x", "contact": pointer(contact)})
    missing = {**pointer(contact), "objectId": "nopenopeno"}
    assert hidden.code == 101
    assert hidden.body == as_outsider.post(DEALS, {"title": "x", "contact": missing}).body


def test_dates_have_milliseconds_whatever_was_sent(as_rep):
    body = {"subject": "x", "dueDate": when("2026-03-01T10:00:00Z"), "completedAt": when("2026-03-01T10:00:00.123456Z")}
    made = as_rep.post("/classes/Activity", body).body["objectId"]
    row = as_rep.get(f"/classes/Activity/{made}").body
    assert row["dueDate"] == when("2026-03-01T10:00:00.000Z")
    assert row["completedAt"] == when("2026-03-01T10:00:00.123Z")


def test_created_by_is_the_caller_whatever_he_says(as_rep, rep, outsider):
    as_rep.post("/classes/Contact", {"name": "Ada", "createdBy": pointer(outsider)})
    assert Contact.unrestricted.get().created_by == rep


def test_the_master_key_says_who_created_a_row(master, outsider):
    answer = master.post("/classes/Contact", {"name": "Ada", "createdBy": pointer(outsider)})
    assert answer.status == 201
    assert Contact.unrestricted.get().created_by == outsider
