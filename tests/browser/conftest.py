"""A real browser before the shipped server, over committed rows.

Any error on the console, any error of a script and any request to another host fails the test.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from peer.server import KEYS
from tests.browser.counting import count
from tests.chromium import executable
from tests.deploy.conftest import address
from tests.serving import serving

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What Chromium itself says of the transition to a page that was slow to come; no script of ours starts one.
REVEALED = "Transition was aborted because of invalid state"
PATIENCE = 20_000  # milliseconds until something that does not happen fails the test: a loaded machine is slow
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def server(django_db_setup, tmp_path_factory) -> Iterator[str]:
    """The address of the shipped server, over the database of this worker."""
    with serving(address(connection.settings_dict["NAME"]), tmp_path_factory.mktemp("var"), **KEYS) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What went wrong in the windows; a test that provokes something empties it."""
    return []


@pytest.fixture
def window(server, chromium, complaints) -> Iterator[Callable[..., Page]]:
    """Opens a window of a user's, or of a visitor's; Playwright's options of a context are passed on.

    Nothing glides in it unless the test says so: while pages fade into one another the mouse meets neither.
    """
    contexts = []

    def show(user=None, **options) -> Page:
        context = chromium.new_context(base_url=server, **{"reduced_motion": "reduce", **options})
        contexts.append(context)
        if user:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key_of(user), "url": server}])
        context.set_default_timeout(PATIENCE)
        page = steady(context.new_page())
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: REVEALED in str(error) or complaints.append(str(error)))
        page.on("request", lambda request: is_ours(request.url, server) or complaints.append(request.url))
        return page

    yield show
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def watching(window):
    """A window at an address, which from now on hears of everything."""

    def show(user, address: str = "/pipeline/", **options) -> Page:
        page = window(user, **options)
        page.goto(address)
        expect(page.locator("[data-live][data-on]")).to_be_attached()
        return page

    return show


@pytest.fixture
def counted(window) -> Callable[..., Page]:
    """Opens a window at an address, with a count of clicks and keys."""

    def show(user, address: str, **options) -> Page:
        page = window(user, **options)
        count(page)
        page.goto(address)
        return page

    return show


def steady(page: Page) -> Page:
    """No key is pressed before the page that it is meant for is loaded: until then no script hears it."""

    def patient(strike: Callable[..., None]) -> Callable[..., None]:
        def when_loaded(*arguments, **options) -> None:
            page.wait_for_load_state()
            strike(*arguments, **options)

        return when_loaded

    for name in ("press", "type"):
        setattr(page.keyboard, name, patient(getattr(page.keyboard, name)))
    return page


def key_of(user) -> str:
    client = Client()
    client.force_login(user, backend="accounts.backends.PasswordBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_ours(url: str, server: str) -> bool:
    return urlsplit(url).netloc == urlsplit(server).netloc or url.startswith(("data:", "blob:"))
