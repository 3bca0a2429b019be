"""Rows and pages of rows."""

import base64

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from parse.graphql.ids import cursor, global_id
from pipeline.models import Deal

DEAL = """query($id: ID!) { deal(id: $id) {
    id objectId title amount stage createdAt __typename contact { name company { name } } assignedTo { username }
    ACL { users { userId read write } roles { roleName } public { read } } } }"""
ABOUT = "relatedTo { __typename ... on Deal { title } ... on Contact { id name } ... on Company { objectId } }"


@pytest.fixture
def deals(rep):
    stages = ["lead", "won", "lead", "lost", "won"]
    return [
        Deal.objects.create(title=f"D{number}", amount=number * 10 or None, stage_id=stage, created_by=rep)
        for number, stage in enumerate(stages)
    ]


def titles(reply) -> list[str]:
    return [edge["node"]["title"] for edge in reply.data["deals"]["edges"]]


def test_row_comes_with_the_rows_behind_its_pointers(as_rep, deal, rep):
    found = as_rep(DEAL, id=deal.pk).data["deal"]
    assert found.pop("createdAt").endswith("Z")
    mine = {"userId": global_id("_User", rep.pk), "read": True, "write": True}
    assert found == {
        "id": global_id("Deal", deal.pk),
        "objectId": deal.pk,
        "title": "Rollout",
        "amount": 1200,
        "stage": "lead",
        "__typename": "Deal",
        "contact": {"name": "Ada Adams", "company": {"name": "Acme"}},
        "assignedTo": {"username": "rep"},
        "ACL": {"users": [mine], "roles": None, "public": None},
    }


def test_row_is_found_by_either_id_and_as_a_node(as_rep, deal):
    both = global_id("Deal", deal.pk)
    assert as_rep(DEAL, id=both).data == as_rep(DEAL, id=deal.pk).data
    node = "query($id: ID!) { node(id: $id) { id __typename ... on Deal { title } } }"
    assert as_rep(node, id=both).data == {"node": {"id": both, "__typename": "Deal", "title": "Rollout"}}


def test_global_id_is_class_and_id_in_base64(as_rep, deal):
    found = as_rep("query($id: ID!) { deal(id: $id) { id } }", id=deal.pk).data["deal"]["id"]
    assert base64.b64decode(found).decode() == f"Deal:{deal.pk}"


@pytest.mark.parametrize("name", ["Contact", "Deal", "Company"])
def test_what_an_activity_is_about_is_a_row_of_one_of_three_classes(as_rep, rep, deal, name):
    row = {"Contact": deal.contact, "Deal": deal, "Company": deal.company}[name]
    call = Activity.objects.create(type="call", related_to=row, created_by=rep)
    told = {"Deal": {"title": "Rollout"}, "Contact": {"id": global_id("Contact", row.pk), "name": "Ada Adams"},
            "Company": {"objectId": row.pk}}[name]  # fmt: skip
    found = as_rep(f"query($id: ID!) {{ activity(id: $id) {{ {ABOUT} }} }}", id=call.pk)
    assert found.data == {"activity": {"relatedTo": {"__typename": name, **told}}}


def test_activities_are_found_by_what_they_are_about(as_rep, rep, deal, contact):
    about = Activity.objects.create(type="call", subject="deal", related_to=deal, created_by=rep)
    Activity.objects.create(type="call", subject="contact", related_to=contact, created_by=rep)
    Activity.objects.create(type="call", subject="nothing", created_by=rep)
    query = "query($w: ActivityWhereInput) { activities(where: $w) { edges { node { subject } } } }"

    def subjects(where: dict) -> set[str]:
        return {edge["node"]["subject"] for edge in as_rep(query, w=where).data["activities"]["edges"]}

    assert subjects({"relatedTo": {"have": {"objectId": {"equalTo": deal.pk}}}}) == {about.subject}
    assert subjects({"relatedTo": {"have": {"id": {"equalTo": global_id("Deal", deal.pk)}}}}) == {"deal"}
    assert subjects({"relatedTo": {"have": {"stage": {"equalTo": "lead"}}}}) == {"deal"}
    assert subjects({"relatedTo": {"have": {"name": {"exists": True}}}}) == {"contact"}
    assert subjects({"relatedTo": {"haveNot": {"title": {"equalTo": "Rollout"}}}}) == {"contact"}
    assert subjects({"relatedTo": {"exists": False}}) == {"nothing"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"stage": {"equalTo": "lead"}}, ["D0", "D2"]),
        ({"stage": {"in": ["won", "lost"]}, "amount": {"greaterThan": 10}}, ["D3", "D4"]),
        ({"amount": {"exists": False}}, ["D0"]),
        ({"amount": {"equalTo": None}}, ["D0"]),
        ({"title": {"matchesRegex": "^d[12]", "options": "i"}}, ["D1", "D2"]),
        ({"OR": [{"stage": {"equalTo": "lost"}}, {"amount": {"equalTo": 40}}]}, ["D3", "D4"]),
        ({"NOR": [{"stage": {"equalTo": "lead"}}]}, ["D1", "D3", "D4"]),
        ({"stage": None, "contact": {"exists": False}}, ["D0", "D1", "D2", "D3", "D4"]),
    ],
)
def test_conditions_mean_what_they_mean_at_parse(as_rep, deals, where, expected):
    query = "query($w: DealWhereInput) { deals(where: $w, order: [title_ASC]) { count edges { node { title } } } }"
    found = as_rep(query, w=where)
    assert (titles(found), found.data["deals"]["count"]) == (expected, len(expected))


