"""My day by keys and by mouse, counted; and the calendar on a narrow screen."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Activity
from tests.browser.test_pages import LEAST, PHONE, SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COUNT = """() => { window.events = []; for (const kind of ["keydown", "pointerdown"])
    document.addEventListener(kind, (event) => window.events.push(event.key ?? kind), true); }"""


@pytest.fixture
def tasks(rep, deal) -> list[Activity]:
    due = timezone.now() - timedelta(days=2)
    names = ("first", "second", "third")
    return [
        Activity.objects.create(subject=name, due_date=due + timedelta(hours=n), related_to=deal, created_by=rep)
        for n, name in enumerate(names)
    ]


def opened(window, user, **options):
    page = window(user, **options)
    page.goto("/")
    page.evaluate(COUNT)
    return page


def row(page, task: Activity):
    return page.locator(f"#activity-{task.pk}")


def now(task: Activity) -> Activity:
    return Activity.unrestricted.get(pk=task.pk)


def test_a_task_is_completed_with_one_click_and_undone_with_another(window, rep, tasks):
    page = opened(window, rep)
    page.get_by_role("button", name="Complete: second").click()
    expect(row(page, tasks[1])).to_contain_text("done")
    assert (now(tasks[1]).is_done, page.evaluate("window.events.length")) == (True, 1)
    row(page, tasks[1]).get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Complete: second")).to_be_visible()
    assert now(tasks[1]).is_done is False


def test_a_task_is_completed_with_j_to_it_and_space(window, rep, tasks):
    page = opened(window, rep)
    for key in ("j", "j", " "):
        page.keyboard.press(key)
    expect(row(page, tasks[1])).to_contain_text("done")
    assert (now(tasks[1]).is_done, page.evaluate("window.events")) == (True, ["j", "j", " "])
    expect(row(page, tasks[1])).to_be_focused()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Complete: second")).to_be_visible()
    assert now(tasks[1]).is_done is False


def test_z_puts_a_task_off_until_tomorrow_and_its_undo_brings_it_back(window, rep, tasks):
    page = opened(window, rep)
    page.keyboard.press("j")
    page.keyboard.press("z")
    expect(row(page, tasks[0]).get_by_role("button", name="Undo")).to_be_visible()
    assert now(tasks[0]).due_date.date() == timezone.localdate() + timedelta(days=1)
    expect(row(page, tasks[0])).to_be_focused()
    row(page, tasks[0]).get_by_role("button", name="Undo").click()
    expect(row(page, tasks[0])).to_contain_text("overdue")
    assert now(tasks[0]).due_date == tasks[0].due_date


def test_r_asks_for_another_date_in_a_dialog(window, rep, tasks):
    page = opened(window, rep)
    page.keyboard.press("j")
    page.keyboard.press("r")
    field = page.get_by_role("dialog").get_by_label("Due")
    expect(field).to_be_focused()
    field.fill("2031-05-06T07:30")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(row(page, tasks[0])).to_contain_text("due 6 May 2031, 07:30")
    expect(row(page, tasks[0])).to_be_focused()
    assert now(tasks[0]).due_date == datetime(2031, 5, 6, 7, 30, tzinfo=UTC)


def test_the_dialog_is_left_with_escape_and_with_cancel_and_has_a_button_for_tomorrow(window, rep, tasks):
    page = opened(window, rep)
    dialog = page.locator("[data-due-date]")
    page.keyboard.press("j")
    for leave in (lambda: page.keyboard.press("Escape"), lambda: dialog.get_by_role("button", name="Cancel").click()):
        page.keyboard.press("r")
        expect(dialog).to_be_visible()
        leave()
        expect(dialog).to_be_hidden()
    assert now(tasks[0]).due_date == tasks[0].due_date
    row(page, tasks[0]).get_by_role("link", name="Another date: first").click()
    dialog.get_by_role("button", name="Tomorrow").click()
    expect(row(page, tasks[0])).to_contain_text("due")
    expect(dialog).to_be_hidden()
    assert now(tasks[0]).due_date.date() == timezone.localdate() + timedelta(days=1)


def test_the_keys_rest_while_one_types_and_for_who_turned_them_off(window, rep, tasks):
    page = opened(window, rep)
    page.keyboard.press("j")
    page.locator("#search").focus()
    page.keyboard.type("jz")
    expect(page.locator("#search")).to_have_value("jz")
    rep.single_keys = False
    rep.save()
    page = opened(window, rep)
    for key in ("j", " ", "j", "z"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_be_focused()
    assert {(now(task).due_date, now(task).is_done) for task in tasks} == {(task.due_date, False) for task in tasks}


def test_enter_opens_the_task_and_k_goes_back_up(window, rep, tasks):
    page = opened(window, rep)
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(row(page, tasks[1])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(tasks[1].get_absolute_url()))


def test_without_javascript_the_same_buttons_do_the_same(window, rep, tasks):
    page = window(rep, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Complete: first").click()
    expect(page.locator(".toast")).to_contain_text("first")
    page.get_by_role("button", name="Tomorrow: second").click()
    expect(page.locator(".toast")).to_contain_text("second")
    page.get_by_role("link", name="Another date: third").click()
    page.get_by_label("Due").fill("2031-05-06T07:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    first, second, third = (now(task) for task in tasks)
    assert (first.is_done, second.due_date.date()) == (True, timezone.localdate() + timedelta(days=1))
    assert third.due_date == datetime(2031, 5, 6, 7, 30, tzinfo=UTC)


def test_the_calendar_and_the_feed_fit_a_phone(window, rep, tasks):
    page, wrong = window(rep, **PHONE), {}
    due = f"{tasks[0].get_absolute_url()}due-date/"
    for address in ["/", "/activities/?view=week", "/activities/?view=month", "/activities/feed/", due]:
        page.goto(address)
        found = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(SMALL_TARGETS, LEAST)
        if found != (PHONE["viewport"]["width"], []):
            wrong[address] = found
    assert wrong == {}


def test_on_a_phone_a_month_is_a_list_of_the_days_that_have_something(window, rep, tasks):
    page = window(rep, **PHONE)
    page.goto(f"/activities/?view=month&day={tasks[0].due_date:%Y-%m-%d}")
    shown = page.locator(".day-cell:visible")
    assert 1 <= shown.count() <= 4
    expect(page.locator(".entry:visible")).to_have_count(3)
