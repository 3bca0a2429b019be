"""Moving cards by mouse and by keyboard; and what happens when a move is refused."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Deal
from records.sharing import share, unshare
from tests.browser.board import card, column, cut_off, drag, expect_head, expect_in, stage_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]


@pytest.fixture
def page(window, rep, deal):
    page = window(rep, reduced_motion="no-preference")
    page.goto("/pipeline/")
    return page


def focused(page) -> str:
    return page.evaluate("document.activeElement.dataset.card ?? ''")


def stands(page) -> dict[str, list[str]]:
    """The cards of each column on the screen."""
    return {
        stage: [item.get_attribute("data-card") for item in column(page, stage).locator("[data-card]").all()]
        for stage in STAGES
    }


def stored() -> dict[str, list[str]]:
    return {stage: list(Deal.unrestricted.filter(stage=stage).values_list("pk", flat=True)) for stage in STAGES}


def test_shift_and_an_arrow_move_the_card_and_the_focus_with_it(page, deal):
    card(page, deal).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect_in(page, deal, "qualified")
    expect(page.locator("[data-spoken]")).to_have_text("Rollout moved to Qualified.")
    expect_head(page, "lead", 0, "")
    expect_head(page, "qualified", 1, "$1,200")
    assert (focused(page), stage_of(deal)) == (deal.pk, "qualified")
    page.keyboard.press("Shift+ArrowLeft")
    expect_in(page, deal, "lead")
    expect(page.locator("[data-spoken]")).to_have_text("Rollout moved to Lead.")
    assert (focused(page), stage_of(deal)) == (deal.pk, "lead")


def test_a_number_moves_the_card_to_that_stage(page, deal):
    card(page, deal).focus()
    page.keyboard.press("5")
    expect_in(page, deal, STAGES[4])
    assert (focused(page), stage_of(deal)) == (deal.pk, STAGES[4])


def test_nothing_lies_beyond_the_first_and_the_last_stage(page, deal):
    card(page, deal).focus()
    for key in ("Shift+ArrowLeft", "9", "1", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    assert (stands(page)["lead"], stage_of(deal)) == ([deal.pk], "lead")


def test_a_column_is_one_tab_stop_and_arrows_walk_within_and_across(window, rep):
    rows = [Deal.objects.create(title=f"D{n}", created_by=rep, stage_id="lead") for n in range(3)]
    won = Deal.objects.create(title="W", created_by=rep, stage_id="won")
    page = window(rep)
    page.goto("/pipeline/")
    assert page.locator(".deal-card[tabindex='0'], .deal-card a:not([tabindex='-1'])").count() == 2
    order = stands(page)["lead"]
    page.locator(f"#deal-{order[0]}").focus()
    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == [order[1], order[2], order[1], won.pk, order[0]]
    assert {row.pk for row in rows} == set(order)


def test_enter_opens_the_card(page, deal):
    card(page, deal).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rollout")).to_be_visible()


def test_a_card_dropped_where_it_was_is_not_moved(page, deal):
    changed = Deal.unrestricted.get(pk=deal.pk).updated_at
    drag(page, deal, "lead")
    expect_in(page, deal, "lead")
    assert Deal.unrestricted.get(pk=deal.pk).updated_at == changed


def test_a_card_that_somebody_else_moved_goes_where_they_put_it_with_the_reason(page, deal, complaints):
    cut_off(page)
    page.reload()
    Deal.unrestricted.filter(pk=deal.pk).update(stage="proposal")
    drag(page, deal, "won")
    expect(page.locator(".toast.error p")).to_contain_text("Somebody moved it to Proposal at ")
    expect_in(page, deal, "proposal")
    expect_head(page, "lead", 0, "")
    expect_head(page, "proposal", 1, "$1,200")
    assert stands(page) == stored()
    assert [text for text in complaints if "409" not in text] == []
    complaints.clear()
    drag(page, deal, "won")
    expect_in(page, deal, "won")
    assert stands(page) == stored()


def test_a_card_goes_back_to_its_place_when_the_network_is_lost(window, rep, complaints):
    rows = [Deal.objects.create(title=f"D{n}", created_by=rep) for n in range(3)]
    page = window(rep)
    page.goto("/pipeline/")
    before = stands(page)
    page.locator("[data-board]").evaluate("board => (board.dataset.patience = 1200)")
    page.context.set_offline(True)
    drag(page, rows[1], "won")
    expect(card(page, rows[1])).to_have_attribute("data-waits", "Waiting for the network")
    expect(page.locator(".toast.error p")).to_have_text("No connection. Try again in a moment.")
    expect_in(page, rows[1], "lead")
    expect(page.locator("[data-spoken]")).to_have_text("Not moved. No connection. Try again in a moment.")
    assert stands(page) == before
    complaints.clear()
    page.context.set_offline(False)
    drag(page, rows[1], "won")
    expect_in(page, rows[1], "won")
    assert stage_of(rows[1]) == "won"


def test_a_card_goes_back_when_the_deal_was_taken_away(window, outsider, deal, rep, complaints):
    share(deal, outsider, "write")
    page = window(outsider)
    cut_off(page)
    page.goto("/pipeline/")
    unshare(deal, outsider)
    card(page, deal).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".toast.error p")).to_have_text("It is gone, or you may no longer see it.")
    expect_in(page, deal, "lead")
    assert (focused(page), stage_of(deal)) == (deal.pk, "lead")
    complaints.clear()


def test_a_card_goes_back_when_one_was_signed_out_elsewhere(page, rep, deal, complaints):
    rep.set_password("something else entirely")
    rep.save()
    drag(page, deal, "won")
    expect(page.locator(".toast.error")).to_contain_text("You are signed out.")
    expect_in(page, deal, "lead")
    complaints.clear()


def test_a_card_that_one_may_only_see_cannot_be_moved(window, outsider, deal):
    share(deal, outsider, "read")
    page = window(outsider)
    page.goto("/pipeline/")
    drag(page, deal, "won")
    card(page, deal).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect_in(page, deal, "lead")
    assert stage_of(deal) == "lead"


def test_25_more_adds_exactly_the_rest(window, rep):
    for n in range(35):
        Deal.objects.create(title=f"D{n}", created_by=rep)
    page = window(rep)
    page.goto("/pipeline/")
    expect(column(page, "lead").locator("[data-card]")).to_have_count(10)
    page.get_by_role("link", name="25 more").evaluate("link => link.scrollIntoView()")
    expect(column(page, "lead").locator("[data-card]")).to_have_count(35)
    expect(page.get_by_role("link", name="25 more")).to_have_count(0)
    assert set(stands(page)["lead"]) == set(stored()["lead"])
    assert column(page, "lead").locator(".deal-card[tabindex='0']").count() == 1


def test_a_card_that_came_with_more_can_be_moved(window, rep):
    for n in range(30):
        Deal.objects.create(title=f"D{n}", created_by=rep, amount=1)
    page = window(rep)
    page.goto("/pipeline/")
    page.get_by_role("link", name="25 more").evaluate("link => link.scrollIntoView()")
    expect(column(page, "lead").locator("[data-card]")).to_have_count(30)
    last = Deal.unrestricted.get(pk=stands(page)["lead"][-1])
    card(page, last).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect_in(page, last, "qualified")
    expect_head(page, "lead", 29, "$29")
    assert stage_of(last) == "qualified"


def test_the_heads_after_a_move_are_those_under_the_filters(window, rep, deal):
    Deal.objects.create(title="Other", amount=5, stage_id="won", created_by=rep)
    page = window(rep)
    page.goto("/pipeline/?q=roll")
    drag(page, deal, "won")
    expect_in(page, deal, "won")
    expect_head(page, "won", 1, "$1,200")
