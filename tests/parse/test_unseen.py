"""``{"write": true}`` alone: the row is written through /parse without being read, and no face shows anything of it."""

import pytest

from accounts.models import User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import grants_of, share
from tests.graphql.conftest import GraphClient
from tests.parse.conftest import KEYS, pointer

BLIND, WHOLE = {"write": True}, {"read": True, "write": True}
NAMES = {"Company": "name", "Contact": "name", "Deal": "title", "Activity": "subject"}
MODELS = {"Company": Company, "Contact": Contact, "Deal": Deal, "Activity": Activity}
SECRET = "Zzyzx"


@pytest.fixture
def rows(as_rep, rep, outsider):
    """One of each class, which the outsider may write and not read."""
    acl = {rep.pk: WHOLE, outsider.pk: BLIND}

    def made(name: str, **more) -> dict:
        body = {NAMES[name]: SECRET, "ACL": acl, **more}
        key = as_rep.post(f"/classes/{name}", body).body["objectId"]
        return {"__type": "Pointer", "className": name, "objectId": key}

    company = made("Company")
    contact = made("Contact", company=company)
    deal = made("Deal", company=company, contact=contact)
    return {"Company": company, "Contact": contact, "Deal": deal, "Activity": made("Activity", relatedTo=deal)}


def address(row: dict) -> str:
    return f"/classes/{row['className']}/{row['objectId']}"


@pytest.mark.parametrize("name", NAMES)
def test_outsider_writes_and_is_told_nothing(as_outsider, as_rep, rows, name):
    at = address(rows[name])
    answer = as_outsider.put(at, {NAMES[name]: "Written"})
    assert (answer.status, set(answer.body)) == (200, {"updatedAt"})
    assert as_rep.get(at).body[NAMES[name]] == "Written"
    assert as_outsider.get(at).code == 101


@pytest.mark.parametrize("name", NAMES)
def test_outsider_deletes_it_blindly_too(as_outsider, rows, name):
    assert as_outsider.delete(address(rows[name])).body == {}
    assert not MODELS[name].unrestricted.filter(pk=rows[name]["objectId"]).exists()


@pytest.mark.parametrize("name", NAMES)
def test_no_question_of_a_parse_client_finds_it(as_outsider, rows, name):
    at = f"/classes/{name}"
    for where in ({}, {"objectId": rows[name]["objectId"]}, {NAMES[name]: SECRET}, {NAMES[name]: {"$exists": True}}):
        assert as_outsider.get(at, where=where, count=1).body == {"results": [], "count": 0}
    Deal.objects.create(title=SECRET, created_by=User.objects.get(username="outsider"))
    key = {"query": {"className": name, "where": {}}, "key": NAMES[name]}
    found = as_outsider.get("/classes/Deal", where={"title": {"$select": key}}).ids
    assert len(found) == (name == "Deal")  # by its own title alone


@pytest.mark.parametrize("name", NAMES)
def test_no_other_face_shows_or_changes_it(browser_of, api_of, outsider, rows, name):
    model, key = MODELS[name], rows[name]["objectId"]
    browser, api = browser_of(outsider), api_of(outsider)
    for page in ("", "edit/", "delete/", "sharing/", "history/"):
        assert browser.get(f"/{model.plural}/{key}/{page}").status_code == 404
    assert browser.post(f"/{model.plural}/{key}/edit/", {NAMES[name]: "Written"}).status_code == 404
    for page in (f"/{model.plural}/", "/", "/pipeline/", f"/search/?q={SECRET[:4]}", f"/{model.plural}/export/"):
        assert SECRET not in b"".join(browser.get(page)).decode()
    over = browser.post(f"/{model.plural}/selection/", {"action": "delete", "row": [key]})
    assert over.status_code == 303
    at = f"/api/v1/{model.plural}/{key}/"
    assert [api.get(at).status_code, api.patch(at, {}).status_code, api.delete(at).status_code] == [404] * 3
    assert model.unrestricted.get(pk=key).pk == key


