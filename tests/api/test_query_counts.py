"""The same number of statements however many rows a list has: the literal count, so that one more is noticed.

Each list costs: the token with the caller's rights, the rows, and one for each name that is expanded.
"""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.api.answers import V1
from tests.conftest import make_user

STATEMENTS = {
    "companies/": 2,
    "contacts/?expand=company": 3,
    "deals/?expand=company,contact,assigned_to&count=true": 6,
    "deals/?q=deal&ordering=title&stage__in=lead,won": 3,  # one for the companies that hold the word
    "deals/?ordering=-amount": 3,  # the rows without an amount are a statement of their own
    "activities/?ordering=created_at": 2,
    "users/": 2,
    "stages/": 2,
    "lost-reasons/": 2,
}


def plant(number: int, rep) -> None:
    company = Company.objects.create(name=f"Company {number}", created_by=rep)
    contact = Contact.objects.create(name=f"Contact {number}", company=company, created_by=rep)
    colleague = make_user(f"colleague{number}")
    deal = Deal.objects.create(
        title=f"Deal {number}", company=company, contact=contact, assigned_to=colleague, created_by=rep
    )
    Activity.objects.create(subject="x", related_to=(deal, contact, company)[number % 3], created_by=rep)


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_list_of_six_takes_as_many_statements_as_one_of_three(as_rep, rep, path, django_assert_num_queries):
    for number in range(3):
        plant(number, rep)
    assert len(as_rep.get(f"{V1}/{path}").json()["results"]) >= 3
    with django_assert_num_queries(STATEMENTS[path]):
        as_rep.get(f"{V1}/{path}")
    for number in range(3, 6):
        plant(number, rep)
    with django_assert_num_queries(STATEMENTS[path]):
        assert len(as_rep.get(f"{V1}/{path}").json()["results"]) >= (5 if path == "lost-reasons/" else 6)


def test_a_single_record_takes_two_statements(as_rep, deal, django_assert_num_queries):
    as_rep.get(f"{V1}/deals/{deal.pk}/")
    with django_assert_num_queries(2):
        as_rep.get(f"{V1}/deals/{deal.pk}/")
