"""What one does, others see on their open pages; and nobody is disturbed by it."""

import pytest
from playwright.sync_api import Page, expect

from activities.models import Activity
from pipeline.models import Deal
from records.sharing import share, unshare
from tests.browser.board import card, column, drag, expect_head, expect_in, stage_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]


def connected(page: Page) -> None:
    expect(page.locator("[data-live][data-on]")).to_be_attached()


@pytest.fixture
def watching(window):
    """A window at an address, which from now on hears of everything."""

    def show(user, address: str = "/pipeline/", **options) -> Page:
        page = window(user, **options)
        page.goto(address)
        connected(page)
        return page

    return show


def order(page: Page, stage: str) -> list[str]:
    return [item.get_attribute("data-card") for item in column(page, stage).locator("[data-card]").all()]


def test_two_boards_see_each_others_moves(watching, rep, lead, deal):
    mine, theirs = watching(rep), watching(lead)
    drag(mine, deal, "proposal")
    expect_in(theirs, deal, "proposal")
    expect_head(theirs, "lead", 0, "")
    expect_head(theirs, "proposal", 1, "$1,200")
    drag(theirs, deal, "qualified")
    expect_in(mine, deal, "qualified")
    expect_head(mine, "qualified", 1, "$1,200")
