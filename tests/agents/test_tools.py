"""The tools as a whole: what they are called, what they say they take, and what they cost."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from activities.models import Activity
from crm.models import Company, Contact
from developers.agents.guide import DOCUMENT, written
from developers.agents.tools import tools
from pipeline.models import Deal

NAMES = {
    "search", "read", "list_companies", "list_contacts", "list_deals", "list_activities", "list_stages", "list_people",
    "whoami", "create_company", "create_contact", "create_deal", "log_activity", "update_company", "update_contact",
    "update_deal", "update_activity", "move_deal",
}  # fmt: skip


@pytest.mark.django_db
def test_these_are_the_tools_and_each_that_writes_has_a_dry_run():
    found = tools()
    assert set(found) == NAMES
    assert {name for name, tool in found.items() if "dry_run" in tool.input["properties"]} == {
        name for name, tool in found.items() if tool.writes
    }


@pytest.mark.django_db
def test_every_schema_is_one_and_refers_to_nothing_outside():
    for tool in tools().values():
        for schema in (tool.input, tool.output):
            Draft202012Validator.check_schema(schema)
            assert "$ref" not in json.dumps(schema)


def test_added_fields_are_in_the_schemas_at_once(as_rep, add_field):
    before = tools()
    add_field("deal", "region", "Choice", choices=["North", "South"])
    after = tools()
    kinds = [one["update_deal"].input["properties"]["fields"]["properties"].get("region") for one in (before, after)]
    assert kinds[0] is None
    assert kinds[1]["enum"] == ["North", "South"]
    assert "region" in after["list_deals"].input["properties"]["filters"]["properties"]


@pytest.mark.django_db
def test_the_document_has_the_tools_as_they_are():
    text = DOCUMENT.read_text()
    assert text == written(text), "run: manage.py agents_guide"


@pytest.mark.django_db
def test_filters_say_which_values_they_take():
    found = tools()["list_activities"].input["properties"]["filters"]["properties"]
    assert (found["done"]["type"], sorted(found["state"]["enum"])) == ("boolean", ["done", "open"])


def test_pages_after_pages_hold_every_row_once(as_rep, rep):
    rows = [Company.objects.create(name=f"C{number}", created_by=rep) for number in range(5)]
    found, cursor = [], None
    while True:
        page = as_rep("list_companies", limit=2, ordering="name", cursor=cursor, count=True)
        assert page["count"] == 5
        found += [row["id"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [row.pk for row in rows]


def test_values_of_a_filter_may_be_several_and_other_than_text(as_rep, deal, call):
    assert [row["id"] for row in as_rep("list_deals", filters={"stage__in": ["lead", "won"]})["results"]] == [deal.pk]
    assert as_rep("list_deals", filters={"amount__gte": 1200.5})["results"] == []
    assert [row["id"] for row in as_rep("list_activities", filters={"done": False})["results"]] == [call.pk]


def test_one_is_told_who_one_is_and_what_stages_there_are(as_rep, rep):
    told = as_rep("whoami")
    assert (told["id"], told["username"], told["currency"]) == (rep.pk, "rep", "USD")
    assert [stage["slug"] for stage in as_rep("list_stages")["stages"]][:2] == ["lead", "qualified"]


def plant(rep, number: int) -> Deal:
    company = Company.objects.create(name=f"Acme {number}", created_by=rep)
    contact = Contact.objects.create(name=f"Acme person {number}", company=company, created_by=rep)
    deal = Deal.objects.create(title=f"Acme deal {number}", company=company, contact=contact, created_by=rep)
    Activity.objects.create(subject="x", related_to=deal, created_by=rep)
    return deal


@pytest.mark.parametrize("name", ["search", "read", "list_deals", "list_activities"])
def test_twice_the_rows_cost_no_more_statements(as_rep, rep, name):
    deal = plant(rep, 0)
    asked = {"search": {"query": "acme"}, "read": {"class": "deal", "id": deal.pk}}.get(name, {})
    costs = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as statements:
            as_rep(name, **asked)
        costs.append(len(statements))
        for number in range(2):
            Activity.objects.create(subject="x", related_to=plant(rep, number), created_by=rep)
            Activity.objects.create(subject="y", related_to=deal, created_by=rep)
    assert costs[1] == costs[2] <= 12


def test_the_file_of_the_portal_has_the_tools_and_the_address(browser_of, rep):
    told = json.loads(browser_of(rep).get("/developers/agents.json").content)
    assert ({tool["name"] for tool in told["tools"]}, told["url"]) == (NAMES, "http://testserver/mcp")
    assert "http://testserver/mcp" in browser_of(rep).get("/developers/").content.decode()
