"""What one does, others see on their open pages; and nobody is disturbed by it."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Team
from activities.models import Activity
from pipeline.models import Deal
from records.sharing import share, unshare
from tests.browser.board import card, column, drag, expect_head, expect_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]


def cards(page: Page, stage: str) -> list[str]:
    return [item.get_attribute("data-card") for item in column(page, stage).locator("[data-card]").all()]


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.dataset.card ?? document.activeElement.id")


def many(rep, number: int, **fields) -> list[Deal]:
    days = [f"2031-{n // 28 + 1:02}-{n % 28 + 1:02}" for n in range(number)]
    return Deal.objects.bulk_create(
        Deal(title=f"D{n}", created_by=rep, expected_close_date=day, **fields) for n, day in enumerate(days)
    )


def heard(page: Page, write) -> None:
    """Writes, and returns once the page has been told."""
    since = page.locator("[data-live]").get_attribute("data-since")
    write()
    expect(page.locator("[data-live]")).not_to_have_attribute("data-since", since)


# --- boards -----------------------------------------------------------------------------------------------------------


def test_two_boards_see_each_others_moves(watching, rep, lead, deal):
    mine, theirs = watching(rep), watching(lead)
    drag(mine, deal, "qualified")
    expect_in(theirs, deal, "qualified")
    expect_head(theirs, "lead", 0, "")
    expect_head(theirs, "qualified", 1, "$1,200")
    card(theirs, deal).focus()
    theirs.keyboard.press("5")
    expect_in(mine, deal, "won")
    expect_head(mine, "qualified", 0, "")
    expect_head(mine, "won", 1, "$1,200")


def test_a_move_comes_by_the_socket_and_is_asked_for_only_once_it_was_told(window, rep, lead, deal):
    """How long it takes is measured by bench/moves.py, on a machine that does nothing else."""
    mine, theirs = window(rep), window(lead)
    order: list[tuple[str, str]] = []
    theirs.on("websocket", lambda one: one.on("framereceived", lambda text: order.append(("told", text))))
    theirs.on("request", lambda request: order.append(("asked", request.url)))
    for page in (mine, theirs):
        page.goto("/pipeline/")
        expect(page.locator("[data-live][data-on]")).to_be_attached()
    order.clear()
    card(mine, deal).focus()
    mine.keyboard.press("2")
    expect_in(theirs, deal, "qualified")
    assert [kind for kind, what in order if deal.pk in what] == ["told", "asked"]
    assert order[0][0] == "told"


def test_an_outsiders_board_shows_nothing_of_it_and_a_new_deal_of_theirs_comes(watching, rep, outsider, deal):
    mine, board = watching(rep), watching(outsider)
    card(mine, deal).focus()
    mine.keyboard.press("2")
    expect_in(mine, deal, "qualified")
    own = Deal.objects.create(title="Own", amount=5, created_by=outsider)
    expect_in(board, own, "lead")
    expect_head(board, "lead", 1, "$5")
    assert [cards(board, stage) for stage in ("lead", "qualified")] == [[own.pk], []]


def test_a_new_card_comes_in_its_place_and_one_that_is_moved_on_in_its_new_one(watching, rep):
    first, second, third = many(rep, 3)
    page = watching(rep)
    new = Deal.objects.create(title="New", created_by=rep, expected_close_date="2031-01-02")
    expect_in(page, new, "lead")
    between = [first.pk, *sorted([second.pk, new.pk]), third.pk]
    assert cards(page, "lead") == between
    Deal.unrestricted.filter(pk=first.pk).update(expected_close_date="2032-01-01")
    expect(column(page, "lead").locator("[data-card]").last).to_have_id(f"deal-{first.pk}")
    assert cards(page, "lead") == [*between[1:], first.pk]


@pytest.mark.parametrize("sort", ["updated", "attention"])
def test_cards_stand_in_the_order_in_which_the_board_would_open(watching, rep, sort):
    rows = many(rep, 4)
    page = watching(rep, f"/pipeline/?sort={sort}")
    Activity.objects.create(subject="Overdue", related_to=rows[2], due_date="2020-01-01T00:00Z", created_by=rep)
    rows[1].move_to("qualified")
    rows[1].move_to("lead")
    Deal.objects.create(title="New", created_by=rep)
    expect(card(page, rows[2])).to_contain_text("Overdue")
    expect(column(page, "lead").locator("[data-card]")).to_have_count(5)
    seen = cards(page, "lead")
    page.reload()
    assert cards(page, "lead") == seen


def test_a_card_that_no_longer_fits_the_filters_leaves_and_one_that_does_comes(watching, rep, deal):
    other = Deal.objects.create(title="Other", created_by=rep)
    page = watching(rep, "/pipeline/?q=rollout")
    Deal.unrestricted.filter(pk=deal.pk).update(title="Renamed")
    Deal.unrestricted.filter(pk=other.pk).update(title="Rollout after all")
    expect_in(page, other, "lead")
    expect(card(page, deal)).to_have_count(0)
    assert cards(page, "lead") == [other.pk]


def test_a_card_that_one_may_no_longer_see_leaves_and_gives_the_focus_on(watching, outsider, deal):
    own = Deal.objects.create(title="Own", created_by=outsider)
    share(deal, outsider, "read")
    page = watching(outsider)
    card(page, deal).focus()
    unshare(deal, outsider)
    expect(card(page, deal)).to_have_count(0)
    assert focused(page) == own.pk


def test_a_board_follows_its_readers_own_rights(watching, rep, outsider, deal):
    """A team that one leads from now on brings its cards, and takes them along again."""
    team = Team.objects.create(name="North")
    team.members.add(rep)
    page = watching(outsider)
    team.leads.add(outsider)
    expect_in(page, deal, "lead")
    expect_head(page, "lead", 1, "$1,200")
    team.leads.remove(outsider)
    expect(card(page, deal)).to_have_count(0)
    expect_head(page, "lead", 0, "")


def test_a_drag_in_progress_is_not_disturbed(watching, rep, deal, complaints):
    other = Deal.objects.create(title="Other", amount=5, created_by=rep)
    page = watching(rep)
    start = card(page, deal).bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] - 6)
    page.mouse.down()
    end = column(page, "qualified").locator(".cards").bounding_box()
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=5)
    expect(card(page, deal)).to_have_class("deal-card dragging")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    heard(page, lambda: other.move_to("proposal"))
    heard(page, lambda: deal.move_to("negotiation"))
    assert [url for url in asked if "/deals/cards/" in url] == []
    expect_in(page, other, "lead")
    expect(card(page, deal)).to_have_class("deal-card dragging")
    page.mouse.move(end["x"] + 24, end["y"] + 24)
    page.mouse.up()
    expect(page.locator(".toast.error p")).to_contain_text("moved it to Negotiation at ")
    expect_in(page, other, "proposal")
    expect_in(page, deal, "negotiation")
    assert ["409" in text for text in complaints] == [True]
    complaints.clear()


def test_the_focus_stays_on_a_card_that_others_move_and_the_board_is_not_scrolled(watching, rep):
    rows = many(rep, 10)
    page = watching(rep)
    card(page, rows[8]).focus()
    scrolled = column(page, "lead").locator(".cards").evaluate("list => list.scrollTop")
    top = card(page, rows[8]).bounding_box()["y"]
    new = Deal.objects.create(title="New", created_by=rep, expected_close_date="2030-01-01")
    expect(card(page, new)).to_be_attached()
    assert focused(page) == rows[8].pk
    assert abs(card(page, rows[8]).bounding_box()["y"] - top) < 1  # px; cards are measured when they come in sight
    assert scrolled > 0
    rows[8].move_to("qualified")
    expect_in(page, rows[8], "qualified")
    assert focused(page) == rows[8].pk


def test_a_line_that_one_types_in_stays_while_cards_come(watching, rep):
    page = watching(rep)
    column(page, "lead").locator(".adder summary").click()
    page.locator("#quick-lead").press_sequentially("Half a li")
    new = Deal.objects.create(title="New", created_by=rep)
    expect_in(page, new, "lead")
    page.keyboard.type("ne")
    expect(page.locator("#quick-lead")).to_have_value("Half a line")


def test_ones_own_move_is_not_echoed(watching, rep, lead):
    rows = many(rep, 3)
    last = Deal.objects.create(title="Last", stage_id="qualified", created_by=rep, expected_close_date="2030-01-01")
    mine, theirs = watching(rep), watching(lead)
    asked = []
    mine.on("request", lambda request: asked.append(request.url))
    card(mine, rows[2]).focus()
    mine.keyboard.press("2")
    expect_in(theirs, rows[2], "qualified")
    assert cards(theirs, "qualified") == [last.pk, rows[2].pk]
    assert cards(mine, "qualified") == [rows[2].pk, last.pk]
    assert [url for url in asked if "/cards/" in url] == []


def test_a_bulk_change_by_others_arrives_as_a_whole_and_keeps_what_was_loaded(watching, rep):
    rows = many(rep, 130)
    page = watching(rep)
    page.get_by_role("link", name="25 more").first.evaluate("link => link.scrollIntoView()")
    expect(column(page, "lead").locator("[data-card]")).to_have_count(35)
    Deal.unrestricted.filter(pk__in=[row.pk for row in rows[10:]]).update(stage="won")
    expect_head(page, "lead", 10, "")
    expect_head(page, "won", 120, "")
    expect(column(page, "lead").locator("[data-card]")).to_have_count(10)
    expect_in(page, rows[10], "won")


def test_who_was_away_sees_what_was_missed(watching, rep, deal):
    page = watching(rep)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(page.locator("[data-live]:not([data-on])")).to_be_attached()
    deal.move_to("won")
    expect_in(page, deal, "won")
    expect(page.locator("[data-live][data-on]")).to_be_attached()


def test_a_session_that_ended_is_not_asked_for_again(watching, rep, deal):
    page = watching(rep)
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    rep.deactivate()
    expect(page.locator("[data-live]:not([data-on])")).to_be_attached()
    assert sockets == []
