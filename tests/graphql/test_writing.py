"""Changes of rows: what is sent, what is kept, and what is answered."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import Activity
from crm.models import Company, Contact
from parse.graphql.ids import global_id
from pipeline.models import Deal

MAKE = """mutation($f: CreateDealFieldsInput) { createDeal(input: {fields: $f, clientMutationId: "m"}) {
    clientMutationId
    deal { objectId title amount stage contact { name company { name } } ACL { users { userId } } } } }"""
CHANGE = """mutation($id: ID!, $f: UpdateDealFieldsInput) { updateDeal(input: {id: $id, fields: $f}) {
    deal { title amount contact { name } expectedCloseDate } } }"""
ACTIVITY = """mutation($f: CreateActivityFieldsInput) { createActivity(input: {fields: $f}) {
    activity { objectId relatedTo { __typename } } } }"""


def test_deal_is_made_and_belongs_to_its_maker(as_rep, rep):
    found = as_rep(MAKE, f={"title": "New", "amount": 5.5}).data["createDeal"]
    assert found["clientMutationId"] == "m"
    deal = Deal.objects.visible_to(rep).get(pk=found["deal"]["objectId"])
    assert (deal.title, deal.amount, deal.stage_id, deal.created_by) == ("New", 5.5, "lead", rep)
    assert found["deal"]["ACL"]["users"] == [{"userId": global_id("_User", rep.pk)}]


def test_rows_are_made_along_with_it(as_rep, rep):
    fields = {"title": "New", "contact": {"createAndLink": {"name": "C", "company": {"createAndLink": {"name": "Co"}}}}}
    assert as_rep(MAKE, f=fields).data["createDeal"]["deal"]["contact"] == {"name": "C", "company": {"name": "Co"}}
    assert Contact.objects.visible_to(rep).get().company == Company.objects.visible_to(rep).get()


def test_nothing_that_was_made_along_stays_when_the_rest_fails(as_rep, rep):
    fields = {"title": "New", "stage": "nosuch", "contact": {"createAndLink": {"name": "C"}}}
    assert as_rep(MAKE, f=fields).code == 142
    assert not Contact.objects.visible_to(rep).exists()


def test_change_touches_what_is_named_and_null_takes_away(as_rep, deal):
    found = as_rep(CHANGE, id=deal.pk, f={"amount": None, "expectedCloseDate": "2031-05-31"}).data["updateDeal"]["deal"]
    assert found == {
        "title": "Rollout",
        "amount": None,
        "contact": {"name": "Ada Adams"},
        "expectedCloseDate": "2031-05-31T00:00:00.000Z",
    }


@pytest.mark.parametrize("is_global", [True, False])
def test_pointer_is_linked_by_either_id_and_taken_away(as_rep, rep, deal, is_global):
    ann = Contact.objects.create(name="Ann", created_by=rep)
    link = global_id("Contact", ann.pk) if is_global else ann.pk
    found = as_rep(CHANGE, id=global_id("Deal", deal.pk), f={"contact": {"link": link}}).data
    assert found["updateDeal"]["deal"]["contact"] == {"name": "Ann"}
    assert as_rep(CHANGE, id=deal.pk, f={"contact": None}).data["updateDeal"]["deal"]["contact"] is None


@pytest.mark.parametrize("pointer", [{}, {"link": ""}, {"link": "x", "createAndLink": {"name": "C"}}])
def test_pointer_that_says_nothing_or_two_things_is_refused(as_rep, deal, pointer):
    assert as_rep(CHANGE, id=deal.pk, f={"contact": pointer}).code == 106


def test_deleted_row_is_answered_as_it_was(as_rep, rep, deal):
    query = (
        'mutation($id: ID!) { deleteDeal(input: {id: $id, clientMutationId: "d"}) { clientMutationId deal { title } } }'
    )
    assert as_rep(query, id=deal.pk).data == {"deleteDeal": {"clientMutationId": "d", "deal": {"title": "Rollout"}}}
    assert not Deal.objects.visible_to(rep).exists()
    assert as_rep(query, id=deal.pk).code == 101


@pytest.mark.parametrize("name", ["Contact", "Deal", "Company"])
@pytest.mark.parametrize("form", ["global id", "class", "objectId"])
def test_activity_is_linked_to_a_row_of_any_of_three_classes(as_rep, rep, deal, name, form):
    row = {"Contact": deal.contact, "Deal": deal, "Company": deal.company}[name]
    link = {"link": global_id(name, row.pk)} if form == "global id" else {"link": row.pk}
    pointer = {**link, "class": name} if form == "class" else link
    made = as_rep(ACTIVITY, f={"type": "call", "relatedTo": pointer}).data["createActivity"]["activity"]
    assert made["relatedTo"] == {"__typename": name}
    assert Activity.objects.visible_to(rep).get(pk=made["objectId"]).related_to == row


def test_activity_is_made_with_what_it_is_about(as_rep, rep):
    pointer = {"createAndLink": {"deal": {"title": "Along"}}}
    made = as_rep(ACTIVITY, f={"type": "call", "relatedTo": pointer}).data["createActivity"]["activity"]
    assert made["relatedTo"] == {"__typename": "Deal"}
    assert Deal.objects.visible_to(rep).get().title == "Along"


@pytest.mark.parametrize(
    "pointer",
    [
        {},
        {"link": "0000000000", "createAndLink": {"deal": {"title": "x"}}},
        {"createAndLink": {"deal": {"title": "x"}, "contact": {"name": "y"}}},
        {"createAndLink": {"deal": None}},
    ],
)
def test_what_an_activity_is_about_is_one_thing(as_rep, pointer):
    assert as_rep(ACTIVITY, f={"relatedTo": pointer}).code == 106


@pytest.mark.parametrize("link", ["0000000000", "nonsense that is long", global_id("_User", "0000000000")])
def test_activity_about_nothing_that_there_is_is_refused(as_rep, rep, link):
    assert as_rep(ACTIVITY, f={"relatedTo": {"link": link}}).code == 101
    assert not Activity.objects.visible_to(rep).exists()


def test_acl_opens_a_row_to_others(as_rep, as_outsider, deal, rep, outsider):
    users = [{"userId": global_id("_User", one.pk), "read": True, "write": True} for one in (rep, outsider)]
    as_rep(CHANGE, id=deal.pk, f={"ACL": {"users": users}})
    assert as_outsider(CHANGE, id=deal.pk, f={"title": "Ours"}).data["updateDeal"]["deal"]["title"] == "Ours"


def test_file_is_sent_along_and_held(as_rep, rep, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    query = """mutation($u: Upload!) { createActivity(input: {fields: {subject: "S", attachment: {upload: $u}}}) {
        activity { subject attachment { name url } } } }"""
    found = as_rep.upload(query, {"u": None}, {"variables.u": SimpleUploadedFile("note.txt", b"hello")})
    attachment = found.data["createActivity"]["activity"]["attachment"]
    assert attachment["name"].endswith("_note.txt")
    assert as_rep.http.get(attachment["url"].removeprefix("http://testserver")).content == b"hello"


def test_file_is_made_first_and_then_named(as_rep, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    made = as_rep.upload(
        "mutation($u: Upload!) { createFile(input: {upload: $u}) { fileInfo { name url } } }",
        {"u": None},
        {"variables.u": SimpleUploadedFile("note.txt", b"hello")},
    ).data["createFile"]["fileInfo"]
    query = ACTIVITY.replace("objectId relatedTo { __typename }", "attachment { name }")
    found = as_rep(query, f={"attachment": {"file": made["name"]}}).data["createActivity"]["activity"]
    assert found == {"attachment": {"name": made["name"]}}


@pytest.mark.parametrize("map_", [{"0": ["variables.nosuch.x"]}, {"0": "x"}, {"9": ["variables.u"]}, []])
def test_file_that_belongs_nowhere_is_refused(as_rep, map_):
    query = "mutation($u: Upload!) { createFile(input: {upload: $u}) { fileInfo { name } } }"
    file = {"0": SimpleUploadedFile("a.txt", b"a")}
    assert as_rep.form({"query": query, "variables": {"u": None}}, map_, file).status == 400


def test_text_is_no_file(as_rep):
    query = "mutation($u: Upload!) { createFile(input: {upload: $u}) { fileInfo { name } } }"
    assert as_rep(query, u="/etc/passwd").status == 400