def test_rows_are_found_by_both_ids_at_once(as_rep, deals):
    first, second = deals[0].pk, deals[1].pk
    where = {"id": {"in": [global_id("Deal", first), second]}, "objectId": {"notEqualTo": second}}
    query = "query($w: DealWhereInput) { deals(where: $w) { edges { node { title } } } }"
    assert titles(as_rep(query, w=where)) == ["D0"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("first: 2", ["D0", "D1"]),
        ("first: 0", []),
        ("skip: 3", ["D3", "D4"]),
        (f'after: "{cursor(1)}", first: 2', ["D2", "D3"]),
        (f'before: "{cursor(2)}"', ["D0", "D1"]),
        ("last: 2", ["D3", "D4"]),
        ("last: 1, first: 3", ["D2"]),
    ],
)
def test_pages(as_rep, deals, page, expected):
    assert titles(as_rep(f"{{ deals(order: [title_ASC], {page}) {{ edges {{ node {{ title }} }} }} }}")) == expected


def test_page_tells_what_is_before_and_after_it(as_rep, deals):
    page = "pageInfo { hasPreviousPage hasNextPage startCursor endCursor }"
    found = as_rep(f"{{ deals(order: [title_ASC], skip: 1, first: 2) {{ edges {{ cursor }} {page} count }} }}")
    cursors = [cursor(1), cursor(2)]
    assert found.data["deals"] == {
        "edges": [{"cursor": each} for each in cursors],
        "pageInfo": {
            "hasPreviousPage": True,
            "hasNextPage": True,
            "startCursor": cursors[0],
            "endCursor": cursors[1],
        },
        "count": 5,
    }


@pytest.mark.parametrize("page", ["first: -1", "skip: -1", "last: -1", 'after: "x"', f'before: "{cursor(1)[:-4]}"'])
def test_page_that_there_cannot_be_is_refused(as_rep, page):
    assert as_rep(f"{{ deals({page}) {{ count }} }}").code == 102


def test_aliases_fragments_and_directives(as_rep, deal):
    query = """query($yes: Boolean = true) {
        one: deals(first: 1) { edges { node { ...Head t: title @skip(if: $yes) } } }
        two: deals(first: 1) { edges { node { t: title ... on Node @include(if: $yes) { id } } } } }
        fragment Head on Deal { title contact { ...Who } } fragment Who on Contact { name }"""
    assert as_rep(query).data == {
        "one": {"edges": [{"node": {"title": "Rollout", "contact": {"name": "Ada Adams"}}}]},
        "two": {"edges": [{"node": {"t": "Rollout", "id": global_id("Deal", deal.pk)}}]},
    }


def test_viewer_is_the_caller(as_rep, rep):
    found = as_rep("{ viewer { sessionToken user { objectId username email } } }").data["viewer"]
    token = as_rep.headers["X-Parse-Session-Token"]
    assert found == {
        "sessionToken": token,
        "user": {"objectId": rep.pk, "username": "rep", "email": "rep@parsley.example"},
    }


def test_what_is_answered_is_what_parse_answers(as_rep, rep):
    """Every column of every class, as REST has it."""
    acme = Company.objects.create(name="A", website="https://a.example", industry="I", address="S", created_by=rep)
    ann = Contact.objects.create(name="Ann", email="a@a.example", phone="1", company=acme, notes="n", created_by=rep)
    query = "query($id: ID!) { contact(id: $id) { name email phone notes company { website industry address notes } } }"
    assert as_rep(query, id=ann.pk).data["contact"] == {
        "name": "Ann",
        "email": "a@a.example",
        "phone": "1",
        "notes": "n",
        "company": {"website": "https://a.example", "industry": "I", "address": "S", "notes": None},
    }
