"""Undo by key and by button, the trash, and the pages of the log under axe."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from crm.models import Contact
from pipeline.models import Deal
from records.acting import ChangeSet, acting
from tests.browser.test_axe import found

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}


def picture(page, name: str) -> None:
    """Kept where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def delete(page, deal: Deal) -> None:
    page.goto(f"{deal.get_absolute_url()}delete/")
    page.get_by_role("button", name="Delete").last.click()
    expect(page.locator(".toast")).to_contain_text("Rollout")


def test_u_brings_back_what_was_just_deleted(window, rep, deal, call):
    page = window(rep)
    delete(page, deal)
    picture(page, "toast")
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone.")
    assert Deal.unrestricted.get().activities.open().count() == 1


def test_the_trash_brings_a_record_back_and_to_its_page(window, rep, deal, call):
    page = window(rep)
    delete(page, deal)
    page.goto("/trash/")
    picture(page, "trash")
    page.get_by_role("button", name="Restore Rollout").click()
    expect(page.locator("h1")).to_contain_text("Rollout")
    assert Deal.unrestricted.filter(pk=deal.pk).exists()


def test_what_somebody_changed_since_is_shown_and_stays(window, rep, teammate, contact, complaints):
    with acting(rep, "page", ChangeSet()) as now:
        Contact.unrestricted.filter(pk=contact.pk).update(phone="1")
    with acting(teammate, "api", ChangeSet()):
        Contact.unrestricted.filter(pk=contact.pk).update(phone="2")
    page = window(rep)
    page.goto("/contacts/")
    page.evaluate(
        """address => {
            const form = document.querySelector('form[action$="logout/"]');
            form.action = address;
            form.submit();
        }""",
        f"/changes/{now.change_set}/undo/",
    )
    expect(page.locator("h1")).to_have_text("Not undone")
    expect(page.locator("tbody tr")).to_contain_text("Phone")
    picture(page, "refused")
    assert Contact.unrestricted.get(pk=contact.pk).phone == "2"
    complaints[:] = [text for text in complaints if "409" not in text]


@pytest.mark.parametrize("shape", [{}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_the_pages_of_the_log(window, rep, teammate, deal, call, contact, shape):
    with acting(teammate, "api", ChangeSet()):
        Deal.unrestricted.filter(pk=deal.pk).update(stage="won", amount=7, notes="A long note. " * 30)
    with acting(rep, "page", ChangeSet()):
        contact.delete()
    page = window(rep, bypass_csp=True, **shape)
    for name, address in (("history", f"{deal.get_absolute_url()}history/"), ("trash", "/trash/")):
        page.goto(address)
        picture(page, f"{name}-{page.viewport_size['width']}")
        assert found(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
