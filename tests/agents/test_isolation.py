"""An agent sees and changes what its person sees and may change. What could leak is planted."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from live.models import Change
from pipeline.models import Deal

LISTS = ["list_companies", "list_contacts", "list_deals", "list_activities"]


@pytest.fixture
def own(outsider):
    """What the outsider has, under the names of what is hidden from him."""
    company = Company.objects.create(name="Acme", website="https://acme.example", created_by=outsider)
    contact = Contact.objects.create(name="Ada Adams", company=company, created_by=outsider)
    deal = Deal.objects.create(title="Rollout", company=company, contact=contact, created_by=outsider)
    call = Activity.objects.create(type="call", subject="First call", related_to=deal, created_by=outsider)
    return {"company": company, "contact": contact, "deal": deal, "activity": call}


def ids(rows: list[dict]) -> set[str]:
    return {row["id"] for row in rows}


@pytest.mark.parametrize("query", ["acme", "Ada", "Rollout", "acme.example"])
def test_outsider_finds_what_is_his_and_nothing_else(as_outsider, own, deal, query):
    found = as_outsider("search", query=query)["results"]
    assert found
    assert ids(found) <= {row.pk for row in own.values()}


def test_outsider_lists_what_is_his_and_nothing_else(as_outsider, own, call):
    found = [ids(as_outsider(name)["results"]) for name in LISTS]
    assert found == [{own[name].pk} for name in ("company", "contact", "deal", "activity")]


def test_filters_find_nothing_of_others(as_outsider, own, call, deal, company, contact):
    asked = [
        ("list_deals", {"company": company.pk}),
        ("list_contacts", {"company": company.pk}),
        ("list_activities", {"related_to": f"deal:{deal.pk}"}),
    ]
    assert [as_outsider(name, filters=filters)["results"] for name, filters in asked] == [[], [], []]


def test_hidden_and_missing_records_are_told_apart_by_no_word(as_outsider, deal, company, contact, call):
    hidden = {"deal": deal, "company": company, "contact": contact, "activity": call}
    for name, row in hidden.items():
        assert as_outsider.refused("read", **{"class": name, "id": row.pk}) == (404, [])
        assert as_outsider.refused("read", **{"class": name, "id": "0000000000"}) == (404, [])


def test_outsider_changes_nothing_that_is_hidden(as_outsider, deal, company, contact, call):
    changes = Change.objects.count()
    for dry in (True, False):
        assert as_outsider.refused("update_deal", id=deal.pk, fields={"title": "x"}, dry_run=dry) == (404, [])
        assert as_outsider.refused("update_company", id=company.pk, fields={"name": "x"}, dry_run=dry) == (404, [])
        assert as_outsider.refused("update_contact", id=contact.pk, fields={"name": "x"}, dry_run=dry) == (404, [])
        assert as_outsider.refused("update_activity", id=call.pk, fields={"subject": "x"}, dry_run=dry) == (404, [])
        assert as_outsider.refused("move_deal", id=deal.pk, stage="won", dry_run=dry) == (404, [])
    assert Change.objects.count() == changes


def test_pointers_to_what_is_hidden_are_refused_by_name(as_outsider, deal, company):
    about = {"type": "call", "subject": "x", "related_to": f"deal:{deal.pk}"}
    assert as_outsider.refused("log_activity", fields=about) == (400, ["related_to"])
    assert as_outsider.refused("create_deal", fields={"title": "x", "company": company.pk}) == (400, ["company"])
    assert not Activity.unrestricted.exists()


def test_reading_brings_along_the_activities_one_may_see(as_outsider, own, call, outsider, deal):
    read = as_outsider("read", **{"class": "deal", "id": own["deal"].pk})
    assert ids(read["activities"]) == {own["activity"].pk}
    assert (read["record"]["company"]["id"], read["record"]["contact"]["id"]) == (own["company"].pk, own["contact"].pk)


def test_who_only_reads_is_refused_by_every_tool_that_writes(assistant_of, reader, deal):
    assistant = assistant_of(reader)
    assert assistant.refused("create_company", fields={"name": "x"}) == (403, [])
    assert assistant.refused("log_activity", fields={"type": "note", "subject": "x"}, dry_run=True) == (403, [])
    assert assistant.refused("move_deal", id=deal.pk, stage="won") == (403, [])


def test_mail_addresses_of_colleagues_are_shown_to_nobody_else(as_outsider, rep, outsider):
    people = {one["username"]: one for one in as_outsider("list_people")["results"]}
    assert (set(people), "email" in people["rep"], "email" in people["outsider"]) == ({"rep", "outsider"}, False, True)