def test_it_is_not_among_what_one_may_read_change_or_delete(outsider, rows):
    for name, model in MODELS.items():
        row, kind = model.unrestricted.get(), model._meta
        assert not model.objects.visible_to(outsider).exists() | model.objects.editable_by(outsider).exists()
        assert not model.objects.deletable_by(outsider).exists()
        verbs = [f"{kind.app_label}.{verb}_{kind.model_name}" for verb in ("view", "change", "delete")]
        assert not any(outsider.has_perm(verb, row) for verb in verbs), name
        assert list(model.objects.editable_by(outsider, unseen=True)) == [row]


def test_graphql_shows_nothing_of_it(as_outsider, rows):
    graph = GraphClient(KEYS, as_outsider.token)
    key = rows["Deal"]["objectId"]
    for query in (
        "query($id: ID!) { deal(id: $id) { title } }",
        '{ deals(where: {title: {equalTo: "Zzyzx"}}) { count edges { node { title } } } }',
        "mutation($id: ID!) { updateDeal(input: {id: $id, fields: {amount: 5}}) { deal { title } } }",
        "mutation($id: ID!) { deleteDeal(input: {id: $id}) { deal { title } } }",
    ):
        assert SECRET not in str(graph(query, **({"id": key} if "$id" in query else {})).body)


def test_writing_passes_on_no_reach(as_outsider, rows, rep):
    """Whoever may read a deal may read its contact: who only writes it may not, nor what is about it."""
    assert as_outsider.get("/classes/Activity").ids == set()
    assert as_outsider.get("/classes/Contact").ids == set()
    assert Contact.unrestricted.get().readers == [rep.pk]


def test_the_acl_comes_back_as_it_was_sent_and_is_sent_again(as_rep, rep, outsider, rows):
    at = address(rows["Deal"])
    acl = {rep.pk: WHOLE, outsider.pk: BLIND}
    assert as_rep.get(at).body["ACL"] == acl
    as_rep.put(at, {"ACL": acl})
    assert as_rep.get("/classes/Deal").body["results"][0]["ACL"] == acl
    as_rep.put(at, {"ACL": {rep.pk: WHOLE, outsider.pk: {"read": True}}})
    assert as_rep.get(at).body["ACL"] == {rep.pk: WHOLE, outsider.pk: {"read": True}}


def test_a_creator_may_shut_himself_out_of_reading(as_rep, rep):
    key = as_rep.post("/classes/Deal", {"title": "x", "ACL": {rep.pk: BLIND}}).body["objectId"]
    assert as_rep.get(f"/classes/Deal/{key}").code == 101
    assert as_rep.put(f"/classes/Deal/{key}", {"ACL": {rep.pk: WHOLE}}).status == 200
    assert as_rep.get(f"/classes/Deal/{key}").body["title"] == "x"


def test_to_read_by_one_entry_and_to_write_by_another_is_both(as_rep, as_outsider, outsider, rep, browser_of):
    acl = {rep.pk: WHOLE, "*": {"read": True}, outsider.pk: BLIND}
    key = as_rep.post("/classes/Deal", {"title": "x", "ACL": acl}).body["objectId"]
    assert as_outsider.get(f"/classes/Deal/{key}").body["ACL"] == acl
    assert browser_of(outsider).get(f"/deals/{key}/edit/").status_code == 200


def test_those_who_share_are_told_and_may_replace_it(browser_of, rep, outsider, rows):
    deal = Deal.unrestricted.get()
    page = browser_of(rep).get(f"/deals/{deal.pk}/sharing/").content.decode()
    assert "may write, but not read" in page
    assert {grant.holder: grant.level for grant in grants_of(deal)} == {rep: "write", outsider: "overwrite"}
    share(deal, outsider, "write")
    assert Deal.objects.visible_to(outsider).get() == deal
    assert pointer(deal) == rows["Deal"]
