"""What a rep does all day on the page of a record, counted in clicks and keys; and that nothing typed is lost."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.browser.counting import spent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def provoked(complaints):
    """What is refused, or cannot be sent, is noted by the console."""
    yield
    wanted = ("422", "409", "401", "ERR_INTERNET_DISCONNECTED", "htmx:")
    complaints[:] = [text for text in complaints if not any(word in text for word in wanted)]


# Counted -------------------------------------------------------------------------------------------------------------


def test_a_call_is_logged_with_a_click_the_words_and_a_click(counted, rep, contact):
    page = counted(rep, contact.get_absolute_url())
    page.get_by_label("Subject").click()
    page.keyboard.type("They want two")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#timeline")).to_contain_text("They want two")
    assert spent(page) == {"clicks": 2, "keys": []}
    row = Activity.unrestricted.get()
    assert (row.type, row.related_to) == ("call", contact)


def test_a_call_is_logged_with_l_the_words_and_control_enter(counted, rep, contact):
    page = counted(rep, contact.get_absolute_url())
    page.keyboard.press("l")
    page.keyboard.type("They want two")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("They want two")
    expect(page.locator("#log_subject")).to_have_value("")
    assert spent(page) == {"clicks": 0, "keys": ["l", "Ctrl+Enter"]}
    assert Activity.unrestricted.get().related_to == contact


def test_a_deal_is_added_on_a_contact_with_a_click_the_title_and_a_click(counted, rep, contact):
    page = counted(rep, contact.get_absolute_url())
    page.get_by_role("link", name="Add a deal").click()
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Rollout")
    page.get_by_role("button", name="Add deal").click()
    expect(page.get_by_role("heading", name="Ada Adams")).to_be_visible()
    assert spent(page) == {"clicks": 2, "keys": []}
    row = Deal.unrestricted.get()
    assert (row.title, row.contact, row.company, row.assigned_to) == ("Rollout", contact, contact.company, rep)


def test_a_deal_is_added_on_a_contact_with_c_the_title_and_control_enter(counted, rep, contact):
    page = counted(rep, contact.get_absolute_url())
    page.keyboard.press("c")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Rollout")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Ada Adams")).to_be_visible()
    assert spent(page) == {"clicks": 0, "keys": ["c", "Ctrl+Enter"]}
    assert Deal.unrestricted.get().contact == contact


@pytest.fixture
def three(rep):
    return [Contact.objects.create(name=name, created_by=rep) for name in ("Ann", "Bob", "Cid")]


def test_the_next_record_of_the_list_is_one_click_or_j_away(counted, rep, three):
    page = counted(rep, "/contacts/?ordering=-name")
    page.get_by_role("link", name="Cid", exact=True).click()
    page.get_by_role("link", name="Next in the list").click()
    expect(page.get_by_role("heading", name="Bob")).to_be_visible()
    assert spent(page)["clicks"] == 2
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Ann")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Bob")).to_be_visible()
    assert spent(page) == {"clicks": 2, "keys": ["j", "k"]}


# In place ------------------------------------------------------------------------------------------------------------


def test_a_fact_is_changed_where_it_stands_with_enter_and_left_with_escape(window, rep, company):
    page = window(rep)
    page.goto(company.get_absolute_url())
    fact = page.locator("#fact-industry")
    fact.get_by_role("link").click()
    expect(fact.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Steel")
    page.keyboard.press("Enter")
    expect(fact.get_by_role("link", name="Steel")).to_be_focused()
    assert Company.unrestricted.get().industry == "Steel"
    page.keyboard.press("Enter")
    expect(fact.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Nonsense")
    page.keyboard.press("Escape")
    expect(fact.get_by_role("link", name="Steel")).to_be_focused()
    assert Company.unrestricted.get().industry == "Steel"


def test_a_fact_can_be_sent_from_the_moment_that_its_form_is_there(window, rep, company):
    page = window(rep)
    page.goto(company.get_absolute_url())
    page.evaluate(
        """() => new MutationObserver((_, observer) => {
            const form = document.querySelector("#fact-industry form");
            if (!form) return;
            observer.disconnect();
            form.elements.industry.value = "Steel";
            form.requestSubmit();
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.locator("#fact-industry").get_by_role("link").click()
    expect(page.locator("#fact-industry").get_by_role("link", name="Steel")).to_be_focused()
    assert Company.unrestricted.get().industry == "Steel"


def test_a_fact_that_both_changed_shows_both_and_takes_the_choice(window, provoked, rep, company):
    page = window(rep)
    page.goto(company.get_absolute_url())
    fact = page.locator("#fact-industry")
    fact.get_by_role("link").click()
    expect(fact.get_by_role("textbox")).to_be_focused()
    Company.unrestricted.update(industry="Theirs")
    fact.get_by_role("textbox").fill("Mine")
    page.keyboard.press("Enter")
    expect(fact).to_contain_text("Theirs")
    expect(fact.get_by_role("textbox")).to_have_value("Mine")
    fact.get_by_role("button", name="Take theirs").click()
    expect(fact.get_by_role("link", name="Theirs")).to_be_visible()
    assert Company.unrestricted.get().industry == "Theirs"


def test_a_wrong_fact_says_so_beside_it(window, provoked, rep, deal):
    page = window(rep)
    page.goto(deal.get_absolute_url())
    fact = page.locator("#fact-amount")
    fact.get_by_role("link").click()
    expect(fact.get_by_role("textbox")).to_be_focused()
    fact.get_by_role("textbox").fill("much")
    page.keyboard.press("Enter")
    expect(fact.get_by_role("alert")).to_be_visible()
    expect(fact.get_by_role("textbox")).to_have_value("much")
    expect(page.locator(".toast.error")).to_have_count(0)


# Never lost ----------------------------------------------------------------------------------------------------------


def test_what_was_typed_survives_a_reload_and_is_gone_once_it_arrived(window, rep, contact):
    page = window(rep)
    page.goto(contact.get_absolute_url())
    page.get_by_text("Meeting", exact=True).click()
    page.get_by_label("Subject").fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Subject")).to_have_value("Half a thought")
    expect(page.get_by_role("radio", name="Meeting")).to_be_checked()
    expect(page.locator("#composer .draft")).to_contain_text("Draft kept from")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#timeline")).to_contain_text("Half a thought")
    page.reload()
    expect(page.get_by_label("Subject")).to_have_value("")
    assert Activity.unrestricted.get().type == "meeting"


def test_a_draft_can_be_discarded(window, rep, contact):
    page = window(rep)
    page.goto("/contacts/new/")
    page.fill("[name=name]", "Half a name")
    page.reload()
    expect(page.locator("[name=name]")).to_have_value("Half a name")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("[name=name]")).to_have_value("")
    page.reload()
    expect(page.locator("[name=name]")).to_have_value("")


def test_a_draft_of_an_edit_does_not_undo_what_others_saved_meanwhile(window, provoked, rep, company):
    page = window(rep)
    page.goto(f"{company.get_absolute_url()}edit/")
    page.fill("[name=industry]", "Mine")
    Company.unrestricted.update(industry="Theirs", notes="Theirs too")
    page.reload()
    expect(page.locator("[name=industry]")).to_have_value("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Both of you changed this")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Acme", exact=True)).to_be_visible()
    row = Company.unrestricted.get()
    assert (row.industry, row.notes) == ("Mine", "Theirs too")


def test_when_the_session_ends_the_words_stay_and_can_be_sent_after_signing_in(window, provoked, rep, contact):
    page = window(rep)
    page.goto(contact.get_absolute_url())
    page.get_by_label("Subject").fill("Important")
    kept = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".toast.error")).to_contain_text("signed out")
    expect(page.get_by_label("Subject")).to_have_value("Important")
    page.context.add_cookies(kept)
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#timeline")).to_contain_text("Important")
    assert Activity.unrestricted.count() == 1


