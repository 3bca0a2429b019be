"""In Arabic everything is said in Arabic, stands the other way round, and fits a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.models import Activity
from crm.models import Company, Contact
from live.models import Change
from pipeline.models import Deal
from tests.browser.board import card, expect_in
from tests.browser.test_axe import found
from tests.browser.test_pages import PHONE
from tests.conftest import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LISTS = ["/deals/", "/contacts/", "/companies/", "/activities/", "/trash/", "/search/?q=ليلى"]
FORMS = ["/deals/new/", "/contacts/new/", "/companies/new/", "/activities/new/"]
ACCOUNT = ["/accounts/profile/", "/accounts/password/", "/accounts/devices/"]
PARTS = ["", "edit/", "delete/", "sharing/", "history/"]
CALENDAR = ["/activities/?view=week", "/activities/?view=month", "/activities/feed/"]
VISITORS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/sent/"]

# Keys of the keyboard, names of programs and of what every language calls so, and the roles, which people name.
KNOWN = "Parsley REST Enter Shift Space W S E URL k Apple Google Outlook Thunderbird English Deutsch UTC https"
ROLES = "Everyone Sales rep lead Read only API client Administrators Administrator"
# Every word in Latin letters that a person reads or hears in the page, but addresses and the names of zones.
LATIN = r"""known => {
    const skipped = 'script, style, template, kbd, .avatar, bdi[dir=ltr], [href^="mailto:"], #id_time_zone, code';
    const said = [...document.querySelectorAll('body *')].filter(e => !e.closest(skipped)).flatMap(e => [
        ...[...e.childNodes].filter(one => one.nodeType === Node.TEXT_NODE).map(one => one.data),
        ...['aria-label', 'title', 'placeholder', 'alt', 'data-key-label'].map(name => e.getAttribute(name) ?? '')]);
    const words = [document.title, ...said].flatMap(text => text.match(/(?<![@.\w])[A-Za-z]{2,}(?![@.]\w)/g) ?? []);
    return [...new Set(words)].filter(word => !known.includes(word)).sort();
}"""


@pytest.fixture
def layla(db):
    return make_user("layla", "Administrator", language="ar", name="ليلى حداد")


@pytest.fixture
def company(layla):
    return Company.unrestricted.create(name="شركة النور", created_by=layla)


@pytest.fixture
def contact(layla, company):
    return Contact.unrestricted.create(name="ليلى منصور", company=company, phone="+962 6 555 0101", created_by=layla)


@pytest.fixture
def deal(layla, company, contact):
    parties = {"company": company, "contact": contact, "assigned_to": layla, "created_by": layla}
    return Deal.unrestricted.create(title="توريد أجهزة", amount=12_500, stage_id="qualified", **parties)


@pytest.fixture
def task(layla, deal):
    due = timezone.now() - timedelta(days=2)
    return Activity.unrestricted.create(
        subject="متابعة العرض", type="call", due_date=due, related_to=deal, created_by=layla
    )


@pytest.fixture
def rows(company, contact, deal, task):
    return [company, contact, deal, task]


def pages_of(rows) -> list[str]:
    return [f"{row.get_absolute_url()}{part}" for row in rows for part in PARTS]


def latin(page: Page) -> list[str]:
    return page.evaluate(LATIN, f"{KNOWN} {ROLES}".split())


def test_a_page_says_that_it_is_arabic_and_its_places_stand_on_the_right(window, layla):
    page = window(layla)
    page.goto("/")
    expect(page.locator("html[lang=ar][dir=rtl]")).to_be_attached()
    sidebar, main = page.locator(".sidebar").bounding_box(), page.locator("main").bounding_box()
    assert sidebar["x"] >= main["x"] + main["width"] - 1


def test_nothing_of_the_pages_is_left_in_english(window, layla, rows):
    Change.objects.all().delete()  # what other tests deleted would stand in the trash of who sees everything
    page, left = window(layla), {}
    for address in ["/", "/pipeline/", *LISTS, *FORMS, *ACCOUNT, *CALENDAR, *pages_of(rows)]:
        page.goto(address)
        left |= {address: words} if (words := latin(page)) else {}
    assert left == {}


def test_nothing_is_left_in_english_for_visitors(window):
    page, left = window(locale="ar"), {}
    for address in VISITORS:
        page.goto(address)
        assert page.evaluate("document.dir") == "rtl"
        left |= {address: words} if (words := latin(page)) else {}
    assert left == {}


def test_nothing_is_left_in_english_in_the_palette_and_the_list_of_keys(window, layla, rows):
    page = window(layla)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="توريد أجهزة")).to_be_visible()
    palette = latin(page)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="المفاتيح")).to_be_visible()
    assert (palette, latin(page)) == ([], [])


def test_nothing_is_wider_than_a_phone(window, layla, rows):
    page, wide = window(layla, **PHONE), {}
    for address in ["/", "/pipeline/", *LISTS, *FORMS, *ACCOUNT, *CALENDAR, *pages_of(rows)]:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        wide |= {address: width} if width > PHONE["viewport"]["width"] else {}
    assert wide == {}


def test_the_arrow_to_the_left_goes_to_the_next_stage_which_stands_there(window, layla, deal):
    page = window(layla)
    page.goto("/pipeline/")
    card(page, deal).focus()
    before = card(page, deal).bounding_box()
    page.keyboard.press("Shift+ArrowLeft")
    expect_in(page, deal, "proposal")
    expect(page.locator("[data-spoken]")).to_have_text("تم نقل «توريد أجهزة» إلى عرض سعر.")
    assert card(page, deal).bounding_box()["x"] < before["x"]
    page.keyboard.press("Shift+ArrowRight")
    expect_in(page, deal, "qualified")


def test_arrows_that_turn_pages_point_the_other_way(window, layla):
    page = window(layla)
    page.goto("/activities/?view=week")
    earlier, later = page.locator("[rel=prev]"), page.locator("[rel=next]")
    assert earlier.bounding_box()["x"] > later.bounding_box()["x"]
    for arrow in (earlier, later):
        assert arrow.locator("svg").evaluate("one => getComputedStyle(one).transform") == "matrix(-1, 0, 0, 1, 0, 0)"


def test_what_people_wrote_keeps_its_own_direction(window, layla, contact):
    Company.unrestricted.create(name="Acme & Sons (UK)", created_by=layla)
    Activity.unrestricted.create(subject="Call", description="Ask again.", related_to=contact, created_by=layla)
    page = window(layla)
    page.goto("/companies/")
    distance = """(element, [first, last]) => {
        const range = document.createRange(), text = [...element.childNodes].find(one => one.data?.includes(last));
        const place = at => (range.setStart(text, at), range.setEnd(text, at + 1), range.getBoundingClientRect().x);
        return place(text.data.indexOf(last)) - place(text.data.indexOf(first));
    }"""
    assert page.get_by_role("link", name="Acme & Sons (UK)").evaluate(distance, ["A", ")"]) > 0
    page.goto(contact.get_absolute_url())
    assert page.get_by_text("Ask again.").evaluate(distance, ["A", "."]) > 0
    phone = page.get_by_role("link", name="+962 6 555 0101").first
    assert phone.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_amounts_and_moments_are_written_with_one_kind_of_digits(window, layla, deal, task):
    page = window(layla)
    for address in ("/", "/pipeline/", deal.get_absolute_url()):
        page.goto(address)
        text = page.locator("main").inner_text()
        assert "$12,500" in text
        assert not any("٠" <= sign <= "٩" for sign in text)


def test_axe_finds_nothing_in_arabic(window, layla, rows):
    page, wrong = window(layla, bypass_csp=True), {}
    for address in ["/", "/pipeline/", *LISTS, *FORMS, *CALENDAR, *pages_of(rows)]:
        page.goto(address)
        wrong |= {address: told} if (told := found(page, colours=False)) else {}
    assert wrong == {}
