"""Where administrators look after fields: the settings page, the administration, and /api/v1/schema-fields/."""

import pytest

from desk.models import SavedView
from pipeline.models import Deal
from records.definitions import CustomField
from records.fields import field_of, fields_of
from tests.pages.reading import Page, sent, told, typed

PAGE, NEW, API = "/settings/fields/", "/settings/fields/new/", "/api/v1/schema-fields/"


@pytest.fixture
def page(browser_of, admin):
    return browser_of(admin)


@pytest.fixture
def api(api_of, admin):
    return api_of(admin)


# --- the settings page ------------------------------------------------------------------------------------------------


def test_who_is_no_administrator_is_refused_everywhere(add_field, browser_of, rep, api_of):
    field = add_field("deal", "size", "Number")
    browser = browser_of(rep)
    for address in (PAGE, NEW, f"{PAGE}{field.pk}/", f"{PAGE}{field.pk}/deletion/"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"label": "x"}).status_code in (403, 405)
    assert "/settings/fields/" not in Page(browser.get("/")).links
    api = api_of(rep)
    assert [row["name"] for row in api.get(API).json()["results"]] == ["size"]
    assert api.post(API, {"model": "deal", "name": "x", "type": "String"}).status_code == 403
    assert api.patch(f"{API}{field.pk}/", {"name": "x"}).status_code == 403
    assert api.delete(f"{API}{field.pk}/").status_code == 403
    assert [one.name for one in fields_of(Deal)] == ["size"]


def test_a_field_is_added_with_what_was_typed(page, admin):
    assert PAGE in Page(page.get("/")).links
    answer = sent(
        page,
        f"{NEW}?class=contact",
        holding="label",
        label="Größe des Teams",
        type="Choice",
        choices="Small\nLarge",
        default="Large",
        required="on",
        description="<b>How</b> many?",
    )
    assert (answer.status_code, answer.url) == (303, PAGE)
    (field,) = fields_of("contact")
    assert (field.name, field.api_name, field.label) == ("grosseDesTeams", "grosse_des_teams", "Größe des Teams")
    assert (field.choices, field.default, field.required) == (["Small", "Large"], "Large", True)
    assert field.created_by == admin
    assert "Größe des Teams" in told(page.get(PAGE))
    form = page.get("/contacts/new/").content.decode()
    assert "&lt;b&gt;How&lt;/b&gt;" in form
    assert "<b>How</b>" not in form


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("String", "two words", "two words"),
        ("Number", "2.5", 2.5),
        ("Boolean", "No", False),
        ("Date", "2026-03-31T09:30Z", "2026-03-31T09:30:00.000Z"),
        ("Array", "a\nb", ["a", "b"]),
        ("Object", '{"a": 1}', {"a": 1}),
    ],
)
def test_a_default_is_read_by_the_type_and_shown_as_it_was_typed(page, kind, text, kept):
    sent(page, NEW, holding="label", label="Extra", type=kind, default=text)
    (field,) = fields_of(Deal)
    assert field.default == kept
    address = f"{PAGE}{field.pk}/"
    shown = typed(page.get(address), holding="label")
    assert sent(page, address, holding="label").status_code == 303
    assert (fields_of(Deal)[0].default, bool(shown["default"])) == (kept, True)


