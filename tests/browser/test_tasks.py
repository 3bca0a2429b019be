"""Six tasks of every day, counted: what they cost with the mouse, and with keys alone.

Logging a call, adding a deal and the next record are counted in test_record_pages.py, completing a task in test_day.py,
a deal from sign-in to Won without a pointer in test_board_story.py. Here are the others, from every page that has them.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import card, drag, expect_in, stage_of
from tests.browser.counting import spent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1800, "height": 900}  # all columns at once
PLACES = ["/", "/deals/", "/pipeline/", "/accounts/profile/"]


# To a contact by name -------------------------------------------------------------------------------------------------
def test_a_contact_is_one_click_the_name_and_enter_away(counted, rep, contact):
    page = counted(rep, PLACES[0])
    for times, place in enumerate(PLACES, start=1):
        page.goto(place)
        page.locator("#search").click()
        page.keyboard.type("ada adams")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{contact.get_absolute_url()}$"))
        assert spent(page) == {"clicks": times, "keys": ["Enter"] * times}


def test_a_contact_is_a_slash_the_name_and_enter_away(counted, rep, contact):
    page = counted(rep, PLACES[0])
    for times, place in enumerate(PLACES, start=1):
        page.goto(place)
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("ada adams")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{contact.get_absolute_url()}$"))
        assert spent(page) == {"clicks": 0, "keys": ["/", "Enter"] * times}


# A deal, one stage on -------------------------------------------------------------------------------------------------
@pytest.fixture
def board(counted, rep, deal):
    page = counted(rep, "/pipeline/", viewport=WIDE)
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)
    return page


def test_a_deal_is_moved_by_one_drag(board, deal):
    drag(board, deal, "qualified")
    expect_in(board, deal, "qualified")
    assert (spent(board), stage_of(deal)) == ({"clicks": 1, "keys": []}, "qualified")


def test_a_deal_is_moved_by_two_clicks(board, deal):
    card(board, deal).locator("[data-menu]").click()
    board.locator("#card-menu").get_by_role("button", name="Qualified").click()
    expect_in(board, deal, "qualified")
    assert (spent(board), stage_of(deal)) == ({"clicks": 2, "keys": []}, "qualified")


def test_a_deal_is_moved_by_shift_and_an_arrow(board, deal):
    card(board, deal).focus()
    board.keyboard.press("Shift+ArrowRight")
    expect_in(board, deal, "qualified")
    assert (spent(board), stage_of(deal)) == ({"clicks": 0, "keys": ["Shift+ArrowRight"]}, "qualified")
