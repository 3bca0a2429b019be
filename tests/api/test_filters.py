"""Filters, search and orders of the lists: each by name, and whatever else is asked is refused."""

from datetime import UTC, date, datetime

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.api.answers import V1, faults, ids

DEALS, ACTIVITIES, CONTACTS, COMPANIES = (f"{V1}/{name}/" for name in ("deals", "activities", "contacts", "companies"))


@pytest.fixture
def deals(rep, outsider, company, contact):
    """Three of the rep's, and one that he may not see and that every filter below would match."""

    def make(owner, title, amount, day, **fields):
        return Deal.objects.create(
            title=title, amount=amount, expected_close_date=day, assigned_to=owner, created_by=owner, **fields
        ).pk

    made = {
        "big": make(rep, "Big", 900, date(2026, 1, 10), stage_id="won", company=company),
        "small": make(rep, "Small", "0.5", date(2026, 2, 10), stage_id="lead", contact=contact),
        "bare": make(rep, "Bare", None, None, stage_id="lost"),
    }
    for stage in ("won", "lead", "lost"):
        fields = {"stage_id": stage, "company": company, "contact": contact}
        make(outsider, "Big Small Bare", 100, date(2026, 1, 20), **fields)
    return made


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"stage": "won"}, ["big"]),
        ({"stage": "nowhere"}, []),
        ({"stage__in": "won,lost"}, ["big", "bare"]),
        ({"amount__gte": "1"}, ["big"]),
        ({"amount__lte": "1"}, ["small"]),
        ({"amount__gte": "0.5", "amount__lte": "900"}, ["big", "small"]),
        ({"expected_close_date__gte": "2026-02-01"}, ["small"]),
        ({"expected_close_date__lte": "2026-02-01"}, ["big"]),
        ({"updated_at__gte": "2020-01-01T00:00:00Z"}, ["big", "small", "bare"]),
        ({"updated_at__lte": "2020-01-01T00:00:00Z"}, []),
        ({"q": "bIg"}, ["big"]),
        ({"q": "acme"}, ["big"]),
        ({"q": "big acme"}, ["big"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"assigned_to": "nobody"}, []),
        ({"stage": ""}, ["big", "small", "bare"]),
    ],
)
def test_a_filter_answers_exactly_what_matches_and_is_visible(as_rep, deals, asked, found):
    assert ids(as_rep.get(DEALS, asked)) == {deals[name] for name in found}


def test_deals_are_found_by_their_pointers(as_rep, deals, company, contact, rep, outsider):
    assert ids(as_rep.get(DEALS, {"company": company.pk})) == {deals["big"]}
    assert ids(as_rep.get(DEALS, {"contact": contact.pk})) == {deals["small"]}
    assert ids(as_rep.get(DEALS, {"assigned_to": rep.pk})) == set(deals.values())
    assert ids(as_rep.get(DEALS, {"assigned_to": outsider.pk})) == set()


def test_a_contact_is_not_found_by_the_name_of_a_hidden_company(as_outsider, as_rep, outsider, company):
    contact = Contact.objects.create(name="Bo", company=company, created_by=outsider)
    assert ids(as_outsider.get(CONTACTS, {"q": "acme"})) == set()
    assert ids(as_outsider.get(CONTACTS, {"company": company.pk})) == {contact.pk}


def test_companies_are_found_by_industry_and_creator(as_rep, rep, outsider, company):
    other = Company.objects.create(name="Zeta", created_by=rep).pk
    Company.objects.create(name="Hidden", industry="Tools", created_by=outsider)
    assert ids(as_rep.get(COMPANIES, {"industry": "TOOLS"})) == {company.pk}
    assert ids(as_rep.get(COMPANIES, {"created_by": rep.pk})) == {company.pk, other}


def test_activities_are_found_by_what_they_are_about(as_rep, as_outsider, rep, deal, contact, call):
    note = Activity.objects.create(type="note", related_to=contact, created_by=rep)
    assert ids(as_rep.get(ACTIVITIES, {"related_to": f"deal:{deal.pk}"})) == {call.pk}
    assert ids(as_rep.get(ACTIVITIES, {"related_to": f"contact:{contact.pk}"})) == {note.pk}
    assert ids(as_rep.get(ACTIVITIES, {"related_to": f"contact:{deal.pk}"})) == set()
    assert ids(as_outsider.get(ACTIVITIES, {"related_to": f"deal:{deal.pk}"})) == set()


