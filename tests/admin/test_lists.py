"""Lists of the administration: the same cost at any size, and nothing told beside the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.admin_lists import LimitedPaginator
from accounts.models import Role, Session, Team, Try, User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal, Stage
from records.sharing import share
from tests.admin.pages import listed, listing, suggested


def plant(number: int, owner: User, start: int = 0) -> None:
    """Rows of every class that the administration lists, each with pointers of its own."""
    for n in range(start, start + number):
        person = User.objects.create_user(f"person{n}", f"person{n}@parsley.example")
        company = Company.objects.create(name=f"Firm {n}", created_by=owner)
        contact = Contact.objects.create(name=f"Friend {n}", company=company, created_by=person)
        deal = Deal.objects.create(title=f"Sale {n}", company=company, contact=contact, assigned_to=person)
        for target in (company, contact, deal):
            Activity.objects.create(subject=f"Call {n}", related_to=target, created_by=person)
        Team.objects.create(name=f"Team {n}", parent=Team.objects.first()).leads.add(person)
        Role.objects.create(name=f"Role {n}")
        Session.start(person)
        Try.objects.create(key=f"account:{n}")
        Stage.objects.create(slug=f"stage{n}", label=f"Stage {n}")


@pytest.mark.parametrize("desk", ["root_desk", "admin_desk"])
@pytest.mark.parametrize("model", [Company, Contact, Deal, Activity, User, Team, Role, Session, Try, Stage])
def test_a_list_takes_as_many_queries_for_six_rows_as_for_three(request, desk, rep, model):
    client = request.getfixturevalue(desk)
    counts = []
    for start in (0, 3):
        plant(3, rep, start)
        client.get(listing(model))  # what is kept in memory after the first time
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(listing(model))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


@pytest.mark.parametrize("model", [Company, Contact, Deal, Activity, User])
@pytest.mark.parametrize("query", [{}, {"q": "a"}])
def test_no_list_counts_the_whole_table(root_desk, deal, model, query):
    with CaptureQueriesContext(connection) as queries:
        root_desk.get(listing(model), query)
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(counts) == 1
    assert all("LIMIT 10001) subquery" in sql for sql in counts)


def test_suggestions_do_not_count_the_whole_table_either(root_desk, company):
    with CaptureQueriesContext(connection) as queries:
        suggested(root_desk, Contact, "company")
    assert all("LIMIT 10001) subquery" in query["sql"] for query in queries if "COUNT(" in query["sql"])


def test_a_list_beyond_the_limit_says_that_there_is_more(root_desk, rep, monkeypatch):
    plant(3, rep)
    monkeypatch.setattr(LimitedPaginator, "limit", 2)
    page = root_desk.get(listing(Company))
    assert "more than 2" in page.content.decode()
    assert "more than 2 results" in root_desk.get(listing(Company), {"q": "firm"}).content.decode()
    monkeypatch.setattr(LimitedPaginator, "limit", 3)
    assert "more than" not in root_desk.get(listing(Company)).content.decode()


@pytest.mark.parametrize(
    ("model", "words"),
    [(Company, "firm 1"), (Contact, "friend 1"), (Deal, "sale 1"), (Activity, "call 1"), (User, "person1")],
)
def test_search_finds_rows_by_all_words(root_desk, rep, model, words):
    plant(3, rep)
    found = listed(root_desk, model, q=words)
    assert {str(row) for row in getattr(model, "unrestricted", model.objects).filter(pk__in=found)} == {
        words.capitalize() if model is not User else words
    }


def test_search_by_the_name_of_a_hidden_company_finds_nothing(outsider_desk, outsider, contact):
    share(contact, outsider, "read")
    contact.company.contacts.filter(pk=contact.pk)
    assert listed(outsider_desk, Contact, q="ada") == {contact.pk}
    Company.unrestricted.update(name="Zebra")
    assert listed(outsider_desk, Contact, q="zebra") == set()


@pytest.mark.parametrize(
    "lookup", ["readers__contains", "company__name__startswith", "created_by__password__startswith", "title__regex"]
)
def test_the_address_cannot_ask_about_other_columns(rep_desk, deal, lookup):
    assert rep_desk.get(listing(Deal), {lookup: "a"}).status_code == 400


@pytest.mark.parametrize(
    ("model", "lookup"), [(Session, "digest__startswith"), (User, "password__startswith"), (Try, "key__regex")]
)
def test_secrets_cannot_be_guessed_letter_by_letter(root_desk, model, lookup):
    assert root_desk.get(listing(model), {lookup: "a"}).status_code == 400


def test_deals_are_filtered_by_stage(rep_desk, deal, rep):
    Deal.objects.create(title="Done", stage_id="won", created_by=rep)
    assert listed(rep_desk, Deal, stage__slug__exact="lead") == {deal.pk}


def test_activities_are_filtered_by_type_and_by_what_is_done(rep_desk, call, rep):
    note = Activity.objects.create(type="note", subject="Done", created_by=rep)
    note.complete()
    assert listed(rep_desk, Activity, type="call") == {call.pk}
    assert listed(rep_desk, Activity, completed_at__isempty="0") == {note.pk}


@pytest.mark.parametrize("query", [{"p": "99999"}, {"p": "x"}, {"o": "zz.9"}, {"stage__slug__exact": "nowhere"}])
def test_a_strange_address_is_answered(rep_desk, deal, query):
    assert rep_desk.get(listing(Deal), query, follow=True).status_code == 200
