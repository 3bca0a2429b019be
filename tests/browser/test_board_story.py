"""The board by keyboard alone, by touch alone, and what can be taken back."""

import re
from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from accounts.models import User
from pipeline.models import Deal, Stage
from tests.browser.board import card, column, cut_off, drag, expect_head, expect_in, stage_of
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1800, "height": 900}  # all columns at once
COUNT_POINTERS = """for (const name of ["pointerdown", "mousedown", "touchstart"])
    addEventListener(name, () => sessionStorage.setItem("pointers", Number(sessionStorage.pointers ?? 0) + 1), true);"""


@pytest.fixture
def page(window, rep, deal):
    page = window(rep)
    page.goto("/pipeline/")
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)
    return page


@pytest.fixture
def _reason_required():
    Stage.objects.filter(pk="lost").update(reason_required=True)
    yield
    Stage.objects.filter(pk="lost").update(reason_required=False)


def stored(deal: Deal) -> tuple[str, str | None]:
    found = Deal.unrestricted.get(pk=deal.pk)
    return found.stage_id, found.lost_reason_id


def test_a_deal_goes_from_sign_in_to_won_without_a_pointer(window, rep):
    User.objects.filter(pk=rep.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    page = window()
    page.add_init_script(COUNT_POINTERS)
    page.goto("/pipeline/")
    page.locator("[name=username]").focus()
    page.keyboard.type("rep")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pipeline", exact=True)).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="New deal")).to_be_visible()
    page.get_by_label("Title").focus()
    page.keyboard.type("Rollout")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("“Rollout” is added.")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)
    reach(page, "[data-card]")
    deal = Deal.unrestricted.get()
    for stage in ("qualified", "proposal"):
        page.keyboard.press("Shift+ArrowRight")
        expect_in(page, deal, stage)
    page.keyboard.press("w")
    expect_in(page, deal, "won")
    assert (stage_of(deal), page.evaluate("sessionStorage.pointers ?? 0")) == ("won", 0)