def test_activities_are_found_by_being_done_and_due(as_rep, rep, call):
    due = datetime(2026, 3, 1, tzinfo=UTC)
    task = Activity.objects.create(type="call", subject="Task", due_date=due, created_by=rep).pk
    done = Activity.objects.create(type="note", completed_at=due, created_by=rep).pk
    assert ids(as_rep.get(ACTIVITIES, {"done": "true"})) == {done}
    assert ids(as_rep.get(ACTIVITIES, {"done": "false", "type": "Call"})) == {call.pk, task}
    assert ids(as_rep.get(ACTIVITIES, {"due_date__lte": "2026-03-01T00:00:00Z"})) == {task}


@pytest.mark.parametrize(
    ("path", "asked", "fields"),
    [
        (DEALS, {"stge": "won"}, ["stge"]),
        (DEALS, {"created_by__password": "x"}, ["created_by__password"]),
        (DEALS, {"readers": "x", "stage__label": "y"}, ["readers", "stage__label"]),
        (DEALS, {"ordering": "readers"}, ["ordering"]),
        (DEALS, {"ordering": "--title"}, ["ordering"]),
        (DEALS, {"ordering": "company__name"}, ["ordering"]),
        (DEALS, {"limit": "0"}, ["limit"]),
        (DEALS, {"limit": "1001"}, ["limit"]),
        (DEALS, {"limit": "9" * 5000}, ["limit"]),
        (DEALS, {"limit": "٣"}, ["limit"]),
        (DEALS, {"count": "maybe"}, ["count"]),
        (DEALS, {"expand": "created_by"}, ["expand"]),
        (DEALS, {"amount__gte": "NaN"}, ["amount__gte"]),
        (DEALS, {"amount__gte": "1e400"}, ["amount__gte"]),
        (DEALS, {"amount__lte": "x"}, ["amount__lte"]),
        (DEALS, {"expected_close_date__gte": "2026-02-30"}, ["expected_close_date__gte"]),
        (DEALS, {"expected_close_date__gte": "0000-01-01"}, ["expected_close_date__gte"]),
        (DEALS, {"updated_at__gte": "yesterday"}, ["updated_at__gte"]),
        (DEALS, {"q": "x" * 201}, ["q"]),
        (DEALS, {"x": "1", "limit": "x", "ordering": "x", "expand": "x", "amount__gte": "x", "count": "x"},
         ["amount__gte", "count", "expand", "limit", "ordering", "x"]),
        (ACTIVITIES, {"done": "perhaps"}, ["done"]),
        (ACTIVITIES, {"related_to": "user:x"}, ["related_to"]),
        (ACTIVITIES, {"related_to": "x"}, ["related_to"]),
        (f"{V1}/users/", {"email": "x"}, ["email"]),
        (f"{V1}/users/", {"q": "x" * 201}, ["q"]),
        (f"{V1}/stages/", {"kind": "won"}, ["kind"]),
    ],
)  # fmt: skip
def test_a_parameter_that_is_unknown_or_wrong_is_refused_by_name(as_rep, path, asked, fields):
    assert faults(as_rep.get(path, asked)) == (400, fields)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00"])
def test_a_moment_at_the_end_of_time_can_be_asked_for(as_rep, moment):
    assert as_rep.get(DEALS, {"updated_at__gte": moment}).status_code in (200, 400)


def test_nul_in_a_parameter_is_refused_by_name(as_rep):
    assert faults(as_rep.get(DEALS, {"q": "a\x00b"})) == (400, ["q"])


def test_a_parameter_of_a_single_record_is_refused_by_name(as_rep, deal):
    assert faults(as_rep.get(f"{DEALS}{deal.pk}/", {"stage": "won", "expand": "x"})) == (400, ["expand", "stage"])


def test_expanded_records_stand_in_the_place_of_their_ids(as_rep, deal, company, contact, rep):
    row = as_rep.get(f"{DEALS}{deal.pk}/", {"expand": "company,contact,assigned_to"}).json()
    assert [row[name]["id"] for name in ("company", "contact", "assigned_to")] == [company.pk, contact.pk, rep.pk]
    assert (row["company"]["name"], row["contact"]["company"]) == ("Acme", company.pk)
    (listed,) = as_rep.get(DEALS, {"expand": "company,contact,assigned_to"}).json()["results"]
    assert listed == row


def test_a_hidden_record_is_not_expanded(as_outsider, outsider, company):
    Contact.objects.create(name="Bo", company=company, created_by=outsider)
    (row,) = as_outsider.get(CONTACTS, {"expand": "company"}).json()["results"]
    assert row["company"] == company.pk
