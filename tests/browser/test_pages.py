"""What is done in place on a record's page, and every page on a narrow screen."""

import pytest
from playwright.sync_api import expect

from crm.models import Company
from tests.conftest import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LEAST = 24  # px, WCAG 2.2: target size (minimum)
SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter(e => {
    const box = e.getBoundingClientRect();
    const inText = e.matches('p a, dd a, li p a, td a') || getComputedStyle(e).display === 'inline';
    return box.width > 1 && e.checkVisibility() && !inText && (box.width < least || box.height < least);
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def provoked(complaints):
    """A refused form is answered 422, which the console notes."""
    yield
    complaints[:] = [text for text in complaints if "422" not in text]


def test_a_picker_suggests_while_one_types(window, rep):
    for n in range(25):
        Company.objects.create(name=f"Firm {n}", created_by=rep)
    page = window(rep)
    page.goto("/contacts/new/")
    options = page.locator("#id_company-list option")
    expect(options).to_have_count(20)
    page.locator("#id_company").press_sequentially("firm 0")
    expect(options).to_have_count(1)
    assert options.evaluate_all("all => all.map(option => option.value)") == ["Firm 0"]


def test_the_sharing_panel_opens_in_place_and_shares(window, rep, deal):
    colleague = make_user("colleague", name="Cora Colleague")
    page = window(rep)
    page.goto(deal.get_absolute_url())
    page.get_by_text("Who can see this, and why").click()
    panel = page.locator("details.sharing")
    expect(panel).to_contain_text("Rosa Rep may read and write: it is assigned to them.")
    panel.get_by_label("Share with").select_option(label="Cora Colleague")
    panel.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Shared with Cora Colleague.")).to_be_visible()
    assert type(deal).objects.visible_to(colleague).filter(pk=deal.pk).exists()
    page.get_by_role("button", name="Remove Cora Colleague").click()
    expect(page.get_by_text("Cora Colleague has no grant any more.")).to_be_visible()
    assert not type(deal).objects.visible_to(colleague).filter(pk=deal.pk).exists()


def test_an_error_moves_the_focus_to_what_is_wrong(window, provoked, rep):
    page = window(rep)
    page.goto("/companies/new/")
    page.get_by_role("button", name="Add company").click()
    expect(page.locator("[role=alert]")).to_be_focused()
    page.locator("[role=alert] a").click()
    expect(page.locator("#id_name")).to_be_focused()


def test_a_refused_form_keeps_what_was_typed(window, provoked, rep):
    page = window(rep)
    page.goto("/deals/new/")
    page.fill("[name=title]", "Big")
    page.fill("[name=company]", "Nobody")
    page.get_by_role("button", name="Add deal").click()
    expect(page.locator("#id_company_error")).to_contain_text("There is no company called “Nobody”")
    expect(page.locator("[name=title]")).to_have_value("Big")


def test_shortcuts_search_and_go(window, rep, contact):
    page = window(rep)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ada Adams")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()


def test_no_page_scrolls_sideways_or_has_small_targets_on_a_phone(window, rep, contact, deal, call):
    rows = [contact, contact.company, deal, call]
    own = [f"{row.get_absolute_url()}{part}" for row in rows for part in ("", "edit/", "delete/", "sharing/")]
    lists = [f"/{row.plural}/{part}" for row in rows for part in ("", "new/")]
    page, wrong = window(rep, **PHONE), {}
    for address in ["/", "/pipeline/", "/search/?q=a", "/accounts/profile/", "/accounts/password/", *lists, *own]:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        small = page.evaluate(SMALL_TARGETS, LEAST)
        if width > PHONE["viewport"]["width"] or small:
            wrong[address] = (width, small)
    assert wrong == {}


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_the_pages_of_visitors_fit_a_phone_too(window, address):
    page = window(**PHONE)
    page.goto(address)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert (width, page.evaluate(SMALL_TARGETS, LEAST)) == (PHONE["viewport"]["width"], [])
