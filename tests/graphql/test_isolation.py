"""Nobody is told of what he may not see: not in rows, counts, pages, pointers, conditions or errors."""

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import Session
from activities.models import Activity
from crm.models import Company, Contact
from parse.graphql.ids import global_id
from pipeline.models import Deal
from records.sharing import share

LISTS = {"deals": "title", "contacts": "name", "companies": "name", "activities": "subject"}


@pytest.fixture
def planted(rep, deal, call):
    """What may leak: a row of each class, with words that stand nowhere else."""
    Company.objects.visible_to(rep).update(name="secret company")
    Contact.objects.visible_to(rep).update(name="secret contact")
    Deal.objects.visible_to(rep).update(title="secret deal")
    Activity.objects.visible_to(rep).update(subject="secret activity")
    return {"deal": deal, "contact": deal.contact, "company": deal.company, "activity": call}


@pytest.fixture
def own(outsider):
    """The outsider's: one row of each class."""
    return {
        "deals": Deal.objects.create(title="own", created_by=outsider),
        "contacts": Contact.objects.create(name="own", created_by=outsider),
        "companies": Company.objects.create(name="own", created_by=outsider),
        "activities": Activity.objects.create(subject="own", created_by=outsider),
    }


def page(name: str, arguments: str = "") -> str:
    return (
        f"{{ {name}{arguments} {{ count edges {{ node {{ objectId {LISTS[name]} }} }} pageInfo {{ hasNextPage }} }} }}"
    )


@pytest.mark.parametrize("name", LISTS)
def test_outsider_finds_exactly_his_own_rows(as_outsider, planted, own, name):
    found = as_outsider(page(name)).data[name]
    assert found == {
        "count": 1,
        "edges": [{"node": {"objectId": own[name].pk, LISTS[name]: "own"}}],
        "pageInfo": {"hasNextPage": False},
    }


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("arguments", ["(skip: 1)", "(last: 5)", "(first: 0)", '(after: "YXJyYXljb25uZWN0aW9uOjA=")'])
def test_outsider_is_told_of_no_other_page(as_outsider, planted, own, name, arguments):
    reply = as_outsider(page(name, arguments))
    assert reply.data[name]["count"] == 1
    assert b"secret" not in reply.content


@pytest.mark.parametrize("single", ["deal", "contact", "company", "activity"])
@pytest.mark.parametrize("form", ["one", "node"])
def test_hidden_row_is_as_missing(as_outsider, planted, single, form):
    key = planted[single].pk

    def asked(key: str):
        title = single.capitalize()
        return as_outsider(
            f'{{ {single}(id: "{key}") {{ id }} }}'
            if form == "one"
            else f'{{ node(id: "{global_id(title, key)}") {{ id }} }}'
        )

    hidden, missing = asked(key), asked("0000000000")
    assert (hidden.code, hidden.status) == (101, 200)
    assert hidden.body == missing.body


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_outsider_changes_nothing_that_is_hidden(as_outsider, rep, planted, verb):
    fields = {"fields": {"title": "taken"}} if verb == "update" else {}
    kind = f"{verb.capitalize()}DealInput!"
    query = f"mutation($i: {kind}) {{ {verb}Deal(input: $i) {{ deal {{ id }} }} }}"
    assert as_outsider(query, i={"id": planted["deal"].pk, **fields}).code == 101
    assert Deal.objects.visible_to(rep).get().title == "secret deal"


@pytest.fixture
def pointing(own, planted):
    """The outsider's contact, which points at a company that is hidden from him, and has its name."""
    rows = Contact.unrestricted.filter(pk=own["contacts"].pk)
    rows.update(company=planted["company"], name="secret company")
    return own["contacts"]


def test_pointer_to_a_hidden_row_is_empty(as_outsider, pointing):
    query = "{ contacts { edges { node { objectId company { objectId name createdBy { username } } } } } }"
    assert as_outsider(query).data["contacts"]["edges"] == [{"node": {"objectId": pointing.pk, "company": None}}]


def test_hidden_row_behind_relatedto_is_empty(as_outsider, own, planted):
    kind = ContentType.objects.get_for_model(Deal)
    rows = Activity.unrestricted.filter(pk=own["activities"].pk)
    rows.update(related_type=kind, related_id=planted["deal"].pk)
    query = "{ activities { edges { node { subject relatedTo { __typename ... on Deal { title } } } } } }"
    nodes = [edge["node"] for edge in as_outsider(query).data["activities"]["edges"]]
    assert nodes == [{"subject": "own", "relatedTo": None}]


