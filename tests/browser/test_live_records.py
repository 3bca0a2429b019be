"""What others do shows on the open pages of records and of my day, and nobody is disturbed by it."""

import pytest
from django.db import transaction
from playwright.sync_api import Route, expect

from activities.models import Activity
from crm.models import Company
from pipeline.models import Deal
from records.sharing import share, unshare
from tests.browser.board import cut_off
from tests.browser.test_axe import found

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]


def test_a_records_page_shows_what_others_do_to_it(watching, rep, lead, deal, company):
    page = watching(rep, deal.get_absolute_url())
    Deal.unrestricted.filter(pk=deal.pk).update(amount=1500)
    expect(page.locator("#fact-amount")).to_contain_text("$1,500")
    expect(page.locator("#summary")).to_contain_text("$1,500")
    Activity.objects.create(type="call", subject="They called", related_to=deal, created_by=lead)
    expect(page.locator("#timeline")).to_contain_text("They called")
    expect(page.locator("#summary")).to_contain_text("They called")
    deal.move_to("proposal")
    expect(page.locator("#record-head .badge")).to_have_text("Proposal")
    expect(page.locator("#stage")).to_have_value("proposal")
    Company.unrestricted.filter(pk=company.pk).update(name="Acme & Sons")
    expect(page.locator("#record-head .under")).to_contain_text("Acme & Sons")


def test_a_fact_that_one_types_in_stays_with_a_note_and_saving_asks(watching, rep, lead, deal, complaints):
    mine, theirs = watching(rep, deal.get_absolute_url()), watching(lead, deal.get_absolute_url())
    for page, amount in ((mine, "1300"), (theirs, "1500")):
        page.locator("#fact-amount .edit-fact").click()
        page.locator("#fact_amount").fill(amount)
    theirs.locator("#fact-amount").get_by_role("button", name="Save").click()
    expect(theirs.locator("#fact-amount")).to_contain_text("$1,500")
    expect(mine.locator("#fact-amount [data-theirs]")).to_have_text(
        "lead changed Amount to $1,500, just now. You choose when you save."
    )
    expect(mine.locator("#fact_amount")).to_have_value("1300")
    expect(mine.locator("#fact_amount")).to_be_focused()
    mine.locator("#fact-amount").get_by_role("button", name="Save").click()
    mine.locator("#fact-amount").get_by_role("button", name="Keep mine").click()
    expect(mine.locator("#fact-amount .edit-fact")).to_contain_text("$1,300")
    expect(theirs.locator("#fact-amount")).to_contain_text("$1,300")
    assert ["409" in text for text in complaints] == [True]
    complaints.clear()


def test_ones_own_change_of_a_fact_stands_in_the_timeline_at_once(window, rep, deal):
    page = window(rep)
    cut_off(page)  # nor does it take the news of it
    page.goto(deal.get_absolute_url())
    page.locator("#fact-amount .edit-fact").click()
    page.locator("#fact_amount").fill("1300")
    page.locator("#fact-amount").get_by_role("button", name="Save").click()
    expect(page.locator("#timeline")).to_contain_text("Amount: $1,200 → $1,300")
    expect(page.locator("#fact-amount .edit-fact")).to_be_focused()


def test_a_form_says_what_others_changed_and_keeps_what_one_typed(watching, rep, lead, deal, complaints):
    mine = watching(rep, f"{deal.get_absolute_url()}edit/")
    expect(mine.locator("#viewers")).to_be_empty()
    theirs = watching(lead, deal.get_absolute_url())
    expect(mine.locator("#viewers .who")).to_have_text("lead is viewing")
    expect(theirs.locator("#viewers .who")).to_have_text("Rosa Rep is viewing")
    mine.locator("#id_amount").fill("1300")
    theirs.locator("#fact-amount .edit-fact").click()
    theirs.locator("#fact_amount").fill("1500")
    theirs.locator("#fact-amount").get_by_role("button", name="Save").click()
    note = mine.locator("[data-others]")
    expect(note).to_contain_text("lead changed Amount to $1,500.")
    expect(mine.locator("#id_amount")).to_have_value("1300")
    expect(mine.locator("#id_amount")).to_be_focused()
    assert found(mine) == []
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator(".both")).to_contain_text("$1,500")
    expect(mine.locator("#id_amount")).to_have_value("1300")
    assert ["409" in text for text in complaints] == [True]
    complaints.clear()


def test_a_form_says_nothing_of_what_it_does_not_show_and_when_it_may_not_be_sent_any_more(
    watching, outsider, deal, rep
):
    share(deal, outsider, "write")
    page = watching(outsider, f"{deal.get_absolute_url()}edit/")
    with page.expect_response(lambda answer: "theirs=" in answer.url):
        Activity.objects.create(subject="About it", related_to=deal, created_by=rep)
    expect(page.locator("[data-others]")).to_be_empty()
    with transaction.atomic():
        share(deal, outsider, "read")
    expect(page.locator("[data-others]")).to_contain_text("You may no longer change this.")


