"""The board as a person sees and moves it."""

from playwright.sync_api import Locator, Page, expect

from pipeline.models import Deal

WIDE = {"width": 1800, "height": 900}  # has room for all columns


def card(page: Page, deal: Deal) -> Locator:
    return page.locator(f"#deal-{deal.pk}")


def column(page: Page, stage: str) -> Locator:
    return page.locator(f'[data-column="{stage}"]')


def drag(page: Page, deal: Deal, stage: str) -> None:
    """With the mouse: down on the card, over to the column, up."""
    expect(page.locator("[data-card][tabindex='0']").first).to_be_visible()  # the board's script is there
    if page.viewport_size != WIDE:
        page.set_viewport_size(WIDE)
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    start, end = card(page, deal).bounding_box(), column(page, stage).locator(".cards").bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] - 6)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=8)
    page.mouse.move(end["x"] + 24, end["y"] + 24)
    page.mouse.up()


def cut_off(page: Page) -> None:
    """What others do is not told to the page, from the next time it is opened."""
    page.route_web_socket("**/live", lambda _: None)


def expect_in(page: Page, deal: Deal, stage: str) -> None:
    """The move is over, and the card stands there."""
    expect(column(page, stage).locator(f"#deal-{deal.pk}:not(.waiting)")).to_be_visible()


def expect_head(page: Page, stage: str, count: int, total: str) -> None:
    expect(page.locator(f"#head-{stage} [data-count]")).to_have_text(str(count))
    expect(page.locator(f"#head-{stage} .sum")).to_have_text(total)


def stage_of(deal: Deal) -> str:
    return Deal.unrestricted.get(pk=deal.pk).stage_id