@pytest.mark.parametrize(
    "where",
    [
        {"company": {"have": {"name": {"equalTo": "secret company"}}}},
        {"company": {"have": {"objectId": {"exists": True}}}},
        {"company": {"have": {"name": {"matchesRegex": "^secret"}}}},
        {"name": {"inQueryKey": {"query": {"className": "Company", "where": {}}, "key": "name"}}},
        {"name": {"inQueryKey": {"query": {"className": "Company", "where": {"name": {"exists": 1}}}, "key": "name"}}},
    ],
)
def test_condition_on_hidden_rows_finds_nothing(as_outsider, pointing, where):
    Company.unrestricted.filter(created_by=pointing.created_by).delete()
    query = "query($w: ContactWhereInput) { contacts(where: $w) { count } }"
    assert as_outsider(query, w=where).data["contacts"]["count"] == 0


def test_nothing_is_linked_to_a_hidden_row(as_outsider, own, planted, outsider):
    query = "mutation($i: UpdateDealInput!) { updateDeal(input: $i) { deal { contact { name } } } }"
    link = {"contact": {"link": planted["contact"].pk}}
    assert as_outsider(query, i={"id": own["deals"].pk, "fields": link}).code == 101
    about = "mutation($i: CreateActivityInput!) { createActivity(input: $i) { activity { id } } }"
    for name in ("Deal", "Contact", "Company"):
        key = planted[name.lower()].pk
        for pointer in ({"link": key}, {"link": global_id(name, key)}, {"link": key, "class": name}):
            assert as_outsider(about, i={"fields": {"relatedTo": pointer}}).code == 101
    assert Activity.objects.visible_to(outsider).count() == 1


def test_people_roles_and_sessions_of_others_are_not_told(as_outsider, outsider, rep, admin):
    Session.start(rep)
    users = as_outsider("{ users { count edges { node { username email } } } }").data["users"]
    assert users == {"count": 1, "edges": [{"node": {"username": "outsider", "email": "outsider@parsley.example"}}]}
    sessions = as_outsider("{ sessions { count edges { node { user { username } installationId } } } }").data[
        "sessions"
    ]
    assert sessions == {"count": 1, "edges": [{"node": {"user": {"username": "outsider"}, "installationId": None}}]}
    token = as_outsider.headers["X-Parse-Session-Token"]
    tokens = as_outsider("{ sessions { edges { node { sessionToken } } } }").data["sessions"]["edges"]
    assert tokens == [{"node": {"sessionToken": token}}]
    assert as_outsider("query($id: ID!) { user(id: $id) { username } }", id=rep.pk).code == 101


def test_owner_assignee_and_lead_see_what_an_outsider_does_not(graph_of, planted, rep, lead, admin):
    for user in (rep, lead, admin):
        found = graph_of(user)("{ deals { edges { node { title } } } }").data["deals"]["edges"]
        assert found == [{"node": {"title": "secret deal"}}], user


def test_who_may_only_read_changes_nothing(graph_of, rep, reader, planted):
    query = "mutation($i: UpdateDealInput!) { updateDeal(input: $i) { deal { title } } }"
    assert graph_of(reader)(query, i={"id": planted["deal"].pk, "fields": {"title": "x"}}).code == 119
    assert Deal.objects.visible_to(rep).get().title == "secret deal"


@pytest.mark.parametrize(
    "query", ["{ deals { count } }", "{ deals { __typename } }", '{ deal(id: "0000000000") { id } }']
)
def test_who_is_not_signed_in_is_told_nothing_of_records(nobody, planted, query):
    reply = nobody(query)
    assert (reply.code, reply.body["data"]) == (101, None)


def test_cookie_of_a_browser_opens_nothing(browser_of, rep, planted):
    browser = browser_of(rep)
    assert browser.post("/graphql", {"query": "{ deals { count } }"}, "application/json").status_code == 403
    headers = {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "parsley-rest"}
    reply = browser.post("/graphql", {"query": "{ viewer { sessionToken } }"}, "application/json", headers=headers)
    assert reply.json()["errors"][0]["extensions"] == {"code": 209}


@pytest.mark.parametrize("query", ["{ deals { count } }", "{ health }", "{", "{ viewer { sessionToken } }"])
def test_session_that_ended_opens_nothing_and_is_told_so(as_rep, rep, query):
    as_rep("{ deals { count } }")  # it is remembered from here
    rep.sessions.all().delete()
    reply = as_rep(query)
    assert (reply.status, reply.body) == (400, {"code": 209, "error": "Invalid session token"})


def test_rights_that_were_taken_away_count_at_once(graph_of, reader, rep, deal):
    share(deal, reader, "write")
    client = graph_of(reader)
    query = "{ deals { edges { node { title } } } }"
    assert client(query).data["deals"]["edges"] == [{"node": {"title": "Rollout"}}]
    reader.groups.clear()
    assert client(query).code == 119
    change = "mutation($i: DeleteDealInput!) { deleteDeal(input: $i) { deal { id } } }"
    assert client(change, i={"id": deal.pk}).code == 119
    assert Deal.objects.visible_to(rep).count() == 1
