"""The rep's four rows, who may see them, and a stranger's rows that visible ones point to."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user

CAST = ["outsider", "teammate", "reader", "rep", "lead", "admin"]
CLASSES = [Company, Contact, Deal, Activity]
SECRET = "Zzyzx"


@pytest.fixture
def stranger(db):
    return make_user("stranger")


@pytest.fixture
def world(browser_of, request, stranger, company, contact, deal, call, reader):
    """``rows``: the rep's, shared with the reader. ``planted``: a stranger's, that the rep's contact points to."""
    cast = {name: browser_of(request.getfixturevalue(name)) for name in CAST}
    secret = Company.objects.create(name=f"{SECRET} Company", created_by=stranger)
    person = Contact.objects.create(name=f"{SECRET} Contact", company=secret, created_by=stranger)
    planted_deal = Deal.objects.create(title=f"{SECRET} Deal", company=secret, contact=person, created_by=stranger)
    note = Activity.objects.create(subject=f"{SECRET} Activity", related_to=planted_deal, created_by=stranger)
    Contact.unrestricted.filter(pk=contact.pk).update(company=secret)
    rows = {Company: company, Contact: contact, Deal: deal, Activity: call}
    for row in rows.values():
        share(row, reader, "read")
    planted = {Company: secret, Contact: person, Deal: planted_deal, Activity: note}
    return SimpleNamespace(cast=cast, rows=rows, planted=planted)


@pytest.fixture
def rep_page(rep, browser_of):
    return browser_of(rep)


@pytest.fixture
def outsider_page(outsider, browser_of):
    return browser_of(outsider)


@pytest.fixture
def queries():
    """How many statements an address takes, once what is kept in memory is there."""

    def count(client, address: str, *, expected: int = 200, **data) -> int:
        client.get(address, data)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address, data)
        assert response.status_code == expected
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    return count
