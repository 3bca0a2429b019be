"""The form of a deal: what it asks depends on the stage; and it waits for the network."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Deal, LostReason
from tests.pages.reading import at

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]


def test_a_reason_is_asked_for_in_a_lost_stage_alone(window, rep, deal):
    LostReason.objects.update_or_create(pk="price", defaults={"label": "Price"})
    page = window(rep, java_script_enabled=False)
    page.goto(at(deal, "edit"))
    reason = page.get_by_label("Reason, if lost")
    expect(reason).to_be_hidden()
    page.get_by_label("Stage").select_option("lost")
    reason.select_option("price")
    page.get_by_label("Stage").select_option("won")
    expect(reason).to_be_hidden()
    page.locator("main form button.primary").click()
    expect(page.get_by_text("is saved")).to_be_visible()
    deal.refresh_from_db()
    assert (deal.stage_id, deal.lost_reason_id) == ("won", None)


@pytest.fixture
def away(complaints):
    """That nobody answers is noted by the console."""
    yield
    complaints[:] = [text for text in complaints if "ERR_INTERNET_DISCONNECTED" not in text and "htmx:" not in text]


def test_a_form_that_cannot_be_sent_waits_with_what_was_typed_and_is_sent_once(window, away, rep):
    page = window(rep)
    page.goto("/deals/new/")
    page.get_by_label("Title").fill("In a tunnel")
    page.context.set_offline(True)
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(page.locator(".toast.error")).to_contain_text("What you typed is kept")
    page.get_by_label("Title").fill("Through a tunnel")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Through a tunnel")).to_be_visible()
    assert [deal.title for deal in Deal.unrestricted.all()] == ["Through a tunnel"]


def test_a_fact_that_cannot_be_sent_waits_where_it_stands(window, away, rep, deal):
    page = window(rep)
    page.goto(at(deal))
    page.locator("#fact-notes").get_by_role("link").click()
    page.locator("#fact_notes").fill("From a tunnel")
    page.context.set_offline(True)
    page.locator(".fact.editing").get_by_role("button", name="Save").click()
    expect(page.locator(".toast.error")).to_contain_text("What you typed is kept")
    expect(page.locator("#fact_notes")).to_have_value("From a tunnel")
    page.context.set_offline(False)
    expect(page.locator("#fact-notes:not(.editing)")).to_contain_text("From a tunnel")
    expect(page.locator(".toast.error")).to_have_count(0)
    deal.refresh_from_db()
    assert deal.notes == "From a tunnel"


def test_a_form_stays_while_the_server_is_known_to_be_away(window, away, complaints, rep):
    page = window(rep)
    page.goto("/deals/new/")
    page.route("**/healthz", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_label("Title").fill("After the update")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.error")).to_contain_text("What you typed is kept")
    page.unroute("**/healthz")
    expect(page.get_by_role("heading", name="After the update")).to_be_visible()
    assert [deal.title for deal in Deal.unrestricted.all()] == ["After the update"]
    complaints[:] = [text for text in complaints if "ERR_FAILED" not in text]
