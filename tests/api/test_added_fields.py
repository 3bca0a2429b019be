"""Custom fields over the REST API: written, read, filtered, sorted, and described by OpenAPI."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Company
from pipeline.models import Deal


@pytest.fixture
def added(add_field):
    kinds = {
        "leadSource": ("Choice", {"choices": ["Fair", "Web"]}),
        "size": ("Number", {}),
        "urgent": ("Boolean", {}),
        "reviewed": ("Date", {}),
        "tags": ("Array", {}),
        "meta": ("Object", {}),
        "colour": ("String", {}),
        "partner": ("Pointer", {"target": "company"}),
        "owner": ("Pointer", {"target": "user"}),
    }
    return {name: add_field("deal", name, kind, **more) for name, (kind, more) in kinds.items()}


def test_outsider_finds_nothing_by_a_custom_field(added, api_of, outsider, rep, deal):
    added["size"].put(deal, 5)
    deal.save()
    assert api_of(outsider).get("/api/v1/deals/?size=5").json()["results"] == []
    assert api_of(outsider).patch(f"/api/v1/deals/{deal.pk}/", {"size": 6}).status_code == 404
    assert [row["size"] for row in api_of(rep).get("/api/v1/deals/?size=5").json()["results"]] == [5]


def test_values_are_written_and_read_in_snake_case(added, api_of, rep, company):
    values = {
        "lead_source": "Web",
        "size": 2.5,
        "urgent": False,
        "reviewed": "2026-03-31T09:30:00.123Z",
        "tags": ["a", 1],
        "meta": {"a": {"b": 1}},
        "colour": "red",
        "partner": company.pk,
        "owner": rep.pk,
    }
    made = api_of(rep).post("/api/v1/deals/", {"title": "x", **values})
    assert made.status_code == 201
    row = api_of(rep).get(f"/api/v1/deals/{made.json()['id']}/").json()
    assert {name: row[name] for name in values} == values
    answer = api_of(rep).patch(f"/api/v1/deals/{row['id']}/", {"size": None, "title": "y"}).json()
    assert (answer["size"], answer["title"], answer["colour"]) == (None, "y", "red")
    assert api_of(rep).put(f"/api/v1/deals/{row['id']}/", answer).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lead_source", "Radio"),
        ("size", "5"),
        ("size", True),
        ("urgent", "yes"),
        ("reviewed", "soon"),
        ("tags", {"a": 1}),
        ("meta", []),
        ("colour", 5),
        ("partner", "c0MpAnYaB1"),
        ("partner", 5),
        ("leadSource", "Web"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(added, api_of, rep, deal, name, value):
    answer = api_of(rep).patch(f"/api/v1/deals/{deal.pk}/", {name: value})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [name])
    assert Deal.unrestricted.get().custom == {}


def test_a_pointer_to_what_is_hidden_is_as_one_to_nothing_unless_it_is_there_already(
    added, api_of, rep, outsider, deal
):
    theirs = Company.objects.create(name="Theirs", created_by=outsider)
    path = f"/api/v1/deals/{deal.pk}/"
    assert api_of(rep).patch(path, {"partner": theirs.pk}).status_code == 400
    added["partner"].put(deal, theirs.pk)
    deal.save()
    assert api_of(rep).patch(path, {"partner": theirs.pk, "size": 1}).json()["size"] == 1


def test_what_is_required_is_asked_of_new_records_alone(add_field, api_of, rep, deal):
    add_field("deal", "size", "Number", required=True)
    add_field("deal", "colour", required=True, default="red")
    assert api_of(rep).post("/api/v1/deals/", {"title": "x"}).json()["errors"][0]["field"] == "size"
    assert api_of(rep).post("/api/v1/deals/", {"title": "x", "size": 1}).json()["colour"] == "red"
    assert api_of(rep).patch(f"/api/v1/deals/{deal.pk}/", {"title": "y"}).status_code == 200
    assert api_of(rep).patch(f"/api/v1/deals/{deal.pk}/", {"size": None}).status_code == 400


@pytest.fixture
def three(added, rep, company):
    rows = {
        "a": {"size": 10, "colour": "Red", "urgent": True, "tags": ["x"], "leadSource": "Web", "partner": company.pk},
        "b": {"size": 9, "reviewed": "2026-03-31T09:30:00.000Z", "owner": rep.pk},
        "c": {},
    }
    for title, held in rows.items():
        Deal.objects.create(
            title=title, created_by=rep, custom={added[name].key: value for name, value in held.items()}
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("size=10", "a"),
        ("size__gte=9.5", "a"),
        ("size__lte=9.5", "b"),
        ("colour=Red", "a"),
        ("colour=red", ""),
        ("colour__contains=ed", "a"),
        ("urgent=true", "a"),
        ("tags=x", "a"),
        ("lead_source=Web", "a"),
        ("lead_source=Radio", ""),
        ("reviewed__gte=2026-03-31", "b"),
        ("reviewed__lt=2026-03-31T09:30:00Z", ""),
        ("owner=me", "b"),
        ("partner=nonsense", ""),
        ("ordering=size", "bac"),
        ("ordering=-size", "abc"),
    ],
)
def test_lists_are_filtered_and_sorted(three, api_of, rep, query, found):
    ordering = "" if "ordering" in query else "&ordering=title"
    rows = api_of(rep).get(f"/api/v1/deals/?{query}{ordering}").json()["results"]
    assert "".join(row["title"] for row in rows) == found


def test_a_sorted_list_is_read_page_by_page(three, api_of, rep):
    for ordering, wanted in (("size", "bac"), ("-size", "abc"), ("colour", "abc"), ("urgent", "abc")):
        seen, address = "", f"/api/v1/deals/?ordering={ordering}&limit=1"
        while address:
            page = api_of(rep).get(address).json()
            seen, address = seen + page["results"][0]["title"], page["next"]
        assert (seen[0], sorted(seen)) == (wanted[0], ["a", "b", "c"])


@pytest.mark.parametrize("query", ["size=ten", "urgent=perhaps", "reviewed__gte=soon", "meta=1", "ordering=meta"])
def test_a_question_that_does_not_fit_is_400(added, api_of, rep, query):
    assert api_of(rep).get(f"/api/v1/deals/?{query}").status_code == 400


def test_openapi_describes_them_at_once(added, api_of, rep, client):
    schema = api_of(rep).get("/api/v1/schema/?format=json", headers={"Accept": "application/json"}).json()
    deal = schema["components"]["schemas"]["Deal"]["properties"]
    assert deal["size"]["type"] == ["number", "null"]
    assert deal["reviewed"]["format"] == "date-time"
    names = {parameter["name"] for parameter in schema["paths"]["/api/v1/deals/"]["get"]["parameters"]}
    assert {"size", "size__gte", "lead_source", "reviewed__lt", "tags", "owner"} <= names
    added["size"].delete()
    schema = api_of(rep).get("/api/v1/schema/?format=json", headers={"Accept": "application/json"}).json()
    assert "size" not in schema["components"]["schemas"]["Deal"]["properties"]


def test_a_list_costs_the_same_with_three_rows_as_with_one(three, api_of, rep):
    api = api_of(rep)
    api.get("/api/v1/deals/")

    def cost(query):
        with CaptureQueriesContext(connection) as context:
            assert api.get(f"/api/v1/deals/?{query}").status_code == 200
        return len(context)

    assert cost("limit=3") == cost("limit=1")
