"""Opens each page as a person does, says what is not right with it, and keeps a picture."""

import base64
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser.conftest import ARGUMENTS, PATIENCE
from tests.chromium import executable
from tests.screens.pages import SCREENS, VARIANTS, Screen
from tests.screens.scene import key_of

QUALITY = 60
LONGEST = 3_000  # px: what stands below is more of the same
STILL = "!document.querySelector('.htmx-request') && document.fonts.status === 'loaded'"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def take(server: str, ids: dict[str, str], options: Namespace) -> list[str]:
    """The pictures asked for; returns what was wrong, a line each."""
    screens = [screen for screen in SCREENS if not options.names or screen.name in options.names]
    wrong = [f"{name}: there is no such page" for name in {*options.names} - {screen.name for screen in screens}]
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        for variant in options.variants or VARIANTS:
            for who in dict.fromkeys(screen.who for screen in screens):
                with desk(browser, server, who, variant) as context:
                    for screen in screens:
                        if screen.who == who and variant in screen.variants():
                            wrong += shoot(context, screen, variant, ids, options)
        browser.close()
    return wrong


@contextmanager
def desk(browser: Browser, server: str, who: str | None, variant: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server, reduced_motion="reduce", **VARIANTS[variant])
    context.set_default_timeout(PATIENCE)
    if who:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key_of(who), "url": server}])
    yield context
    context.close()


def shoot(context: BrowserContext, screen: Screen, variant: str, ids: dict[str, str], options: Namespace) -> list[str]:
    path = options.folder / f"{screen.name}-{variant}.webp"
    path.unlink(missing_ok=True)
    with watched(context.new_page()) as (page, noted):
        try:
            found = show(page, screen, variant, ids)
            picture(page, path, whole=options.whole or variant == "print")
        except (BrowserError, AssertionError) as error:
            found = [str(error).strip().splitlines()[0]]
    found += [text for text in noted if not any(code in text for code in screen.noted)]
    if not path.exists() or path.stat().st_size == 0:
        found.append("there is no picture")
    return [f"{screen.name}, {variant}: {text}" for text in found]


@contextmanager
def watched(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """The page, and what its console says of it."""
    noted: list[str] = []
    page.on("console", lambda message: message.type == "error" and noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    yield page, noted
    page.close()


def show(page: Page, screen: Screen, variant: str, ids: dict[str, str]) -> list[str]:
    """The page as it should stand on the picture; returns what does not."""
    answer = page.goto(screen.address.format(**ids))
    found = [] if answer.status == screen.status else [f"answered {answer.status}, not {screen.status}"]
    if screen.then:
        page.wait_for_function(STILL)
        screen.then(page)
    if variant == "print":
        page.emulate_media(media="print")
    page.wait_for_function(STILL)
    expect(page.locator(screen.shows).first, f"{screen.shows} is not shown").to_be_visible()
    direction = "rtl" if variant == "arabic" else "ltr"
    if page.evaluate("document.dir") != direction:
        found.append(f"is not written {direction}")
    if variant != "print" and (over := page.evaluate(OVERFLOW)) > 0:
        found.append(f"scrolls sideways by {over} px")
    return found


def picture(page: Page, path: Path, *, whole: bool) -> None:
    size = page.viewport_size
    if whole:
        height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
        page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(taken["data"]))
