"""The form of a deal: what it asks depends on the stage."""

import pytest
from playwright.sync_api import expect

from pipeline.models import LostReason
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
