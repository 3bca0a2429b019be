"""Which pages are photographed, and in which shapes. A route that is in neither list below fails a test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PAPER = {"width": 718, "height": 1016}  # A4 less its margins, at 96 px an inch

VARIANTS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True, "is_mobile": True},
    "arabic": {"viewport": DESK, "color_scheme": "light", "locale": "ar"},
    "contrast": {"viewport": DESK, "color_scheme": "light", "contrast": "more"},
    "print": {"viewport": PAPER, "color_scheme": "light"},
}


@dataclass(frozen=True)
class Screen:
    name: str
    route: str
    address: str
    """May name records of the demo: ``{deal}``, ``{contact}``, ``{company}``, ``{activity}``, ``{month}``."""
    then: Callable[[Page], None] | None = None
    """What is done on the page before the picture is taken."""
    who: str | None = "rep"
    status: int = 200
    shows: str = "main h1"
    noted: tuple[str, ...] = field(default=())
    """What the browser's console says of an answer that is meant to be so."""
    on_paper: bool = True
    """Paper has no dialogs and menus."""

    def variants(self) -> list[str]:
        return [name for name in VARIANTS if name != "print" or self.on_paper]


# What is done on a page, by selectors, as the words differ with the language ------------------------------------------
def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] [role=option]").first).to_be_visible()


def open_keys(page: Page) -> None:
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys[open]")).to_be_visible()


def send_empty(page: Page) -> None:
    page.locator("main form.form button.primary").first.click()
    expect(page.locator("main [role=alert]").first).to_be_visible()


def choose_three(page: Page) -> None:
    for row in range(3):
        page.locator("[name=row]").nth(row).check()


def preview_move(page: Page) -> None:
    choose_three(page)
    page.locator("#bulk button[value=move]").click()
    expect(page.locator(".bulk-preview")).to_be_visible()


def open_columns(page: Page) -> None:
    page.locator(".toolbar details.choose summary").click()


def open_sharing(page: Page) -> None:
    page.locator("details.sharing summary").click()
    expect(page.locator("details.sharing form").first).to_be_visible()


def run_call(page: Page) -> None:
    page.locator("form[data-call] button.primary").click()
    expect(page.locator("#answer")).to_be_visible()


def edit_amount(page: Page) -> None:
    page.locator("#fact-amount a").first.click()
    expect(page.locator("#fact-amount input:not([type=hidden])").first).to_be_visible()


REFUSED = ("422",)

