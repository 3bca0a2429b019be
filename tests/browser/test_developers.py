"""The portal in a real browser: sound for axe, small, narrow, by keyboard, without JavaScript, and listening live."""

import pytest
from playwright.sync_api import Page, expect

from crm.models import Contact
from pipeline.models import Deal
from tests.browser.test_axe import found, walked
from tests.browser.test_pages import LEAST, PHONE, SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FACES = ["parse", "graphql", "rest", "live"]
PAGES = [
    *(f"/developers/{part}" for part in ("", "dictionary/", "diagram/", "diagram/?zoom=150", "models/")),
    *(f"/developers/playground/{face}/" for face in FACES),
]
NEW_DEAL = "/developers/playground/parse/?sample=new-deal"


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#answer")).to_be_visible()


def test_axe_finds_nothing_on_any_page_of_the_portal(window, rep, deal):
    assert walked(window(rep, bypass_csp=True), PAGES) == {}


def test_axe_finds_nothing_in_an_answer_and_in_a_refused_call(window, rep, complaints):
    page = window(rep, bypass_csp=True)
    page.goto(NEW_DEAL)
    run(page)
    answered = found(page)
    page.get_by_label("Body, as JSON").fill("{")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("main [role=alert]")).to_be_visible()
    refused = found(page)
    complaints[:] = [text for text in complaints if "422" not in text]
    assert (answered, refused) == ([], [])


def test_pages_ask_for_eight_things_at_most_and_fit_a_phone(window, rep, deal):
    page = window(rep, **PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wrong = {}
    for address in PAGES:
        asked.clear()
        page.goto(address, wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        small = page.evaluate(SMALL_TARGETS, LEAST)
        if len(asked) > 8 or wide or small:
            wrong[address] = (len(asked), wide, small)
    assert wrong == {}


def test_a_call_is_run_by_keyboard_alone(window, rep):
    page = window(rep)
    page.goto(NEW_DEAL)
    expect(page.get_by_role("button", name="Copy curl")).to_be_visible()
    page.get_by_label("Body, as JSON").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer")).to_contain_text("201 Created")
    expect(page.locator("#answer")).to_contain_text("This was a dry run")
    assert list(Deal.unrestricted.all()) == []


def test_without_javascript_a_call_is_made_and_kept_where_that_is_asked_for(window, rep):
    page = window(rep, java_script_enabled=False)
    page.goto("/developers/playground/rest/?sample=new-contact")
    page.get_by_label("Dry run").uncheck()
    run(page)
    expect(page.locator("#answer")).to_contain_text("201 Created")
    [contact] = Contact.unrestricted.all()
    assert (contact.name, contact.created_by) == ("Ada Adams", rep)
    page.locator("summary", has_text="PHP (Guzzle)").click()
    expect(page.locator("#code-php")).to_contain_text("'name' => 'Ada Adams'")


def test_the_diagram_leads_to_the_dictionary_by_keyboard(window, rep):
    page = window(rep)
    page.goto("/developers/diagram/")
    page.locator("svg.drawing a", has_text="Deal").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/developers')[0]}/developers/dictionary/#Deal")


def test_a_live_query_hears_what_a_call_does_and_no_dry_run(window, rep, deal):
    page, other = window(rep), window(rep)
    page.goto("/developers/playground/live/")
    page.get_by_role("button", name="Listen").click()
    expect(page.locator("[data-state]")).to_contain_text("Connected")
    other.goto("/developers/playground/parse/?sample=move")
    run(other)
    other.get_by_label("Dry run").uncheck()
    other.get_by_label("Body, as JSON").fill('{"stage": "proposal"}')
    run(other)
    expect(other.locator("#answer")).to_contain_text("200 OK")
    heard = page.locator("[data-events] li")
    expect(heard).to_have_count(1)
    expect(heard).to_contain_text("proposal")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-state]")).to_contain_text("closed")
