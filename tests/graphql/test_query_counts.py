"""What a list costs does not depend on how many rows it has, nor on how many of its pointers are followed."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal

MOST = 8
DEALS = """{ deals(order: [createdAt_DESC], first: 100) { count edges { cursor node {
    id title amount stage ACL { users { userId } } contact { name email company { name } } company { name }
    assignedTo { username email } } } pageInfo { hasNextPage } } }"""
ACTIVITIES = """{ activities { edges { node { subject relatedTo { ... on Deal { title company { name } }
    ... on Contact { name company { name } } ... on Company { name } } createdBy { username } } } } }"""


@pytest.fixture
def more(rep):
    def make(number: int) -> None:
        for _ in range(number):
            company = Company.objects.create(name="C", created_by=rep)
            contact = Contact.objects.create(name="P", company=company, created_by=rep)
            deal = Deal.objects.create(title="D", contact=contact, company=company, assigned_to=rep, created_by=rep)
            for row in (company, contact, deal):
                Activity.objects.create(subject="A", related_to=row, created_by=rep)

    return make


@pytest.mark.parametrize("query", [DEALS, ACTIVITIES])
def test_list_costs_the_same_with_one_row_and_with_twenty(as_rep, more, statements, query):
    more(1)
    as_rep(query)
    as_rep(query)  # the session is remembered from here
    with statements() as few:
        as_rep(query)
    more(20)
    as_rep(query)  # others' writes may have changed what is remembered of the session
    with statements() as many:
        found = as_rep(query).data
    assert len(next(iter(found.values()))["edges"]) >= 21
    assert len(few) == len(many) <= MOST


def test_one_row_costs_as_little(as_rep, deal, statements):
    query = "query($id: ID!) { deal(id: $id) { title contact { name company { name } } } }"
    as_rep(query, id=deal.pk)
    with statements() as found:
        as_rep(query, id=deal.pk)
    assert len(found) <= 4


def test_what_is_not_asked_is_not_read(as_rep, deal, statements):
    with statements() as found:
        assert as_rep("{ deals { count } }").data == {"deals": {"count": 1}}
    assert not [sql for sql in found if "crm_contact" in sql or "to_json" in sql]


def test_lists_of_members_are_counted_against_the_limit(master, db):
    query = "{ " + " ".join(f"r{n}: roles {{ edges {{ node {{ users {{ count }} }} }} }}" for n in range(20)) + " }"
    reply = master(query)
    assert reply.code == 102
    assert "50 lists and rows" in reply.errors[0]["message"]