@pytest.mark.parametrize(
    ("typed_in", "wrong"),
    [
        ({"label": "日本"}, "name"),
        ({"label": "x", "name": "größe"}, "name"),
        ({"label": "x", "name": "title"}, "name"),
        ({"label": "x", "name": "a; DROP TABLE pipeline_deal"}, "name"),
        ({"label": "x", "name": "x" * 61}, "name"),
        ({"label": "x", "type": "Number", "default": "ten"}, "default"),
        ({"label": "x", "type": "Boolean", "default": "maybe"}, "default"),
        ({"label": "x", "type": "Choice", "choices": ""}, "choices"),
        ({"label": "x", "type": "Pointer", "target": ""}, "target"),
        ({"label": "x", "type": "Array", "indexed": "on"}, "indexed"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(page, typed_in, wrong):
    answer = sent(page, NEW, holding="label", **typed_in)
    assert answer.status_code == 422
    assert f'id="id_{wrong}_error"' in answer.content.decode()
    assert typed(answer, holding="label")["label"] == typed_in["label"]
    assert fields_of(Deal) == ()


def test_a_field_is_renamed_and_hidden_and_another_type_refused_while_it_holds_values(page, add_field, deal):
    field = add_field("deal", "size", "Number")
    field.put(deal, 5)
    deal.save()
    address = f"{PAGE}{field.pk}/"
    assert sent(page, address, holding="label", name="headcount", label="Heads", hidden="on").status_code == 303
    (changed,) = fields_of(Deal)
    assert (changed.name, changed.label, changed.hidden, changed.of(deal)) == ("headcount", "Heads", True, 5)
    refused = sent(page, address, holding="label", type="String")
    assert refused.status_code == 422
    assert "Add a field of the new type" in told(refused)


def test_a_field_that_a_saved_view_uses_is_not_deleted(page, add_field, rep):
    field = add_field("deal", "size", "Number")
    view = SavedView.objects.create(owner=rep, place="deals", name="Big ones", query="size__gte=10&columns=title")
    SavedView.objects.create(owner=rep, place="contacts", name="Others", query="size=10")
    address = f"{PAGE}{field.pk}/deletion/"
    assert "The saved view “Big ones” of Rosa Rep uses it." in told(page.get(address))
    assert page.post(address).status_code == 409
    assert fields_of(Deal) == (field,)
    for query in ("columns=title,size", "ordering=-size"):
        SavedView.objects.filter(pk=view.pk).update(query=query)
        assert page.post(address).status_code == 409
    SavedView.objects.filter(pk=view.pk).update(query="title=size&columns=title")
    assert sent(page, address, action="", holding="csrfmiddlewaretoken").status_code == 303
    assert fields_of(Deal) == ()
    assert page.get(address).status_code == 404


def test_progress_is_asked_for_while_an_index_is_built(page, add_field):
    field = add_field("deal", "size", "Number", indexed=True)
    assert 'hx-trigger="every 2s"' in page.get(PAGE).content.decode()
    CustomField.objects.filter(pk=field.pk).update(index_state="building")
    part = page.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert '<progress max="100" value="0">' in part
    assert "<html" not in part
    CustomField.objects.filter(pk=field.pk).update(index_state="ready")
    assert "hx-trigger" not in page.get(PAGE, headers={"HX-Request": "true"}).content.decode()


# --- the REST API -----------------------------------------------------------------------------------------------------


def test_the_api_adds_changes_and_deletes(api):
    wanted = {
        "model": "deal",
        "name": "leadSource",
        "type": "Choice",
        "choices": ["Fair", "Web"],
        "default": "Web",
        "required": True,
    }
    made = api.post(API, wanted)
    assert made.status_code == 201
    row = made.json()
    assert (row["api_name"], row["label"], row["index_state"]) == ("lead_source", "Lead source", "")
    path = f"{API}{row['key']}/"
    assert api.patch(path, {"name": "origin", "hidden": True}).json()["api_name"] == "origin"
    assert [one["name"] for one in api.get(f"{API}?model=deal").json()["results"]] == ["origin"]
    assert api.get(f"{API}?model=contact").json()["results"] == []
    assert api.delete(path).status_code == 204
    assert (api.get(path).status_code, fields_of(Deal)) == (404, ())


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name": "größe"}, "name"),
        ({"name": "title"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": 5}, "name"),
        ({"type": "Colour"}, "type"),
        ({"model": "user"}, "model"),
        ({"type": "Number", "default": "5"}, "default"),
        ({"type": "Pointer"}, "target"),
        ({"type": "Choice", "choices": []}, "choices"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_the_api_refuses_by_name(api, wanted, field):
    answer = api.post(API, {"model": "deal", "name": "extra", "type": "String", **wanted})
    assert (answer.status_code, {error["field"] for error in answer.json()["errors"]}) == (400, {field})
    assert fields_of(Deal) == ()


def test_the_api_refuses_to_delete_what_is_in_use_and_says_what_to_do(api, add_field, rep):
    field = add_field("deal", "size", "Number")
    SavedView.objects.create(owner=rep, place="board", name="Big", query="size=1")
    answer = api.delete(f"{API}{field.pk}/")
    assert answer.status_code == 400
    assert "hide the field instead" in answer.json()["detail"]
    assert field_of(Deal, "size")


# --- the administration -----------------------------------------------------------------------------------------------


def test_the_administration_adds_renames_and_deletes(page):
    sent(page, "/admin/records/customfield/add/", holding="label", model="deal", label="Size", type="Number")
    (field,) = fields_of(Deal)
    address = f"/admin/records/customfield/{field.pk}/"
    sent(page, f"{address}change/", holding="label", name="headcount")
    assert [one.name for one in fields_of(Deal)] == ["headcount"]
    assert "headcount" in told(page.get("/admin/records/customfield/"))
    assert sent(page, f"{address}delete/", holding="post").status_code == 302
    assert fields_of(Deal) == ()


def test_the_administration_deletes_no_field_that_is_in_use(page, add_field, rep):
    field = add_field("deal", "size", "Number")
    SavedView.objects.create(owner=rep, place="deals", name="Big", query="size=1")
    answer = page.post(f"/admin/records/customfield/{field.pk}/delete/", {"post": "yes"}, follow=True)
    assert "The saved view “Big” of Rosa Rep uses it." in told(answer)
    page.post(
        "/admin/records/customfield/",
        {"action": "delete_selected", "_selected_action": [field.pk], "post": "yes"},
    )
    assert fields_of(Deal) == (field,)


def test_records_are_edited_with_their_custom_fields_in_the_administration(page, add_field, deal, company):
    size = add_field("deal", "size", "Number")
    partner = add_field("deal", "partner", "Pointer", target="company")
    address = f"/admin/pipeline/deal/{deal.pk}/change/"
    refused = sent(page, address, holding="title", size="ten")
    assert refused.status_code == 200
    sent(page, address, holding="title", size="7", partner="Acme", title="Other")
    deal = Deal.unrestricted.get()
    assert (size.of(deal), partner.of(deal), deal.title) == (7, company.pk, "Other")
    sent(page, "/admin/pipeline/deal/add/", holding="title", title="New", size="8")
    assert size.of(Deal.unrestricted.get(title="New")) == 8
