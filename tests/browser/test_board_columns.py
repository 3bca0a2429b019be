"""Which columns of the board are seen, and how one gets to the others."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Deal
from tests.browser.board import card, column
from tests.browser.test_pages import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]

CUT = """[...document.querySelectorAll("[data-column]")].map(one => one.getBoundingClientRect())
    .filter(box => box.left < innerWidth - 24 && box.right > innerWidth).length"""


@pytest.mark.parametrize(("width", "whole"), [(1024, 3), (1280, 4), (1440, 4), (1920, 6)])
def test_columns_are_whole_and_what_lies_beyond_is_named_at_the_edge(window, rep, deal, width, whole):
    page = window(rep, viewport={"width": width, "height": 800})
    page.goto("/pipeline/")
    columns = ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]
    after = page.get_by_role("button", name="On to " + " ".join(columns[whole:]))
    expect(after).to_have_count(1 if whole < 6 else 0)
    sizes = [box["width"] for box in (page.locator("[data-column]").nth(n).bounding_box() for n in range(6))]
    assert (page.evaluate(CUT), min(sizes) >= 240, max(sizes) <= 320) == (0, True, True)
    if whole < 6:
        after.click()
        expect(column(page, "lost")).to_be_in_viewport(ratio=0.99)
        expect(page.get_by_role("button", name="Back to Lead")).to_be_visible()


def test_without_a_script_the_menu_of_stages_leads_to_each_on_a_phone(window, rep):
    deal = Deal.objects.create(title="Far", stage_id="negotiation", created_by=rep)
    page = window(rep, java_script_enabled=False, **PHONE)
    page.goto("/pipeline/")
    expect(card(page, deal)).not_to_be_in_viewport()
    stages = page.get_by_role("navigation", name="Stages")
    stages.get_by_role("button", name="Stages").tap()
    stages.get_by_role("link", name="Negotiation").tap()
    expect(card(page, deal)).to_be_in_viewport()


def test_the_arrow_below_the_last_card_brings_more(window, rep):
    deals = [Deal.objects.create(title=f"Deal {n}", created_by=rep) for n in range(27)]
    page = window(rep, viewport={"width": 1280, "height": 600})
    page.goto("/pipeline/")
    first = page.locator("[data-card][tabindex='0']")
    expect(first).to_have_count(1)
    first.focus()
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-card]").nth(9)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-card]")).to_have_count(len(deals))