def reach(page, selector: str) -> None:
    """By Tab alone, as somebody without a mouse comes there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_losing_asks_for_a_reason_and_escape_leaves_the_card(page, deal):
    card(page, deal).focus()
    page.keyboard.press("s")
    expect(page.locator("#lost")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#lost")).to_be_hidden()
    expect_in(page, deal, "lead")
    assert (stored(deal), page.evaluate("document.activeElement.dataset.card")) == (("lead", None), deal.pk)
    page.keyboard.press("s")
    page.get_by_role("button", name="Competitor").press("Enter")
    expect_in(page, deal, "lost")
    assert stored(deal) == ("lost", "competitor")


@pytest.mark.usefixtures("_reason_required")
def test_a_required_reason_cannot_be_skipped(window, rep, deal):
    page = window(rep, viewport=WIDE)
    page.goto("/pipeline/")
    drag(page, deal, "lost")
    expect(page.get_by_role("button", name="Without a reason")).to_be_hidden()
    page.get_by_role("button", name="Price").click()
    expect_in(page, deal, "lost")
    assert stored(deal) == ("lost", "price")


def test_a_reason_that_became_required_meanwhile_is_asked_for(window, rep, deal, complaints):
    page = window(rep, viewport=WIDE)
    page.goto("/pipeline/")
    Stage.objects.filter(pk="lost").update(reason_required=True)
    try:
        drag(page, deal, "lost")
        page.get_by_role("button", name="Without a reason").click()
        expect(page.locator(".toast.error p").first).to_have_text("Say why the deal is lost.")
        expect(page.locator("#lost")).to_be_visible()
        page.get_by_role("button", name="Timing").click()
        expect_in(page, deal, "lost")
    finally:
        Stage.objects.filter(pk="lost").update(reason_required=False)
    assert stored(deal) == ("lost", "timing")
    complaints.clear()


def test_the_strip_at_the_bottom_is_there_while_dragging_and_wins(page, deal):
    strip = page.locator("[data-strip]")
    expect(strip).to_be_hidden()
    start = card(page, deal).bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] - 6)
    page.mouse.down()
    page.mouse.move(start["x"] + 160, start["y"] + 200, steps=6)
    expect(strip).to_be_visible()
    goal = strip.locator("[data-drop=won]").bounding_box()
    low = page.viewport_size["height"] - 40  # where it comes to rest
    for step in range(40):  # as a hand does: until it is seen to be there
        page.mouse.move(goal["x"] + 30 + step, low)
        if strip.locator(".over").count():
            break
    page.mouse.up()
    expect_in(page, deal, "won")
    expect(strip).to_be_hidden()
    assert stage_of(deal) == "won"


def test_a_move_can_be_taken_back_in_place(page, deal):
    drag(page, deal, "won")
    expect_in(page, deal, "won")
    page.get_by_role("button", name="Undo").click()
    expect_in(page, deal, "lead")
    expect_head(page, "lead", 1, "$1,200")
    assert stage_of(deal) == "lead"


def test_taking_back_a_move_out_of_lost_brings_the_reason_back(window, rep, deal):
    deal.move_to("lost", "price")
    page = window(rep, viewport=WIDE)
    page.goto("/pipeline/")
    drag(page, deal, "proposal")
    expect_in(page, deal, "proposal")
    assert stored(deal) == ("proposal", None)
    page.get_by_role("button", name="Undo").click()
    expect_in(page, deal, "lost")
    assert stored(deal) == ("lost", "price")


def test_amount_and_day_are_edited_on_the_card(page, deal, complaints):
    card(page, deal).focus()
    page.keyboard.press("e")
    page.locator("#forecast_amount").fill("many")
    page.keyboard.press("Enter")
    expect(page.locator("#forecast_amount_error")).to_be_visible()
    page.locator("#forecast_amount").fill("5000")
    page.locator("#forecast_expected_close_date").fill("2031-02-03")
    page.keyboard.press("Enter")
    expect(page.locator("#forecast")).to_be_hidden()
    expect(card(page, deal)).to_contain_text("$5,000")
    expect_head(page, "lead", 1, "$5,000")
    found = Deal.unrestricted.get(pk=deal.pk)
    assert (found.amount, found.expected_close_date) == (5000, date(2031, 2, 3))
    complaints.clear()


def test_a_deal_is_added_in_its_column(page, deal, complaints):
    column(page, "qualified").locator("summary").click()
    line = page.locator("#quick-qualified")
    line.fill("Second 12k @Nobody")
    expect(page.locator("#understood-qualified")).to_contain_text("$12,000")
    line.press("Enter")
    expect(page.locator("#wrong-qualified")).to_contain_text("There is no company called “Nobody”")
    line.fill("Second 12k @Acme")
    line.press("Enter")
    expect(column(page, "qualified").locator("[data-card]")).to_have_count(1)
    expect_head(page, "qualified", 1, "$12,000")
    added = Deal.unrestricted.get(title="Second")
    expect(line).to_have_value("")
    card(page, added).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect_in(page, added, "proposal")
    complaints.clear()


def test_by_touch_a_card_is_moved_through_its_menu(window, rep, deal):
    page = window(rep, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/pipeline/")
    opener = card(page, deal).locator("[data-menu]")
    box = opener.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    opener.tap()
    page.locator("#card-menu").get_by_role("button", name="Proposal").tap()
    expect_in_dom(page, deal, "proposal")
    stages = page.get_by_role("navigation", name="Stages")
    for stage, cards in [("Won", 0), ("Proposal", 1)]:
        stages.get_by_role("button").tap()
        expect(stages.get_by_role("link", name=stage)).to_have_text(f"{stage}{cards}")
        stages.get_by_role("link", name=stage).tap()
        expect(stages.get_by_role("button", name=stage)).to_be_visible()
    expect(card(page, deal)).to_be_in_viewport()
    assert stage_of(deal) == "proposal"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def expect_in_dom(page, deal: Deal, stage: str) -> None:
    expect(column(page, stage).locator(f"#deal-{deal.pk}:not(.waiting)")).to_have_count(1)


def test_letters_are_off_where_they_are_turned_off_and_arrows_are_not(window, rep, deal):
    User.objects.filter(pk=rep.pk).update(single_keys=False)
    page = window(rep)
    page.goto("/pipeline/")
    card(page, deal).focus()
    for key in ("w", "s", "e", "5"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Shift+ArrowRight")
    expect_in(page, deal, "qualified")
    assert stage_of(deal) == "qualified"


def test_from_right_to_left_the_arrows_go_as_they_look(window, rep, deal):
    page = window(rep)
    cut_off(page)  # Chromium opens no socket for a page that came from the test
    page.route("**/pipeline/", lambda route: turned(route))
    page.goto("/pipeline/")
    card(page, deal).focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect_in(page, deal, "qualified")
    assert stage_of(deal) == "qualified"


def turned(route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub(r'<html([^>]*) dir="ltr"', r'<html\1 dir="rtl"', answer.text()))


def test_who_moved_it_meanwhile_is_said_by_name(page, deal, lead, browser_of, complaints):
    cut_off(page)
    page.reload()
    browser_of(lead).post(f"/deals/{deal.pk}/stage/", {"stage": "proposal"})
    drag(page, deal, "won")
    expect(page.locator(".toast.error p")).to_contain_text("lead moved it to Proposal at ")
    expect_in(page, deal, "proposal")
    complaints.clear()


def test_a_move_waits_for_the_network_and_is_made_when_it_is_back(page, deal, complaints):
    page.context.set_offline(True)
    drag(page, deal, "won")
    expect(card(page, deal)).to_have_class(re.compile("offline"))
    page.context.set_offline(False)
    expect_in(page, deal, "won")
    assert stage_of(deal) == "won"
    complaints.clear()
