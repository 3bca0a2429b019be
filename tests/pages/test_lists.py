"""Lists: filters, search, sorting, pages, and what a wrong address is answered."""

from datetime import date

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.filters import DealFilter
from pipeline.models import Deal
from records.sharing import share
from records.templatetags import lists
from tests.pages.conftest import CLASSES, SECRET
from tests.pages.reading import Page, again, in_order, listing, shown, told


@pytest.fixture
def deals(rep, company):
    """Three of different amounts and dates, one without any."""
    values = [("Beta", 30, date(2026, 3, 1)), ("alpha", 10, date(2026, 3, 2)), ("Gamma", 20, date(2026, 2, 1))]
    rows = [
        Deal.objects.create(title=title, amount=amount, expected_close_date=day, created_by=rep)
        for title, amount, day in values
    ]
    bare = Deal.objects.create(title="Delta", stage_id="won", company=company, created_by=rep, assigned_to=rep)
    return {row.title: row.pk for row in [*rows, bare]}


@pytest.mark.parametrize(
    ("ordering", "titles"),
    [
        ("title", ["alpha", "Beta", "Delta", "Gamma"]),
        ("-title", ["Gamma", "Delta", "Beta", "alpha"]),
        ("amount", ["alpha", "Gamma", "Beta", "Delta"]),
        ("-amount", ["Beta", "Gamma", "alpha", "Delta"]),
        ("expected_close_date", ["Gamma", "Beta", "alpha", "Delta"]),
        ("-expected_close_date", ["alpha", "Beta", "Gamma", "Delta"]),
        ("created_at", ["Beta", "alpha", "Gamma", "Delta"]),
        ("nonsense", ["Delta", "Gamma", "alpha", "Beta"]),
    ],
)
def test_deals_are_sorted_both_ways_with_empty_values_last(rep_page, deals, ordering, titles):
    response = rep_page.get("/deals/", {"ordering": ordering})
    assert in_order(response, Deal) == [deals[title] for title in titles]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"q": "et"}, {"Beta"}),
        ({"q": "acme"}, {"Delta"}),
        ({"q": "be ta"}, {"Beta"}),
        ({"q": "be no"}, set()),
        ({"q": "%"}, set()),
        ({"stage": "won"}, {"Delta"}),
        ({"stage__in": "won,lost"}, {"Delta"}),
        ({"amount__gte": "20"}, {"Beta", "Gamma"}),
        ({"expected_close_date__gte": "2026-03-01", "expected_close_date__lte": "2026-03-01"}, {"Beta"}),
    ],
)
def test_deals_are_filtered(rep_page, deals, asked, titles):
    assert shown(rep_page.get("/deals/", asked), Deal) == {deals[title] for title in titles}


@pytest.mark.parametrize(
    ("done", "kind", "found"), [("true", "", 1), ("false", "", 1), ("", "CALL", 1), ("", "note", 1)]
)
def test_activities_are_filtered_by_kind_and_by_what_is_done(rep_page, call, rep, done, kind, found):
    note = Activity.objects.create(type="note", subject="Done", created_by=rep)
    note.complete()
    wanted = {note.pk} if done == "true" or kind == "note" else {call.pk}
    assert shown(rep_page.get("/activities/", {"done": done, "type": kind}), Activity) == wanted


@pytest.mark.parametrize("words", [SECRET, "secret.example", "hidden street"])
def test_a_contact_is_not_found_by_the_company_that_its_reader_may_not_see(outsider, outsider_page, contact, words):
    Company.unrestricted.update(name=f"{SECRET} Ltd", website="secret.example", address="hidden street")
    share(contact, outsider, "read")
    response = outsider_page.get("/contacts/", {"q": words})
    assert (shown(response, Contact), f"{SECRET} Ltd" in told(response)) == (set(), False)


def test_a_contact_is_listed_without_the_name_of_a_hidden_company(outsider, outsider_page, contact, company):
    share(contact, outsider, "read")
    response = outsider_page.get("/contacts/")
    assert (shown(response, Contact), shown(response, Company)) == ({contact.pk}, set())
    assert company.name not in told(response)


def test_a_contact_is_found_by_the_company_that_is_seen(rep_page, contact):
    assert shown(rep_page.get("/contacts/", {"q": "acme ada"}), Contact) == {contact.pk}


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("way", ["", "-"])
def test_next_and_previous_walk_all_rows_once_and_back(rep_page, rep, monkeypatch, model, way):
    monkeypatch.setattr("records.lists.PAGE", 3)
    name = {Deal: "title", Activity: "subject"}.get(model, "name")
    rows = [model.objects.create(**{name: "Same"}, created_by=rep).pk for _ in range(8)]
    ordering = {Activity: "due_date", Deal: "expected_close_date", Company: "industry"}.get(model, "name")
    address, pages = f"{listing(model)}?ordering={way}{ordering}", []
    while address:
        response = rep_page.get(address)
        pages.append(in_order(response, model))
        address = turn(response, listing(model), "next")
    assert sorted(pk for page in pages for pk in page) == sorted(rows)
    back = rep_page.get(turn(response, listing(model), "prev"))
    assert in_order(back, model) == pages[1]
    first = rep_page.get(turn(back, listing(model), "prev"))
    assert (in_order(first, model), turn(first, listing(model), "prev")) == (pages[0], None)