def test_without_a_network_the_form_waits_and_is_sent_once_it_is_back(window, provoked, rep, contact):
    page = window(rep)
    page.goto(contact.get_absolute_url())
    page.get_by_label("Subject").fill("In a tunnel")
    page.context.set_offline(True)
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".toast.error")).to_contain_text("What you typed is kept")
    page.context.set_offline(False)
    expect(page.locator("#timeline")).to_contain_text("In a tunnel")
    expect(page.locator(".toast.error")).to_have_count(0)
    assert Activity.unrestricted.count() == 1


def test_signing_out_leaves_no_drafts_behind(window, rep, contact):
    page = window(rep)
    page.goto(contact.get_absolute_url())
    page.get_by_label("Subject").fill("Secret")
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


# Forms ---------------------------------------------------------------------------------------------------------------


def test_a_likely_double_is_shown_while_one_types(window, rep, contact):
    page = window(rep)
    page.goto("/contacts/new/")
    page.locator("[name=name]").press_sequentially("Adams, Ada")
    expect(page.locator(".likely").get_by_role("link", name="Ada Adams")).to_be_visible()
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Adams, Ada")).to_be_visible()
    assert Contact.unrestricted.count() == 2


def test_a_company_that_is_not_there_is_offered_and_created_on_the_way(window, rep):
    page = window(rep)
    page.goto("/contacts/new/")
    page.fill("[name=name]", "Eve")
    page.locator("[name=company]").press_sequentially("Newcorp")
    page.get_by_label("Create company “Newcorp”").check()
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Eve")).to_be_visible()
    assert Contact.unrestricted.get().company == Company.unrestricted.get(name="Newcorp")


def test_on_a_phone_the_composer_comes_before_the_facts(window, rep, contact):
    page = window(rep, **PHONE)
    page.goto(contact.get_absolute_url())
    tops = [page.locator(one).bounding_box()["y"] for one in ("#composer", ".facts")]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