SCREENS = [
    Screen("my-day", "desk:my-day", "/"),
    Screen("palette", "desk:palette", "/", open_palette, shows="dialog[open]", on_paper=False),
    Screen("keys", "desk:my-day", "/", open_keys, shows="dialog[open]", on_paper=False),
    Screen("search", "desk:search", "/search/?q=an"),
    Screen("search-nothing", "desk:search", "/search/?q=zzzzzz"),
    Screen("view", "desk:saved-view", "/views/{view}/"),
    Screen("styleguide", "desk:styleguide", "/styleguide/", who="admin"),
    Screen("board", "pipeline:board", "/pipeline/"),
    Screen("board-nothing", "pipeline:board", "/pipeline/?q=zzzzzz"),
    Screen("deals", "pipeline:deal-list", "/deals/"),
    Screen("deals-filtered", "pipeline:deal-list", "/deals/?saved=all&stage__in=lead,won&assigned_to=me"),
    Screen("deals-nothing", "pipeline:deal-list", "/deals/?saved=all&q=zzzzzz"),
    Screen("deals-selected", "pipeline:deal-list", "/deals/", choose_three, shows="#bulk", on_paper=False),
    Screen(
        "deals-columns", "pipeline:deal-columns", "/deals/", open_columns, shows="details.choose[open]", on_paper=False
    ),
    Screen("deals-bulk", "pipeline:deal-selection", "/deals/", preview_move, shows=".bulk-preview"),
    Screen("deal", "pipeline:deal-detail", "/deals/{deal}/"),
    Screen("deal-new", "pipeline:deal-new", "/deals/new/"),
    Screen("deal-refused", "pipeline:deal-new", "/deals/new/", send_empty, noted=REFUSED, shows="main [role=alert]"),
    Screen("deal-edit", "pipeline:deal-edit", "/deals/{deal}/edit/"),
    Screen("deal-field", "pipeline:deal-field", "/deals/{deal}/", edit_amount, shows=".fact.editing"),
    Screen("deal-delete", "pipeline:deal-delete", "/deals/{deal}/delete/"),
    Screen("deal-sharing", "pipeline:deal-sharing", "/deals/{deal}/sharing/"),
    Screen(
        "deal-sharing-in-place",
        "pipeline:deal-sharing",
        "/deals/{deal}/",
        open_sharing,
        shows="details[open]",
        on_paper=False,
    ),
    Screen("deal-history", "live:deal-history", "/deals/{deal}/history/"),
    Screen("deal-timeline", "pipeline:deal-timeline", "/deals/{deal}/timeline/"),
    Screen("contacts", "crm:contact-list", "/contacts/"),
    Screen("contact", "crm:contact-detail", "/contacts/{contact}/"),
    Screen("contact-new", "crm:contact-new", "/contacts/new/"),
    Screen("contact-edit", "crm:contact-edit", "/contacts/{contact}/edit/"),
    Screen("companies", "crm:company-list", "/companies/"),
    Screen("company", "crm:company-detail", "/companies/{company}/"),
    Screen("company-new", "crm:company-new", "/companies/new/"),
    Screen("company-edit", "crm:company-edit", "/companies/{company}/edit/"),
    Screen("activities", "activities:activity-list", "/activities/?view=list"),
    Screen("week", "activities:activity-list", "/activities/?view=week&whose=all"),
    Screen("month", "activities:activity-list", "/activities/?view=month&whose=all"),
    Screen("activity", "activities:activity-detail", "/activities/{activity}/"),
    Screen("activity-new", "activities:activity-new", "/activities/new/"),
    Screen("activity-edit", "activities:activity-edit", "/activities/{activity}/edit/"),
    Screen("due-date", "activities:activity-due-date", "/activities/{activity}/due-date/"),
    Screen("feed", "activities:feed", "/activities/feed/"),
    Screen("fields", "desk:fields", "/settings/fields/", who="admin"),
    Screen("field-new", "desk:field-new", "/settings/fields/new/", who="admin"),
    Screen("field", "desk:field", "/settings/fields/{field}/", who="admin"),
    Screen("field-delete", "desk:field-deletion", "/settings/fields/{field}/deletion/", who="admin"),
    Screen("trash", "live:trash", "/trash/"),
    Screen("developers", "developers:home", "/developers/"),
    Screen("dictionary", "developers:dictionary", "/developers/dictionary/"),
    Screen("diagram", "developers:diagram", "/developers/diagram/"),
    Screen("models", "developers:models", "/developers/models/"),
    Screen("playground", "developers:playground-face", "/developers/playground/parse/"),
    Screen("playground-answer", "developers:playground-face", "/developers/playground/parse/", run_call),
    Screen("playground-graphql", "developers:playground-face", "/developers/playground/graphql/"),
    Screen("playground-live", "developers:playground-face", "/developers/playground/live/"),
    Screen("profile", "accounts:profile", "/accounts/profile/"),
    Screen("password", "accounts:password-change", "/accounts/password/"),
    Screen("devices", "accounts:devices", "/accounts/devices/"),
    Screen("missing", "404", "/nothing/", status=404, noted=("404",)),
    Screen("sign-in", "accounts:login", "/accounts/login/", who=None),
    Screen("sign-in-refused", "accounts:login", "/accounts/login/", send_empty, None, noted=REFUSED),
    Screen("sign-up", "accounts:signup", "/accounts/signup/", who=None),
    Screen("reset", "accounts:password-reset", "/accounts/password/reset/", who=None),
    Screen("reset-sent", "accounts:password-reset-sent", "/accounts/password/reset/sent/", who=None),
    Screen("reset-confirm", "accounts:password-reset-confirm", "/accounts/password/reset/x/y/", who=None),
    Screen("email-confirm", "accounts:email-confirm", "/accounts/email/x/y/", who=None, status=410, noted=("410",)),
]

NOT_SHOWN = {
    "healthz": "words for a monitor",
    "parse:*": "JSON",
    "graphql:*": "JSON",
    "mcp": "JSON",
    "api:*": "JSON, but for the documentation, which is Swagger's own page",
    "admin:*": "Django's own pages",
    "developers:*-file": "a file",
    "developers:playground": "leads on to its first face",
    "developers:playground-session": "posted to",
    "accounts:logout": "posted to",
    "accounts:preferences": "posted to",
    "accounts:device-end": "posted to",
    "desk:saved-view-new": "posted to, from a menu of the list",
    "desk:saved-view-deletion": "posted to",
    "desk:saved-view-first": "posted to",
    "pipeline:column": "a part of the board",
    "pipeline:cards": "parts of the board, for those that changed",
    "*-viewers": "a part of a record's page",
    "pipeline:column-deals": "posted to, from a part of the board",
    "pipeline:deal-stage": "posted to",
    "pipeline:deal-forecast": "posted to, from a part of the board",
    "*-columns": "posted to; the menu is in the picture of deals-columns",
    "*-export": "a file",
    "*-selection": "as deals-bulk, with another kind of record",
    "*-selection-change": "posted to",
    "*-options": "what a field suggests while one types",
    "*-likely": "a part of a form",
    "*-field": "as deal-field, with another kind of record",
    "*-delete": "as deal-delete, with another kind of record",
    "*-sharing": "as deal-sharing, with another kind of record",
    "*-history": "as deal-history, with another kind of record",
    "*-timeline": "as deal-timeline, with another kind of record",
    "activities:feed-revocation": "posted to",
    "activities:feed-file": "a file for calendar programs",
    "activities:activity-completion": "posted to",
    "live:undo": "posted to; its refusal is a page that tests/browser/test_undo.py looks at",
    "live:restoration": "posted to",
}
"""Routes without a picture, and why."""