def test_the_next_page_keeps_the_filters(rep_page, rep, monkeypatch):
    monkeypatch.setattr("records.lists.PAGE", 2)
    wanted = {Company.objects.create(name="A & B", created_by=rep).pk for _ in range(3)}
    Company.objects.create(name="Other", created_by=rep)
    first = rep_page.get("/companies/", {"q": "a &"})
    second = rep_page.get(turn(first, "/companies/", "next"))
    assert shown(first, Company) | shown(second, Company) == wanted


def turn(response, address: str, way: str) -> str | None:
    links = Page(response).all("a", rel=way)
    return address + links[0]["href"] if links else None


@pytest.mark.parametrize("cursor", ["x", "a.b", "!" * 500, "é", "W10.x"])
@pytest.mark.parametrize("model", CLASSES)
def test_a_bad_cursor_leads_to_the_first_page_under_the_same_filters(rep_page, call, model, cursor):
    response = rep_page.get(listing(model), {"cursor": cursor, "q": "r", "ordering": "updated_at"})
    assert (response.status_code, response.url) == (302, f"{listing(model)}?q=r&ordering=updated_at")


def test_a_cursor_of_another_order_leads_to_the_first_page(rep_page, rep, monkeypatch):
    monkeypatch.setattr("records.lists.PAGE", 1)
    for name in "ab":
        Company.objects.create(name=name, created_by=rep)
    cursor = turn(rep_page.get("/companies/"), "", "next").partition("=")[2]
    assert rep_page.get("/companies/", {"cursor": cursor, "ordering": "-name"}).url == "/companies/?ordering=-name"


BAD = [
    ("amount__gte", "NaN"),
    ("amount__gte", "1e400"),
    ("amount__lte", "1" * 30),
    ("amount__lte", "many"),
    ("expected_close_date__gte", "2026-02-30"),
    ("expected_close_date__lte", "0000-01-01"),
    ("updated_at__gte", "yesterday"),
    ("updated_at__lte", "2026-01-01T25:00:00Z"),
    ("q", "x" * 201),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_filter_value_keeps_the_form_and_says_why(rep_page, deal, name, value):
    response = rep_page.get("/deals/", {"q": "keep me", "stage__in": "lead"} | {name: value})
    page = Page(response)
    assert (response.status_code, shown(response, Deal)) == (400, set())
    assert page.text.count(f"{DealFilter.base_filters[name].label}: ") == 1
    kept = dict(page.form(holding="stage__in").fields)
    assert (kept["stage__in"], kept["q"]) == ("lead", value if name == "q" else "keep me")


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        ("/activities/", "done", "maybe"),
        ("/activities/", "related_to", "user:abc"),
        ("/activities/", "due_date__gte", "soon"),
        ("/contacts/", "updated_at__gte", "soon"),
        ("/companies/", "q", "x" * 70_000),
    ],
)
def test_bad_filter_values_of_other_lists_are_refused_too(rep_page, call, address, name, value):
    response = rep_page.get(address, {name: value})
    label = lists.label_of(response.context["filter"], name)
    assert (response.status_code, f"{label}: " in told(response)) == (400, True)


EDGES = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00"]


@pytest.mark.parametrize("moment", EDGES)
@pytest.mark.parametrize("zone", ["", "Asia/Tokyo", "America/New_York"])
def test_moments_at_the_ends_of_time_are_never_an_error_of_ours(rep_page, rep, call, moment, zone):
    rep.time_zone = zone
    rep.save()
    statuses = [rep_page.get("/activities/", {f"due_date__{way}": moment}).status_code for way in ("gte", "lte")]
    assert set(statuses) <= {200, 400}


@pytest.mark.parametrize("model", CLASSES)
def test_unknown_parameters_change_nothing(rep_page, world, model):
    asked = {"readers__contains": "x", "created_by__password__startswith": "a", "company__name": "Q"}
    assert shown(rep_page.get(listing(model), asked), model) == {world.rows[model].pk}


def test_another_order_can_be_chosen_after_one_was_chosen(rep_page, call):
    """The form holds the order once: of two, the server would read the last."""
    address = "/activities/?ordering=due_date"
    form = Page(rep_page.get(address)).form(holding="done")
    assert [value for name, value in form.fields if name == "ordering"] == ["due_date"]
    response = again(rep_page, "/activities/", rep_page.get(address), holding="done", ordering="-created_at")
    assert response.context["ordering"] == "-created_at"


def test_filtering_keeps_the_order_and_what_the_form_does_not_show(rep_page, deals):
    address = "/deals/?ordering=-amount&amount__gte=15"
    response = again(rep_page, "/deals/", rep_page.get(address), holding="amount__gte", q="a")
    assert in_order(response, Deal) == [deals["Beta"], deals["Gamma"]]


@pytest.mark.parametrize("model", CLASSES)
def test_an_empty_list_says_how_to_begin(outsider_page, model):
    response = outsider_page.get(listing(model))
    assert f"No {model._meta.verbose_name_plural} yet." in told(response)
    assert f"/{model.plural}/new/" in Page(response).links