def test_what_one_types_into_the_composer_stays(watching, rep, deal, lead):
    page = watching(rep, deal.get_absolute_url())
    page.locator("#log_subject").press_sequentially("Half a li")
    Activity.objects.create(subject="Theirs", related_to=deal, created_by=lead)
    expect(page.locator("#timeline")).to_contain_text("Theirs")
    page.keyboard.type("ne")
    expect(page.locator("#log_subject")).to_have_value("Half a line")


def test_what_was_loaded_of_a_timeline_stays_when_something_new_comes(watching, rep, deal, lead):
    for n in range(40):
        Activity.objects.create(subject=f"Note {n}", related_to=deal, created_by=rep)
    page = watching(rep, deal.get_absolute_url())
    page.locator("#timeline .more a").click()
    expect(page.locator("#timeline").get_by_role("link", name="Note 0", exact=True)).to_be_attached()
    before = page.locator("#timeline .what").all_inner_texts()
    Activity.objects.create(subject="Newest", related_to=deal, created_by=lead)
    expect(page.locator("#timeline .what").first).to_have_text("Newest")
    assert page.locator("#timeline .what").all_inner_texts() == ["Newest", *before]


def test_one_reads_who_else_has_the_record_open_and_that_they_left(watching, rep, lead, outsider, deal, complaints):
    mine = watching(rep, deal.get_absolute_url())
    expect(mine.locator("#viewers")).to_be_empty()
    theirs = watching(lead, deal.get_absolute_url())
    expect(mine.locator("#viewers .who")).to_have_text("lead is viewing")
    expect(theirs.locator("#viewers .who")).to_have_text("Rosa Rep is viewing")
    share(deal, outsider, "read")
    third = watching(outsider, deal.get_absolute_url())
    expect(third.locator("#viewers .who")).to_have_text("lead and Rosa Rep are viewing")
    expect(mine.locator("#viewers .who")).to_have_text("lead and outsider are viewing")
    unshare(deal, outsider)
    expect(mine.locator("#viewers .who")).to_have_text("lead is viewing")
    expect(third.locator(".toast.error p")).to_have_text("It is gone, or you may no longer see it.")
    theirs.close()
    expect(mine.locator("#viewers")).to_be_empty()
    assert all("404" in text for text in complaints)
    complaints.clear()


def test_a_record_that_is_gone_says_so_and_leaves_what_one_typed(watching, rep, deal, complaints):
    page = watching(rep, deal.get_absolute_url())
    page.locator("#log_subject").fill("Half a line")
    deal.delete()
    expect(page.locator(".toast.error p")).to_have_text("It is gone, or you may no longer see it.")
    expect(page.locator("#log_subject")).to_have_value("Half a line")
    assert all("404" in text for text in complaints)
    complaints.clear()


@pytest.mark.parametrize("button", ["Complete", "Tomorrow"])
def test_my_day_shows_what_others_do_and_keeps_what_was_just_done(watching, rep, lead, deal, button):
    task = Activity.objects.create(subject="Call back", related_to=deal, created_by=rep, due_date="2020-01-01T00:00Z")
    page = watching(rep, "/")
    Activity.objects.create(subject="They called", related_to=deal, created_by=lead)
    expect(page.locator(".latest")).to_contain_text("They called")
    row = page.locator(f"#activity-{task.pk}")
    row.get_by_role("button", name=button).click()
    expect(row.get_by_role("button", name="Undo")).to_be_visible()
    Activity.objects.create(subject="They wrote", related_to=deal, created_by=lead)
    expect(page.locator(".latest")).to_contain_text("They wrote")
    expect(row.get_by_role("button", name="Undo")).to_be_visible()


def test_an_answer_that_is_older_than_what_one_did_is_asked_for_anew(watching, rep, lead, deal):
    task = Activity.objects.create(subject="Call back", related_to=deal, created_by=rep, due_date="2020-01-01T00:00Z")
    page = watching(rep, "/")
    row = page.locator(f"#activity-{task.pk}")
    row.get_by_role("button", name="Tomorrow").click()
    older = page.request.get("/", headers={"Parsley-Live": "1"})
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.fallback()

    page.route(page.url, hold)
    with page.expect_request(page.url):
        Activity.objects.create(subject="They called", related_to=deal, created_by=lead)
    row.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("overdue")
    asked[0].fulfill(response=older)
    expect(page.locator(".latest")).to_contain_text("They called")
    expect(row).to_contain_text("overdue")
    assert len(asked) == 2


def test_axe_finds_nothing_beside_who_else_is_here_and_what_they_changed(watching, rep, lead, deal):
    mine = watching(rep, deal.get_absolute_url())
    mine.locator("#fact-amount .edit-fact").click()
    expect(mine.locator("#fact_amount")).to_be_focused()
    watching(lead, deal.get_absolute_url())
    Deal.unrestricted.filter(pk=deal.pk).update(amount=1500)
    expect(mine.locator("#viewers .who")).to_have_text("lead is viewing")
    expect(mine.locator("#fact-amount [data-theirs]")).to_contain_text("changed Amount to $1,500")
    assert found(mine) == []
