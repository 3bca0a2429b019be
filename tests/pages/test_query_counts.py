"""The same number of statements at any number of rows, and never more than twelve."""

import pytest
from django.utils import timezone

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user
from tests.pages.reading import at

MOST = 12
LISTS = ["/companies/", "/contacts/", "/deals/", "/activities/", "/pipeline/", "/", "/search/?q=row"]
OPTIONS = ["/companies/options/?q=row", "/contacts/options/?q=row", "/deals/options/?q=row"]
NEW = ["/companies/new/", "/contacts/new/", "/deals/new/", "/activities/new/"]
STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]


def plant(owner, start: int, number: int = 3) -> None:
    """Rows of each class, each with pointers and people of its own."""
    for n in range(start, start + number):
        person = make_user(f"person{n}")
        company = Company.objects.create(name=f"Row {n}", created_by=owner)
        contact = Contact.objects.create(name=f"Row {n}", company=company, created_by=owner)
        deal = Deal.objects.create(
            title=f"Row {n}", company=company, contact=contact, assigned_to=person, created_by=owner
        )
        for target in (company, contact, deal):
            Activity.objects.create(subject=f"Row {n}", related_to=target, created_by=owner, due_date=timezone.now())


def around(center: dict, owner, start: int) -> None:
    """Three more of everything that a record's page shows."""
    for n in range(start, start + 3):
        person = make_user(f"person{n}")
        contact = Contact.objects.create(name=f"C {n}", company=center["company"], created_by=owner)
        Deal.objects.create(title=f"D {n}", company=center["company"], contact=contact, created_by=owner)
        Deal.objects.create(title=f"E {n}", contact=center["contact"], assigned_to=person, created_by=owner)
        for row in center.values():
            share(row, person, "read")
            Activity.objects.create(subject=f"A {n}", related_to=row, created_by=person, due_date=timezone.now())


@pytest.mark.parametrize("who", ["rep", "lead", "admin"])
@pytest.mark.parametrize("address", LISTS + OPTIONS)
def test_a_list_takes_as_many_statements_for_six_rows_as_for_three(
    request, browser_of, queries, rep, lead, who, address
):
    client = browser_of(request.getfixturevalue(who))
    plant(rep, 0)
    three = queries(client, address)
    plant(rep, 3)
    six = queries(client, address)
    assert (three, six <= MOST) == (six, True), (three, six)


@pytest.mark.parametrize("page", ["", "edit", "delete", "sharing"])
@pytest.mark.parametrize("kind", ["company", "contact", "deal"])
def test_a_record_takes_as_many_statements_with_six_of_everything_as_with_three(
    rep, rep_page, queries, company, contact, deal, kind, page
):
    center = {"company": company, "contact": contact, "deal": deal}
    around(center, rep, 0)
    three = queries(rep_page, at(center[kind], page))
    around(center, rep, 3)
    six = queries(rep_page, at(center[kind], page))
    assert (three, six <= MOST) == (six, True), (three, six)


@pytest.mark.parametrize("asked", ["", "?q=a&ordering=-created_at"])
@pytest.mark.parametrize("kind", ["company", "contact", "deal"])
def test_a_record_that_was_opened_from_a_list_takes_few_statements(
    rep, rep_page, queries, company, contact, deal, kind, asked
):
    center = {"company": company, "contact": contact, "deal": deal}
    around(center, rep, 0)
    origin = {"from": f"/{center[kind].plural}/{asked}"}
    three = queries(rep_page, at(center[kind]), **origin)
    around(center, rep, 3)
    six = queries(rep_page, at(center[kind]), **origin)
    assert (three, six <= MOST) == (six, True), (three, six)


@pytest.mark.parametrize("page", ["", "edit", "delete", "sharing"])
def test_an_activity_page_takes_few_statements(rep_page, queries, call, page):
    assert queries(rep_page, at(call, page)) <= MOST


@pytest.mark.parametrize("address", NEW)
def test_a_new_form_takes_as_many_statements_for_six_rows_as_for_three(rep, rep_page, queries, address):
    plant(rep, 0)
    three = queries(rep_page, address)
    plant(rep, 3)
    six = queries(rep_page, address)
    assert (three, six <= MOST) == (six, True), (three, six)


def test_a_column_takes_as_many_statements_for_six_cards_as_for_three(rep, rep_page, queries):
    plant(rep, 0)
    three = queries(rep_page, "/pipeline/lead/")
    plant(rep, 3)
    assert queries(rep_page, "/pipeline/lead/") == three <= MOST


@pytest.mark.parametrize("few", [0, 5_000])
def test_a_board_takes_as_many_statements_with_cards_in_all_stages(rep, rep_page, queries, monkeypatch, few):
    monkeypatch.setattr("pipeline.board.FEW", few)
    plant(rep, 0)
    one = queries(rep_page, "/pipeline/")
    for stage in STAGES:
        Deal.objects.create(title="Row", stage_id=stage, created_by=rep)
    assert queries(rep_page, "/pipeline/") == one <= MOST
