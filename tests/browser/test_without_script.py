"""Everything a rep does, without JavaScript: by links and posted forms alone.

Adding a customer, logging a call, editing, deleting and moving a deal are in test_story.py; my day is in test_day.py.
"""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from activities.models import Activity
from crm.models import Company, Contact
from desk.models import SavedView
from pipeline.models import Deal
from tests.browser.board import stage_of
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(window, rep):
    """Opens an address in a browser of the rep's that runs no scripts."""

    def show(address: str) -> Page:
        page = window(rep, java_script_enabled=False)
        page.goto(address)
        return page

    return show


@pytest.fixture
def many(rep, outsider):
    """More deals than fit a page, and one that is not for the rep to see."""
    Deal.objects.create(title="Hidden", created_by=outsider, assigned_to=outsider)
    rows = [Deal(title=f"Deal {n:03}", amount=n, created_by=rep, assigned_to=rep) for n in range(60)]
    return Deal.unrestricted.bulk_create(rows)


def titles(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [text.strip() for text in page.locator("tbody th[scope=row]").all_inner_texts()]


def undo(page: Page) -> None:
    page.locator(".toast").get_by_role("button", name="Undo").click()


def test_one_signs_in_and_lands_where_one_wanted_to_go(window, rep):
    User.objects.filter(pk=rep.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    page = window(java_script_enabled=False)
    page.goto("/companies/")
    page.fill("[name=username]", "rep")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Companies")).to_be_visible()


def test_search_finds_what_one_may_see(plain, rep, outsider, contact):
    Contact.objects.create(name="Ada Other", created_by=outsider)
    Contact.objects.create(name="Ada Second", created_by=rep)
    page = plain("/")
    page.locator("#search").fill("ada")
    page.locator("#search").press("Enter")
    expect(page.get_by_role("heading", name="Found for “ada”")).to_be_visible()
    found = page.locator("main").get_by_role("link", name=re.compile("^Ada "))
    assert sorted(found.all_inner_texts()) == ["Ada Adams", "Ada Second"]


def test_the_pages_of_a_list_are_walked_there_and_back(plain, many):
    page = plain("/deals/?ordering=title")
    first = titles(page)
    page.get_by_role("link", name="Next", exact=True).click()
    second = titles(page)
    assert first + second == [deal.title for deal in many]
    page.get_by_role("link", name="Previous", exact=True).click()
    assert titles(page) == first


def test_a_list_is_filtered_and_the_filter_taken_away(plain, many):
    Deal.unrestricted.filter(pk__in=[many[3].pk, many[4].pk]).update(stage="won")
    page = plain("/deals/?ordering=title")
    page.get_by_text("Stage: Any").click()
    page.locator("form.filters").get_by_role("checkbox", name="Won").check()
    page.locator("main [name=q]").fill("004")
    page.get_by_role("button", name="Filter", exact=True).click()
    assert titles(page) == ["Deal 004"]
    page.locator(".chips").get_by_role("link").filter(has_text="004").click()
    assert titles(page) == ["Deal 003", "Deal 004"]


def test_columns_are_chosen_and_stay_chosen(plain, many):
    page = plain("/deals/")
    page.get_by_text("Columns", exact=True).first.click()
    page.locator(".toolbar").get_by_label("Company").uncheck()
    page.locator(".toolbar").get_by_label("Next step").check()
    page.get_by_role("button", name="Show these").click()
    page.wait_for_load_state()
    heads = [text.strip() for text in page.locator("thead th").all_inner_texts()]
    assert ("Company" in heads, "Next step" in heads) == (False, True)
    page.goto("/deals/")
    assert [text.strip() for text in page.locator("thead th").all_inner_texts()] == heads


def test_a_view_is_saved_opened_and_deleted(plain, rep, many):
    Deal.unrestricted.filter(pk=many[7].pk).update(stage="won")
    page = plain("/deals/?stage__in=won")
    page.get_by_text("Save as view").click()
    page.get_by_label("Name", exact=True).fill("Our wins")
    page.locator(".views").get_by_role("button", name="Save", exact=True).click()
    page.goto("/deals/")
    page.get_by_role("link", name="Our wins").click()
    assert (titles(page), SavedView.objects.get().owner) == (["Deal 007"], rep)
    page.get_by_role("link", name="Edit view").click()
    page.get_by_role("button", name="Delete the view").click()
    expect(page.get_by_role("heading", name="Deals")).to_be_visible()
    assert SavedView.objects.count() == 0


def test_several_deals_are_given_to_somebody_after_a_look_and_taken_back(plain, rep, teammate, many):
    page = plain("/deals/?ordering=title")
    for row in (0, 2):
        page.locator("[name=row]").nth(row).check()
    page.locator("#bulk button[value=assign]").click()
    expect(page.locator(".bulk-preview tbody tr")).to_have_count(2)
    assert Deal.unrestricted.filter(assigned_to=teammate).count() == 0
    page.locator(".bulk-preview select[name=assigned_to]").select_option(label=str(teammate))
    page.locator(".bulk-preview form button").click()
    assert set(Deal.unrestricted.filter(assigned_to=teammate)) == {many[0], many[2]}
    undo(page)
    assert Deal.unrestricted.filter(assigned_to=teammate).count() == 0


def test_a_move_is_taken_back_by_the_form_of_its_toast(plain, deal):
    page = plain(deal.get_absolute_url())
    page.select_option("[name=stage]", "proposal")
    page.get_by_role("button", name="Move").click()
    assert stage_of(deal) == "proposal"
    undo(page)
    expect(page.get_by_role("heading", name="Rollout")).to_be_visible()
    assert stage_of(deal) == "lead"


def test_a_deleted_record_is_taken_back_by_the_form_of_its_toast(plain, company):
    page = plain(company.get_absolute_url())
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete company").click()
    assert Company.unrestricted.count() == 0
    undo(page)
    assert Company.unrestricted.get() == company


def test_a_refused_form_says_why_and_keeps_what_was_typed(plain, rep, complaints):
    page = plain("/deals/new/")
    page.fill("[name=title]", "Big")
    page.fill("[name=company]", "Nobody")
    page.get_by_role("button", name="Add deal").click()
    expect(page.locator("main [role=alert]")).to_contain_text("There is no company called “Nobody”")
    expect(page.locator("[name=title]")).to_have_value("Big")
    assert Deal.unrestricted.count() == 0
    complaints[:] = [text for text in complaints if "422" not in text]


def test_a_meeting_is_planned_about_a_company_and_done_on_its_page(plain, company):
    page = plain(company.get_absolute_url())
    page.get_by_label("Meeting").check(force=True)
    page.get_by_label("Subject").fill("Look at the hall")
    page.fill("[name=due_date]", f"{timezone.localdate() + timedelta(days=2)}T10:00")
    page.get_by_role("button", name="Log it").click()
    task = Activity.unrestricted.get()
    assert (task.type, task.related_to, task.is_done) == ("meeting", company, False)
    page.get_by_role("button", name="Complete: Look at the hall").first.click()
    expect(page.get_by_role("heading", name="Acme")).to_be_visible()
    assert Activity.unrestricted.get().is_done


def test_the_calendar_is_turned_month_by_month(plain, rep, deal):
    due = timezone.make_aware(datetime(2031, 4, 15, 12))
    Activity.objects.create(subject="Spring review", due_date=due, related_to=deal, created_by=rep)
    page = plain("/activities/?view=month&day=2031-03-01")
    assert page.locator(".entry").count() == 0
    page.get_by_role("link", name="The month after").click()
    expect(page.get_by_role("heading", name="April 2031")).to_be_visible()
    page.locator(".entry").get_by_role("link", name="Spring review").click()
    expect(page.get_by_role("heading", name="Spring review")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="The month before").click()
    expect(page.get_by_role("heading", name="March 2031")).to_be_visible()
