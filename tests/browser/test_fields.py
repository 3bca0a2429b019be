"""An administrator adds a field, and a rep has it on the page, in the form and in the list at once."""

import os

import pytest
from playwright.sync_api import Page, expect

from pipeline.models import Deal
from records.definitions import CustomField
from records.fields import field_of, refresh
from tests.browser.test_axe import found

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(autouse=True)
def _empty(add_field):
    yield
    CustomField.objects.all()._raw_delete("default")


def pictured(page: Page, name: str) -> None:
    """Where somebody wants to look at it: FIELDS_PICTURES names a folder."""
    if folder := os.environ.get("FIELDS_PICTURES"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")


def test_a_field_that_is_added_is_there_for_others_at_once(window, admin, rep, deal):
    theirs = window(rep)
    theirs.goto(deal.get_absolute_url())
    page = window(admin)
    page.goto("/settings/fields/")
    page.get_by_role("link", name="Add a field Deal").click()
    page.get_by_label("Label").fill("Head count")
    page.get_by_label("Type").select_option("Number")
    page.get_by_role("button", name="Add the field").click()
    expect(page.get_by_role("row", name="Head count")).to_contain_text("headCount")
    theirs.reload()
    fact = theirs.locator("#fact-head_count")
    fact.get_by_role("link").click()
    theirs.get_by_label("Head count").fill("12")
    theirs.keyboard.press("Enter")
    expect(fact).to_contain_text("12")
    refresh()
    assert field_of(Deal, "head_count").of(Deal.unrestricted.get()) == 12
    theirs.goto("/deals/?columns=title,head_count&head_count__gte=10")
    expect(theirs.get_by_role("cell", name="12", exact=True)).to_be_visible()
    pictured(theirs, "list")


def test_axe_finds_nothing_on_the_pages_of_fields(window, admin, add_field, deal, company, complaints):
    kinds = {
        "headCount": ("Number", {"description": "People who will use it", "indexed": True, "default": 3}),
        "leadSource": ("Choice", {"choices": ["Fair", "Web", "A friend of a friend"], "required": True}),
        "urgent": ("Boolean", {}),
        "reviewedAt": ("Date", {}),
        "tags": ("Array", {}),
        "settings": ("Object", {"hidden": True}),
        "partner": ("Pointer", {"target": "company"}),
        "champion": ("Pointer", {"target": "user"}),
        "colour": ("String", {}),
    }
    fields = {name: add_field("deal", name, kind, **more) for name, (kind, more) in kinds.items()}
    held = {"headCount": 12, "leadSource": "Web", "urgent": True, "reviewedAt": "2026-03-31T09:30:00.000Z"}
    held |= {"tags": ["north", "key account"], "partner": company.pk, "champion": admin.pk}
    deal.custom = {fields[name].key: value for name, value in held.items()}
    deal.save()
    CustomField.objects.filter(name="headCount").update(index_state="building")
    one = fields["leadSource"].pk
    columns = "title,head_count,lead_source,urgent,reviewed_at,tags,partner,champion,colour"
    addresses = {
        "settings": "/settings/fields/",
        "new": "/settings/fields/new/?class=contact",
        "edit": f"/settings/fields/{one}/",
        "delete": f"/settings/fields/{one}/deletion/",
        "record": deal.get_absolute_url(),
        "form": f"{deal.get_absolute_url()}edit/",
        "table": f"/deals/?columns={columns}&head_count__gte=2",
    }
    wrong = {}
    for options in ({}, PHONE):
        page = window(admin, bypass_csp=True, **options)
        for name, address in addresses.items():
            page.goto(address)
            wrong[name] = found(page, colours=not options)
            pictured(page, f"{name}{'-phone' if options else ''}")
        page.goto("/settings/fields/new/")
        page.get_by_label("Type").select_option("Choice")
        page.get_by_role("button", name="Add the field").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        wrong["refused"] = found(page, colours=not options)
        pictured(page, f"refused{'-phone' if options else ''}")
    complaints[:] = [text for text in complaints if "422" not in text]
    assert {name: told for name, told in wrong.items() if told} == {}
