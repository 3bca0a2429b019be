"""axe-core finds nothing on any page, in light and in dark colours, with dialogs, menus and errors open."""

from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from pipeline.models import Deal
from tests.browser.test_pages import PHONE
from tests.conftest import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TOLD = """options => axe.run(document, options ?? {}).then(found => found.violations.map(
    rule => `${rule.id}: ${rule.nodes.length} x ${rule.nodes[0].html.slice(0, 160)}`))"""
VISITORS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/sent/"]
OWN = ["/", "/pipeline/", "/search/", "/search/?q=a", "/search/?q=zzz", "/styleguide/"]
ACCOUNT = ["/accounts/profile/", "/accounts/password/", "/accounts/devices/"]
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
NO_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}


def found(page: Page, *, colours: bool = True) -> list[str]:
    """What axe has to say, of all its rules, once nothing moves any more; of colours in the dark, too."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    page.evaluate(AXE)
    if not colours:
        return page.evaluate(TOLD, NO_COLOURS)
    told = page.evaluate(TOLD)
    page.emulate_media(color_scheme="dark")
    told += [f"dark: {rule}" for rule in page.evaluate(TOLD, COLOURS)]
    page.emulate_media(color_scheme="light")
    return told


@pytest.fixture
def provoked(complaints):
    """Refused forms and missing pages, which the console notes."""
    yield
    complaints[:] = [text for text in complaints if not any(code in text for code in ("422", "404", "403", "429"))]


@pytest.fixture
def desk(window, admin):
    """Opens a page, of somebody who may see the style guide too; the script of axe is let past the CSP."""

    def show(user=admin, **options) -> Page:
        return window(user, bypass_csp=True, **options)

    return show


def walked(page: Page, addresses: list[str], *, colours: bool = True) -> dict[str, list[str]]:
    wrong = {}
    for address in addresses:
        page.goto(address)
        if told := found(page, colours=colours):
            wrong[address] = told
    return wrong


def test_axe_finds_nothing_on_any_page(desk, contact, deal, call):
    rows = [contact, contact.company, deal, call]
    own = [f"{row.get_absolute_url()}{part}" for row in rows for part in ("", "edit/", "delete/", "sharing/")]
    lists = [f"/{row.plural}/{part}" for row in rows for part in ("", "new/")]
    assert walked(desk(), [*OWN, *ACCOUNT, *lists, *own]) == {}


def test_axe_finds_nothing_on_the_pages_of_visitors(window):
    assert walked(window(bypass_csp=True), VISITORS) == {}


def test_axe_finds_nothing_on_a_phone(desk, contact, deal):
    addresses = [*OWN, *ACCOUNT, "/contacts/", "/deals/", contact.get_absolute_url(), deal.get_absolute_url()]
    assert walked(desk(**PHONE), addresses, colours=False) == {}


@pytest.mark.parametrize("language", ["ar", "de"])
def test_axe_finds_nothing_in_another_language(desk, contact, deal, language):
    user = make_user("reader", "Administrator", language=language, theme="dark")
    page = desk(user)
    assert walked(page, ["/", "/pipeline/", "/contacts/", contact.get_absolute_url(), "/accounts/profile/"]) == {}
    assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")


def test_axe_finds_nothing_in_an_open_palette(desk, contact, deal):
    page = desk()
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Ada Adams")).to_be_visible()
    empty = found(page)
    page.keyboard.type("ada")
    expect(page.get_by_role("option", name="New deal for Ada Adams")).to_be_visible()
    assert (empty, found(page)) == ([], [])


def test_axe_finds_nothing_in_open_menus_and_lists_of_keys(desk):
    page = desk()
    page.goto("/accounts/devices/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    keys = found(page)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_role("link", name="New contact")).to_be_focused()
    create = found(page)
    page.keyboard.press("Escape")
    page.locator(".me summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert (keys, create, found(page)) == ([], [], [])


def test_axe_finds_nothing_in_toasts(desk):
    page = desk()
    page.goto("/accounts/devices/")
    page.evaluate(
        """document.dispatchEvent(new CustomEvent("toast", {detail: {all: [
            {text: "Saved.", kind: "success", undo: {url: "/"}},
            {text: "Not saved.", kind: "error", link: {url: "/", text: "Sign in"}}]}}))"""
    )
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert found(page) == []


def test_axe_finds_nothing_in_refused_forms_and_errors(desk, provoked):
    page = desk()
    wrong = walked(page, ["/nothing/", "/deals/aaaaaaaaaa/"])
    for address in ("/companies/new/", "/deals/new/", "/accounts/password/"):
        page.goto(address)
        page.locator("main form button.primary").click()
        expect(page.locator("main [role=alert]")).to_be_visible()
        wrong |= {f"{address} refused": told} if (told := found(page)) else {}
    assert wrong == {}


def test_axe_finds_nothing_where_nothing_is(desk, outsider):
    assert Deal.objects.visible_to(outsider).count() == 0
    addresses = ["/", "/pipeline/", "/deals/", "/contacts/", "/companies/", "/activities/"]
    assert walked(desk(outsider), addresses) == {}
