"""The shell at work: the ways to a contact counted, keys, the palette, menus, toasts, and the end of a session."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from crm.models import Company, Contact
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provoked(complaints):
    """What was refused on purpose, which the console notes."""
    yield
    complaints[:] = [text for text in complaints if "401" not in text]


@pytest.fixture
def home(window, rep):
    page = window(rep)
    page.goto("/")
    return page


def say(page: Page, detail: str) -> None:
    page.evaluate(f"document.dispatchEvent(new CustomEvent('toast', {{detail: {detail}}}))")


def stopped(page: Page) -> None:
    """A page whose clock goes when it is told to, however long the test takes."""
    page.clock.install(time=datetime(2031, 1, 1, tzinfo=UTC))
    page.goto("/accounts/profile/")
    page.clock.pause_at(datetime(2031, 1, 1, 1, tzinfo=UTC))


def answered(page: Page) -> Locator:
    """The lines of the palette, once they are about all that was typed."""
    expect(page.locator("#palette-list")).to_have_attribute("aria-busy", "false")
    return page.get_by_role("option")


# --- To a contact, from home ------------------------------------------------------------------------------------------
def test_a_contact_is_one_click_a_name_and_enter_away(contact, home):
    home.get_by_role("searchbox", name="Search contacts").click()
    home.keyboard.type("ada adams")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"{contact.get_absolute_url()}$"))


def test_a_contact_is_a_key_a_name_and_enter_away(contact, home):
    home.keyboard.press("/")
    home.keyboard.type("ada adams")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"{contact.get_absolute_url()}$"))


def test_a_contact_is_found_in_the_palette(contact, home):
    home.keyboard.press("Control+k")
    home.keyboard.type("ada")
    answered(home)
    expect(home.get_by_role("option", name="Ada Adams").first).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"{contact.get_absolute_url()}$"))


def test_enter_before_the_palette_has_answered_searches_for_what_was_typed(contact, home):
    home.keyboard.press("Control+k")
    expect(home.get_by_role("combobox", name="Find or do")).to_be_focused()
    home.route("**/palette/?q=ada*", lambda route: None)
    home.keyboard.type("ada adams")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"{contact.get_absolute_url()}$"))


def test_search_needs_no_script(window, rep, contact):
    page = window(rep, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox", name="Search contacts").fill("ada adams")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ada Adams")).to_be_visible()


# --- The palette ------------------------------------------------------------------------------------------------------
def test_the_palette_is_a_combobox_over_a_list(rep, home):
    for name in ("Row one", "Row two"):
        Company.objects.create(name=name, created_by=rep)
    home.locator(".me summary").focus()
    home.keyboard.press("Control+k")
    box = home.get_by_role("combobox", name="Find or do")
    expect(box).to_be_focused()
    home.keyboard.type("row")
    options = answered(home)
    expect(options.first).to_contain_text("Row two")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    home.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id"))
    home.keyboard.press("ArrowUp")
    home.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(home.locator(".me summary")).to_be_focused()


def test_the_palette_changes_the_theme_and_comes_back(rep, home):
    home.goto("/contacts/?q=a")
    home.keyboard.press("Control+k")
    home.keyboard.type("theme dark")
    home.get_by_role("option", name="Theme: Dark").click()
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    expect(home).to_have_url(re.compile(r"/contacts/\?q=a$"))
    assert home.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert User.objects.get(pk=rep.pk).theme == "dark"


def test_enter_does_what_was_typed_where_no_record_is_called_that(rep, home):
    home.keyboard.press("Control+k")
    home.keyboard.type("compact")
    answered(home)
    expect(home.get_by_role("option", name="Density: Compact")).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Enter")
    expect(home.locator("html")).to_have_attribute("data-density", "compact")


def test_the_palette_signs_out_and_back_shows_nothing_of_before(home, contact):
    home.goto("/contacts/")
    expect(home.get_by_role("link", name="Ada Adams")).to_be_visible()
    home.keyboard.press("Control+k")
    home.keyboard.type("sign out")
    home.get_by_role("option", name="Sign out", exact=True).click()
    expect(home.get_by_role("heading", name="Sign in")).to_be_visible()
    home.go_back()
    expect(home.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(home.get_by_text("Ada Adams")).to_have_count(0)


# --- Keys -------------------------------------------------------------------------------------------------------------
def test_g_and_a_letter_go(home):
    places = {"p": "/pipeline/", "d": "/deals/", "c": "/contacts/", "o": "/companies/", "a": "/activities/", "h": "/"}
    home.locator("h1").click()
    for key, address in places.items():
        home.keyboard.press("g")
        home.keyboard.press(key)
        expect(home).to_have_url(re.compile(f"[0-9]{address}$"))
        expect(home.locator("h1")).to_be_visible()


def test_letters_of_another_alphabet_count_by_their_place(home):
    home.goto("/accounts/profile/")
    pressed = "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))"
    home.evaluate(pressed, ["п", "KeyG"])
    home.evaluate(pressed, ["ؤ", "KeyC"])
    expect(home).to_have_url(re.compile("/contacts/$"))


def test_keys_rest_while_one_types(home):
    home.goto("/accounts/profile/")
    home.locator("[name=name]").click()
    home.keyboard.type("?/gcu")
    expect(home.locator("[name=name]")).to_have_value(re.compile(r"\?/gcu"))
    expect(home.get_by_role("heading", name="Keys")).to_be_hidden()


def test_a_key_counts_from_the_moment_that_the_palette_is_closed(home):
    home.keyboard.press("Control+k")
    expect(home.get_by_role("combobox", name="Find or do")).to_be_focused()
    home.evaluate(
        """() => {
            document.querySelector("#palette").close();
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
        }"""
    )
    expect(home.get_by_role("heading", name="Keys")).to_be_visible()


def test_keys_can_be_turned_off(rep, home):
    User.objects.filter(pk=rep.pk).update(single_keys=False)
    home.goto("/accounts/profile/")
    for key in ("?", "c", "g", "c", "/"):
        home.keyboard.press(key)
    expect(home.get_by_role("heading", name="Keys")).to_be_hidden()
    expect(home.get_by_role("link", name="New contact")).to_be_hidden()
    assert (home.url.endswith("/accounts/profile/"), home.evaluate("document.activeElement.id")) == (True, "")
    home.keyboard.press("Control+k")
    expect(home.get_by_role("combobox", name="Find or do")).to_be_focused()


def test_the_keys_of_the_page_are_listed_first(home):
    home.goto("/contacts/")
    home.keyboard.press("?")
    expect(home.locator("[data-page-keys] dt").first).to_be_visible()
    listed = home.locator("[data-page-keys] dl > div").all_inner_texts()
    assert [" ".join(line.split()) for line in listed if line.startswith("c")] == ["c New contact"]


def test_c_opens_the_menu_where_the_page_makes_nothing(home):
    home.goto("/accounts/devices/")
    home.keyboard.press("c")
    expect(home.get_by_role("link", name="New contact")).to_be_focused()
    home.keyboard.press("Escape")
    expect(home.get_by_role("link", name="New contact")).to_be_hidden()
    expect(home.locator(".create summary")).to_be_focused()


def test_only_one_menu_is_open_and_a_click_elsewhere_closes_it(home):
    home.locator(".create summary").click()
    home.locator(".me summary").click()
    expect(home.locator("details[name=menu][open]")).to_have_count(1)
    home.locator("h1").click()
    expect(home.locator("details[name=menu][open]")).to_have_count(0)


# --- Toasts -----------------------------------------------------------------------------------------------------------
def test_a_toast_goes_by_itself_unless_it_is_an_error(home):
    stopped(home)
    say(home, "{all: [{text: 'Saved.'}, {text: 'Undoable.', undo: {url: '/x/'}}, {text: 'Refused.', kind: 'error'}]}")
    expect(home.locator(".toast")).to_have_count(3)
    home.clock.fast_forward(6_100)
    expect(home.locator(".toast p")).to_have_text(["Undoable.", "Refused."])
    home.clock.fast_forward(4_000)
    expect(home.locator(".toast p")).to_have_text(["Refused."])
    home.clock.fast_forward(60_000)
    home.get_by_role("button", name="Close").click()
    expect(home.locator(".toast")).to_have_count(0)


def test_a_toast_waits_while_one_points_at_it_or_is_in_it(home):
    stopped(home)
    say(home, "{text: 'Undoable.', undo: {url: '/x/'}}")
    home.locator(".toast").hover()
    home.clock.fast_forward(60_000)
    expect(home.locator(".toast")).to_have_count(1)
    home.get_by_role("button", name="Undo").focus()
    home.mouse.move(900, 100)
    home.clock.fast_forward(60_000)
    expect(home.locator(".toast")).to_have_count(1)
    home.locator("h1").click()
    home.clock.run_for(10_200)
    expect(home.locator(".toast")).to_have_count(0)


def test_u_undoes_the_newest_with_its_fields_and_the_token(home):
    say(home, "{all: [{text: 'A', undo: {url: '/old/'}}, {text: 'B', undo: {url: '/new/', fields: {was: 'lead'}}}]}")
    home.route("**/new/", lambda route: route.fulfill(status=204))
    with home.expect_request("**/new/") as asked:
        home.keyboard.press("u")
    sent = asked.value.post_data
    assert (asked.value.method, "was=lead" in sent, "next=%2F" in sent, "csrfmiddlewaretoken=" in sent) == (
        "POST",
        True,
        True,
        True,
    )


def test_a_page_may_undo_in_place(home):
    home.evaluate(
        "document.addEventListener('undo', event => { event.preventDefault(); window.undone = event.detail.url })"
    )
    say(home, "{text: 'A', undo: {url: '/here/'}}")
    home.keyboard.press("u")
    expect(home.locator(".toast")).to_have_count(0)
    assert home.evaluate("new URL(window.undone).pathname") == "/here/"


def test_an_error_that_comes_twice_is_said_once(home):
    say(home, "{all: [{text: 'No.', kind: 'error'}, {text: 'Other.', kind: 'error'}, {text: 'No.', kind: 'error'}]}")
    expect(home.locator(".toast p")).to_have_text(["Other.", "No."])


def test_what_a_toast_says_is_never_markup(home):
    say(home, "{text: '<img src=x onerror=alert(1)>'}")
    expect(home.locator(".toast p")).to_have_text("<img src=x onerror=alert(1)>")
    expect(home.locator(".toast img")).to_have_count(0)


# --- The end of a session ---------------------------------------------------------------------------------------------
def test_who_is_signed_out_meanwhile_keeps_what_was_typed_and_may_send_it(window, rep, provoked, contact):
    User.objects.filter(pk=rep.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    page = window(User.objects.get(pk=rep.pk))
    page.goto("/contacts/new/")
    page.fill("[name=name]", "Typed before")
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/palette/', {target: 'h1'})")
    expect(page.locator(".toast.error")).to_contain_text("You are signed out.")
    expect(page.locator("h1")).to_have_text("New contact")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in").first.click()  # two if something else was asked for meanwhile
    other = opened.value
    other.fill("[name=username]", "rep")
    other.fill("[name=password]", PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="New contact")).to_be_visible()
    with page.expect_response("**/palette/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".toast.error")).to_have_count(0)
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Typed before")).to_be_visible()
    assert Contact.objects.visible_to(rep).filter(name="Typed before").count() == 1


# --- Screens ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_shell_fits_every_screen(window, rep, contact, language):
    User.objects.filter(pk=rep.pk).update(language=language)
    page = window(rep)
    page.goto("/accounts/profile/")
    for width in (320, 390, 800, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for place in (".sidebar", ".sidebar nav", ".me summary", ".create summary"):
            expect(page.locator(place).first).to_be_in_viewport()


def test_paper_has_no_shell(home, contact):
    home.goto(contact.get_absolute_url())
    home.emulate_media(media="print", color_scheme="dark")
    shown = home.evaluate(
        "[...document.querySelectorAll('.sidebar, button, .button, .toasts')].filter(e => e.checkVisibility()).length"
    )
    body = home.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
    assert (shown, body) == (0, ["rgb(0, 0, 0)", "rgb(255, 255, 255)"])
    expect(home.get_by_role("heading", name="Ada Adams")).to_be_visible()
