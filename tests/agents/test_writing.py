"""What tools write, and that a dry run writes nothing."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from live.models import Change
from live.undo import own_changes, undo
from pipeline.models import Deal

CALL = {"type": "call", "subject": "Asked for the decision", "completed_at": "2026-03-12T10:00:00Z"}


def everything() -> list[list[dict]]:
    return [list(model.unrestricted.order_by("pk").values()) for model in (Company, Contact, Deal, Activity)]


def test_a_new_company_belongs_to_the_person(as_rep, rep):
    answer = as_rep("create_company", fields={"name": "Bolt Works", "industry": "Tools"})
    [company] = Company.unrestricted.all()
    assert (company.pk, company.name, company.industry, company.created_by) == (
        answer["record"]["id"], "Bolt Works", "Tools", rep
    )  # fmt: skip
    assert answer["url"] == f"http://testserver{company.get_absolute_url()}"
    made = Change.objects.edits().filter(record=company.pk)
    assert set(made.values_list("actor", "face", "change_set")) == {(rep.pk, "mcp", answer["change_set"])}


def test_a_call_is_logged_about_a_deal(as_rep, deal):
    answer = as_rep("log_activity", fields={**CALL, "related_to": f"deal:{deal.pk}"})
    [call] = Activity.unrestricted.all()
    assert (call.pk, call.related_to, call.subject) == (answer["record"]["id"], deal, CALL["subject"])


def test_an_update_changes_what_was_sent_and_tells_it(as_rep, deal):
    answer = as_rep("update_deal", id=deal.pk, fields={"amount": "1500.00", "title": deal.title})
    assert answer["changes"] == [{"field": "amount", "before": "1200.00", "after": "1500.00"}]
    deal.refresh_from_db()
    assert deal.amount == 1500
    assert answer["record"]["amount"] == "1500.00"


def test_an_update_that_changes_nothing_says_so(as_rep, deal):
    Change.objects.all().delete()
    answer = as_rep("update_deal", id=deal.pk, fields={"title": deal.title})
    assert (answer["changes"], answer["change_set"]) == ([], None)
    assert not Change.objects.exists()


def test_a_deal_is_moved(as_rep, deal):
    answer = as_rep("move_deal", id=deal.pk, stage="won")
    assert answer["changes"] == [{"field": "stage", "before": "lead", "after": "won"}]
    deal.refresh_from_db()
    assert deal.stage_id == "won"


def test_who_gives_a_deal_away_is_still_told_what_changed(as_rep, rep, outsider):
    deal = Deal.objects.create(title="Theirs", assigned_to=rep, created_by=outsider)
    answer = as_rep("update_deal", id=deal.pk, fields={"assigned_to": outsider.pk})
    assert answer["changes"] == [{"field": "assigned_to", "before": rep.pk, "after": outsider.pk}]
    assert not Deal.objects.visible_to(rep).exists()


WRITES = {
    "create_company": lambda deal: {"fields": {"name": "x"}},
    "create_contact": lambda deal: {"fields": {"name": "x", "company": deal.company_id}},
    "create_deal": lambda deal: {"fields": {"title": "x", "amount": "5.00"}},
    "log_activity": lambda deal: {"fields": {**CALL, "related_to": f"deal:{deal.pk}"}},
    "update_company": lambda deal: {"id": deal.company_id, "fields": {"name": "x"}},
    "update_contact": lambda deal: {"id": deal.contact_id, "fields": {"name": "x"}},
    "update_deal": lambda deal: {"id": deal.pk, "fields": {"title": "x", "amount": "5.00"}},
    "move_deal": lambda deal: {"id": deal.pk, "stage": "won"},
}


@pytest.mark.parametrize("name", WRITES)
def test_a_dry_run_answers_as_the_real_one_and_leaves_nothing(as_rep, deal, name):
    rows, changes = everything(), Change.objects.count()
    tried = as_rep(name, **WRITES[name](deal), dry_run=True)
    assert (tried["dry_run"], tried["change_set"]) == (True, None)
    assert (everything(), Change.objects.count()) == (rows, changes)
    done = as_rep(name, **WRITES[name](deal))
    kept = {"id", "url", "created_at", "updated_at", "moved_at"}
    assert [answer["changes"] for answer in (tried, done)] == [done["changes"]] * 2
    same = [{key: value for key, value in one["record"].items() if key not in kept} for one in (tried, done)]
    assert same[0] == same[1]
    assert Change.objects.count() > changes


def test_a_dry_run_that_is_refused_leaves_nothing(as_rep, deal):
    rows, changes = everything(), Change.objects.count()
    assert as_rep.refused("create_deal", fields={"title": "x", "stage": "wn"}, dry_run=True) == (400, ["stage"])
    assert (everything(), Change.objects.count()) == (rows, changes)


def test_what_an_agent_wrote_is_undone_like_anything_else(as_rep, rep, deal):
    answer = as_rep("move_deal", id=deal.pk, stage="won")
    undo(own_changes(answer["change_set"], rep), rep, "0123456789")
    deal.refresh_from_db()
    assert deal.stage_id == "lead"


def test_history_says_that_it_was_an_agent(as_rep, rep, deal, browser_of):
    as_rep("move_deal", id=deal.pk, stage="won")
    assert "through an AI agent" in browser_of(rep).get(f"/deals/{deal.pk}/history/").content.decode()


def test_an_added_field_is_written_filtered_and_read(as_rep, deal, add_field):
    add_field("deal", "budgetYear", "Number", label="Budget year")
    answer = as_rep("update_deal", id=deal.pk, fields={"budget_year": 2027})
    assert [(one["field"], one["after"]) for one in answer["changes"]] == [("budget_year", 2027)]
    found = as_rep("list_deals", filters={"budget_year__gte": 2027})["results"]
    assert [(row["id"], row["budget_year"]) for row in found] == [(deal.pk, 2027)]
    assert as_rep.refused("update_deal", id=deal.pk, fields={"budget_year": "soon"}) == (400, ["budget_year"])
