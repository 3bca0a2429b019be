"""Swagger UI from its package, under the Content-Security-Policy of every page: no complaint, no other host."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_is_tried_out_in_place_as_whoever_is_signed_in(window, rep, deal):
    page = window(rep)
    policy = page.goto("/api/docs/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    call = page.locator("#operations-deals-deals_list")
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Try it out").click()
    call.get_by_role("button", name="Execute").click()
    expect(call.locator(".live-responses-table .response").first).to_contain_text(deal.pk)
