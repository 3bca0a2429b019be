"""Who made, changed and deleted a field is told on its page and in the log of the administration."""

import pytest

from live.field_history import field_entries
from live.models import Change
from pipeline.models import Deal
from records.definitions import CustomField
from tests.pages.reading import sent, told

pytestmark = pytest.mark.django_db
PAGE = "/settings/fields/"


@pytest.fixture
def page(browser_of, admin):
    return browser_of(admin)


def said(key: str, user) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
    return [
        (one.who_name, one.face, one.kind, [(of.name, of.before, of.after) for of in one.changes])
        for one in field_entries(key, user)
    ]


def test_who_is_no_administrator_reads_nothing_of_it(add_field, browser_of, rep):
    field = add_field("deal", "size", label="Secret size")
    response = browser_of(rep).get(f"{PAGE}{field.pk}/")
    assert (response.status_code, "Secret size" in response.text) == (403, False)
    assert browser_of(rep).get("/admin/live/change/", {"q": field.pk}).status_code in (302, 403)


def test_it_is_told_who_did_what_through_which_face_the_newest_first(page, admin, lead, api_of):
    sent(page, f"{PAGE}new/?class=deal", holding="label", label="Size", type="Choice", choices="Small\nLarge")
    field = CustomField.objects.get()
    sent(page, f"{PAGE}{field.pk}/", holding="label", label="Team size", hidden="on", choices="Small\nLarge\nHuge")
    api_of(admin).patch(f"/api/v1/schema-fields/{field.pk}/", {"label": "Size of the team"}, format="json")
    changed = [
        ("label", "Size", "Team size"),
        ("choices", "Small, Large", "Small, Large, Huge"),
        ("hidden", "no", "yes"),
    ]
    assert said(field.pk, admin) == [
        ("admin", "api", "edited", [("label", "Team size", "Size of the team")]),
        ("admin", "page", "edited", changed),
        ("admin", "page", "created", []),
    ]
    shown = told(page.get(f"{PAGE}{field.pk}/"))
    assert "What happened admin changed this Label: Team size → Size of the team" in shown


def test_one_that_was_deleted_is_told_of_in_the_log_of_the_administration(page, admin, add_field):
    field = add_field("deal", "size")
    page.post(f"{PAGE}{field.pk}/deletion/")
    assert [(who, kind) for who, _, kind, _ in said(field.pk, admin)] == [("admin", "deleted"), ("Somebody", "created")]
    listed = page.get("/admin/live/change/", {"q": field.pk}).context["cl"].result_list
    assert {(change.model, change.op) for change in listed} >= {("customfield", "insert"), ("customfield", "update")}


def test_what_jobs_do_for_an_index_is_no_change_of_anybodys(admin, add_field):
    field = add_field("deal", "size", indexed=True)
    for state in (CustomField.Index.BUILDING, CustomField.Index.READY):
        CustomField.objects.filter(pk=field.pk).update(index_state=state)
    assert [kind for _, _, kind, _ in said(field.pk, admin)] == ["created"]


def test_a_field_that_was_added_by_writing_a_record_stays_when_the_writing_is_taken_back(admin, browser_of, add_field):
    page = browser_of(admin)
    page.post("/deals/new/", {"title": "Made", "stage": "lead", "amount": ""})
    made = Change.objects.filter(model="deal").latest("seq")
    field = add_field("deal", "size")
    Change.objects.filter(model="customfield").update(change_set=made.change_set, actor=admin.pk)
    assert page.post(f"/changes/{made.change_set}/undo/").status_code == 303
    assert (Deal.unrestricted.filter(pk=made.key).exists(), CustomField.objects.get()) == (False, field)


def test_fields_alone_are_not_taken_back_and_it_is_said_why(page):
    sent(page, f"{PAGE}new/?class=deal", holding="label", label="Size", type="String")
    made = Change.objects.filter(model="customfield").latest("seq")
    response = page.post(f"/changes/{made.change_set}/undo/")
    assert (response.status_code, CustomField.objects.count()) == (409, 1)
    assert "Changes of people, stages and fields are not taken back here." in told(response)
