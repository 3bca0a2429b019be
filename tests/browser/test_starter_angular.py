"""examples/angular, as it is built for production, from another origin against the shipped server."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from accounts.models import User
from activities.models import Activity
from peer.server import KEYS
from pipeline.models import Deal
from tests import starters
from tests.acceptance.prompt import proves
from tests.clients.conftest import missing
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Quiet(SimpleHTTPRequestHandler):
    """Any web server that serves a folder; beside it, which Parsley the page is for."""

    def __init__(self, *arguments, parse_url: str, **options) -> None:
        self.settings = {"serverURL": parse_url, "appId": KEYS["PARSE_APP_ID"], "jsKey": KEYS["PARSE_JS_KEY"]}
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        if self.path != "/settings.json":
            return super().do_GET()
        body = json.dumps(self.settings).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *arguments) -> None:
        """Not between the tests."""


@pytest.fixture(scope="session")
def built() -> Path:
    if not starters.is_installed():
        missing("The npm packages of examples/angular are not installed: bin/clients installs them.")
    return starters.build()


@pytest.fixture
def starter(built, server, chromium) -> Iterator[Page]:
    """The page, open at its own address; nothing may be amiss on its console."""
    handler = partial(Quiet, directory=str(built), parse_url=f"{server}/parse")
    context = chromium.new_context()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{web.server_address[1]}/")
        yield page
        context.close()
        web.shutdown()
    assert complaints == []


def sign_in(page: Page, user) -> None:
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Board")).to_be_visible()


@proves(15)
def test_deals_are_seen_by_stage_moved_and_talked_about(starter, rep, deal, teammate):
    Deal.objects.create(title="Hidden", created_by=teammate)
    sign_in(starter, rep)
    lead, won = starter.get_by_role("region", name="lead"), starter.get_by_role("region", name="won")
    expect(lead.get_by_role("listitem").locator("strong")).to_have_text(["Rollout"])
    expect(starter.get_by_text("Hidden")).to_have_count(0)
    lead.get_by_label("Stage").select_option("won")
    expect(won.get_by_text("Rollout")).to_be_visible()
    won.get_by_text("Activities").click()
    expect(won.get_by_text("Nothing yet.")).to_be_visible()
    won.get_by_label("Subject").fill("First call")
    won.get_by_role("button", name="Log").click()
    expect(won.get_by_text("call: First call")).to_be_visible()
    assert Deal.unrestricted.get(pk=deal.pk).stage_id == "won"
    assert [(one.type, one.related_id) for one in Activity.unrestricted.all()] == [("call", deal.pk)]


def test_what_is_added_appears_and_what_others_do_is_followed(starter, rep, deal):
    sign_in(starter, rep)
    starter.get_by_label("Title").fill("Second")
    starter.get_by_label("Amount").fill("500")
    starter.get_by_role("button", name="Add deal").click()
    lead = starter.get_by_role("region", name="lead")
    expect(lead.get_by_text("$1,700.00")).to_be_visible()
    expect(starter.get_by_role("status")).to_contain_text("What others change")
    deal.move_to("proposal")
    expect(starter.get_by_role("region", name="proposal").get_by_text("Rollout")).to_be_visible()
    starter.get_by_role("link", name="Contacts").click()
    starter.get_by_label("Name").fill("Ada Adams")
    starter.get_by_role("button", name="Add contact").click()
    expect(starter.locator("main li strong")).to_have_text(["Ada Adams"])
    starter.get_by_role("button", name="Sign out").click()
    expect(starter.get_by_role("heading", name="Sign in")).to_be_visible()
