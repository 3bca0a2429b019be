"""Lists in a browser: by keyboard, with the bar of what is selected, as cards on a phone."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Deal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def deals(rep):
    return [Deal.objects.create(title=f"Deal {n}", amount=n, created_by=rep, assigned_to=rep) for n in range(3)]


def test_rows_are_walked_ticked_and_opened_by_keyboard(window, rep, deals):
    page = window(rep)
    page.goto("/deals/?ordering=title")
    for key in ("j", "x", "j", "x", "k", "j"):
        page.keyboard.press(key)
    expect(page.locator("[name=row]:checked")).to_have_count(2)
    expect(page.locator("[data-picked]")).to_have_text("2 selected")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/deals/{deals[1].pk}/")


def test_keys_do_nothing_while_somebody_types(window, rep, deals):
    page = window(rep)
    page.goto("/deals/?ordering=title")
    page.locator("main [name=q]").press_sequentially("jjx")
    assert (page.locator("[name=row]:checked").count(), page.locator("main [name=q]").input_value()) == (0, "jjx")


def test_the_bar_is_there_for_what_is_ticked_alone_and_moves_it(window, rep, deals):
    page = window(rep)
    page.goto("/deals/")
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator("[data-pick-all]").check()
    expect(page.locator("[data-picked]")).to_have_text("3 selected")
    page.locator("[name=row]").first.uncheck()
    page.locator("#bulk button[value=move]").click()
    page.locator(".bulk-preview [name=stage]").select_option("won")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_url("**/deals/")
    assert sorted(Deal.unrestricted.values_list("stage_id", flat=True)) == ["lead", "won", "won"]


def test_the_bar_works_without_scripts(window, rep, deals):
    page = window(rep, java_script_enabled=False)
    page.goto("/deals/")
    page.locator("[name=row]").first.check()
    expect(page.locator("#bulk")).to_be_visible()
    page.locator("#bulk button[value=delete]").click()
    page.locator(".bulk-preview button.danger").click()
    page.wait_for_url("**/deals/")
    assert Deal.unrestricted.count() == 2


@pytest.mark.parametrize("columns", ["", "title,company,contact,stage,amount,assigned_to,next_step,notes,created_at"])
def test_a_phone_shows_cards_and_nothing_goes_sideways(window, rep, deals, columns):
    page = window(rep, **PHONE)
    page.goto(f"/deals/?saved=all&columns={columns}&stage__in=lead,won&assigned_to=me")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("tbody tr").first.evaluate("row => getComputedStyle(row).display") == "flex"


def test_a_list_is_exported_as_a_file_by_the_shipped_server(window, rep, deals):
    page = window(rep)
    page.goto("/deals/?columns=title,amount&ordering=title")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        assert file.read() == "Title,Amount\r\nDeal 0,0.00\r\nDeal 1,1.00\r\nDeal 2,2.00\r\n"
