"""From an empty CRM to a deal that is won, as a person does it; and the same without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.browser.board import card, drag, expect_head, expect_in, stage_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a quite different horse"


def sign_up(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Make an account").click()
    for name, value in {"username": "nina", "email": "nina@new.example", "name": "Nina New"}.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("Welcome, Nina New.")).to_be_visible()


def add_customer(page: Page) -> Deal:
    """A company, a contact of it on its page, and a deal on the contact's page."""
    page.get_by_role("link", name="Companies", exact=True).click()
    page.get_by_role("link", name="New company").click()
    page.fill("[name=name]", "Acme")
    page.get_by_role("button", name="Add company").click()
    page.get_by_role("link", name="Add a contact").click()
    page.fill("[name=name]", "Ada Adams")
    page.get_by_role("button", name="Add contact").click()
    page.locator("main").get_by_role("link", name="Ada Adams").click()
    page.get_by_role("link", name="Add a deal").click()
    page.fill("[name=title]", "Rollout")
    page.fill("[name=amount]", "1200.50")
    page.get_by_role("button", name="Add deal").click()
    page.locator("main").get_by_role("link", name="Rollout").click()
    expect(page.get_by_role("heading", name="Rollout")).to_be_visible()
    return Deal.unrestricted.get()


def log_call(page: Page) -> None:
    page.get_by_label("Subject").fill("They want two")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".timeline")).to_contain_text("They want two")


def sign_out(page: Page) -> None:
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def kept(deal: Deal) -> None:
    """The database holds what was done, once, and of the one who did it."""
    nina, call = User.objects.get(), Activity.unrestricted.get()
    assert (str(deal.amount), deal.company.name, deal.contact.name) == ("1200.5000", "Acme", "Ada Adams")
    assert (deal.assigned_to, deal.created_by, call.created_by) == (nina, nina, nina)
    assert (call.type, call.related_to) == ("call", deal)
    assert (Company.unrestricted.count(), Contact.unrestricted.count(), Deal.unrestricted.count()) == (1, 1, 1)


def test_a_new_rep_signs_up_adds_a_customer_logs_a_call_and_drags_the_deal_to_won(window):
    page = window()
    sign_up(page)
    deal = add_customer(page)
    log_call(page)
    page.get_by_role("link", name="Pipeline").first.click()
    expect_head(page, "lead", 1, "$1,200.50")
    drag(page, deal, "won")
    expect_in(page, deal, "won")
    expect_head(page, "lead", 0, "")
    expect_head(page, "won", 1, "$1,200.50")
    assert stage_of(deal) == "won"
    kept(deal)
    sign_out(page)
    assert page.request.get("/deals/", max_redirects=0).status == 302


def test_the_same_story_without_javascript(window):
    page = window(java_script_enabled=False)
    sign_up(page)
    deal = add_customer(page)
    log_call(page)
    page.select_option("[name=stage]", "won")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("The deal is moved.")).to_be_visible()
    page.get_by_role("link", name="Pipeline").first.click()
    expect_head(page, "won", 1, "$1,200.50")
    assert stage_of(deal) == "won"
    kept(deal)
    sign_out(page)


def test_a_task_is_planned_and_completed_without_javascript(window, rep, deal):
    page = window(rep, java_script_enabled=False)
    page.goto(deal.get_absolute_url())
    page.get_by_label("Subject").fill("Ring back")
    page.fill("[name=due_date]", "2026-01-02T10:00")
    page.get_by_role("button", name="Log it").click()
    page.get_by_role("link", name="My day").first.click()
    page.get_by_role("button", name="Complete: Ring back").click()
    expect(page.get_by_text("“Ring back” is done.")).to_be_visible()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    assert Activity.unrestricted.get().is_done


def test_a_record_is_edited_and_deleted_without_javascript(window, rep, company):
    page = window(rep, java_script_enabled=False)
    page.goto(company.get_absolute_url())
    page.get_by_role("link", name="Edit").click()
    page.fill("[name=industry]", "Steel")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Acme” is saved.")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete company").click()
    expect(page.get_by_text("“Acme” is deleted.")).to_be_visible()
    assert Company.unrestricted.count() == 0


def test_a_task_is_completed_and_opened_again_in_place(window, rep, call):
    Activity.unrestricted.update(due_date="2026-01-02T10:00Z")
    page = window(rep)
    page.goto("/")
    page.get_by_role("button", name="Complete: First call").click()
    expect(page.locator(f"#activity-{call.pk}.done")).to_be_visible()
    assert Activity.unrestricted.get().is_done
    page.get_by_role("button", name="Open again: First call").click()
    expect(page.locator(f"#activity-{call.pk}:not(.done)")).to_be_visible()
    assert not Activity.unrestricted.get().is_done


def test_the_title_of_a_deal_on_the_board_leads_to_its_page(window, rep, deal):
    page = window(rep)
    page.goto("/pipeline/")
    card(page, deal).get_by_role("link", name="Rollout", exact=True).click()
    expect(page.get_by_role("heading", name="Rollout")).to_be_visible()
