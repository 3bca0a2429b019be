"""axe-core finds nothing in what opens on the board and beside facts: menus, dialogs, forms, what was refused."""

import pytest
from playwright.sync_api import expect

from pipeline.models import LostReason
from tests.browser.board import card, column
from tests.browser.test_axe import found
from tests.browser.test_pages import PHONE
from tests.pages.reading import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provoked(complaints):
    """What is refused, or cannot be sent, is noted by the console."""
    yield
    wanted = ("422", "ERR_INTERNET_DISCONNECTED", "htmx:")
    complaints[:] = [text for text in complaints if not any(word in text for word in wanted)]


@pytest.fixture
def board(window, rep, deal):
    LostReason.objects.update_or_create(pk="price", defaults={"label": "Price"})

    def show(**options):
        page = window(rep, bypass_csp=True, **options)
        page.goto("/pipeline/")
        expect(page.locator("[data-card][tabindex='0']")).to_be_visible()
        return page

    return show


def test_axe_finds_nothing_in_what_opens_on_the_board(board, provoked, deal):
    page = board()
    told = {}
    card(page, deal).locator("[data-menu]").click()
    expect(page.locator("#card-menu")).to_be_visible()
    told["menu"] = found(page)
    page.locator("#card-menu [data-edit]").click()
    page.locator("#forecast_amount").fill("much")
    page.locator("#forecast").get_by_role("button", name="Save").click()
    expect(page.locator("#forecast .error")).to_be_visible()
    told["forecast, refused"] = found(page)
    page.locator("#forecast [data-cancel]").click()
    card(page, deal).focus()
    page.keyboard.press("s")
    expect(page.locator("#lost")).to_be_visible()
    told["lost"] = found(page)
    page.locator("#lost").get_by_role("button", name="Price").click()
    expect(page.locator(".toast.moved")).to_be_visible()
    told["moved"] = found(page)
    line = column(page, "lead").locator(".adder")
    line.locator("summary").click()
    line.get_by_role("textbox").fill("12k")
    page.keyboard.press("Enter")
    expect(line.get_by_role("alert")).to_be_visible()
    told["line, refused"] = found(page)
    assert {name: wrong for name, wrong in told.items() if wrong} == {}


def test_axe_finds_nothing_in_the_menus_of_the_board_on_a_phone(board, deal):
    page = board(**PHONE)
    page.get_by_role("navigation", name="Stages").get_by_role("button").tap()
    expect(page.locator("#stages")).to_be_visible()
    stages = found(page)
    page.keyboard.press("Escape")
    card(page, deal).locator("[data-menu]").tap()
    expect(page.locator("#card-menu")).to_be_visible()
    assert (stages, found(page)) == ([], [])


def test_axe_finds_nothing_in_a_fact_that_is_changed_refused_and_waits(window, provoked, rep, deal):
    page = window(rep, bypass_csp=True)
    page.goto(at(deal))
    page.locator("#fact-amount .edit-fact").click()
    expect(page.locator("#fact_amount")).to_be_focused()
    opened = found(page)
    page.locator("#fact_amount").fill("much")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-amount .error")).to_be_visible()
    refused = found(page)
    page.context.set_offline(True)
    page.locator("#fact_amount").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.error")).to_be_visible()
    assert (opened, refused, found(page)) == ([], [], [])
    page.context.set_offline(False)
    expect(page.locator(".toast.error")).to_have_count(0)
