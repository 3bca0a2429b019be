"""A deal in one line: what is understood, what is refused with words, and what is saved."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Company
from pipeline.models import Deal
from pipeline.quick_add import number_of, parse
from tests.pages.reading import Page, again, told

HTMX = {"HX-Request": "true"}
FRIDAY = date(2026, 11, 20)
ADDRESS = "/pipeline/qualified/deals/"


def understood(text: str, today: date = FRIDAY) -> tuple:
    line = parse(text, today)
    return line.title, line.amount, line.company, line.close


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rollout 12k @Acme fri", ("Rollout", 12_000, "Acme", date(2026, 11, 27))),
        ("@Acme Rollout fri 12k", ("Rollout", 12_000, "Acme", date(2026, 11, 27))),
        ('Rollout @"Acme Corp" 1.5m', ("Rollout", 1_500_000, "Acme Corp", None)),
        ("Rollout in 3 plants $12,000.50", ("Rollout in 3 plants", Decimal("12000.50"), "", None)),
        ("Rollout 12.000,50", ("Rollout", Decimal("12000.50"), "", None)),
        ("Rollout 12,000", ("Rollout", 12_000, "", None)),
        ("Rollout 1'200€", ("Rollout", 1_200, "", None)),
        ("Rollout 24 dec", ("Rollout", None, "", date(2026, 12, 24))),
        ("Rollout dec 24", ("Rollout", None, "", date(2026, 12, 24))),
        ("Rollout 3 feb", ("Rollout", None, "", date(2027, 2, 3))),
        ("Rollout 2026-12-24", ("Rollout", None, "", date(2026, 12, 24))),
        ("Rollout 24.12.2027", ("Rollout", None, "", date(2027, 12, 24))),
        ("Rollout next fri", ("Rollout", None, "", date(2026, 11, 27))),
        ("Rollout next monday", ("Rollout", None, "", date(2026, 11, 23))),
        ("Rollout tomorrow", ("Rollout", None, "", date(2026, 11, 21))),
        ("Rollout TODAY 5", ("Rollout", 5, "", FRIDAY)),
        # Not a detail, because more of the title follows; or a year; or a day that there is not.
        ("Office 365 licences", ("Office 365 licences", None, "", None)),
        ("Sun panels for May", ("Sun panels for May", None, "", None)),
        ("Renewal 2027", ("Renewal 2027", None, "", None)),
        ("Renewal 2027 12k", ("Renewal 2027", 12_000, "", None)),
        ("Rollout 31 feb", ("Rollout 31 feb", None, "", None)),
        ("Rollout 2026-02-31", ("Rollout 2026-02-31", None, "", None)),
        ("Rollout 12k 13k", ("Rollout 12k", 13_000, "", None)),
        ("12k fri", ("", 12_000, "", date(2026, 11, 27))),
        ("", ("", None, "", None)),
        ("a @ b", ("a @ b", None, "", None)),
        ("Rollout 99999999999999999999", ("Rollout 99999999999999999999", None, "", None)),
    ],
)
def test_a_line_is_read_as_people_mean_it(text, expected):
    assert understood(text) == expected


def test_days_and_amounts_are_read_in_the_language_of_the_reader():
    with translation.override("de"):
        assert understood("Umbau 12.000 24. Dezember") == ("Umbau", 12_000, "", date(2026, 12, 24))
        assert understood("Umbau Freitag")[3] == understood("Umbau fri")[3] == date(2026, 11, 27)


def test_what_can_be_read_in_two_ways_is_asked():
    assert parse("Rollout 12.000", FRIDAY).problems == ["“12.000” can be read in two ways. Write 12000 or 12.00."]
    with translation.override("de"):
        assert parse("Rollout 12.000", FRIDAY).problems == []


words = st.lists(st.sampled_from(["Rollout", "pilot", "Ümbau", "for", "Co", "x"]), min_size=1, max_size=5).map(" ".join)
companies = st.none() | st.text("abcÄ& .'-", min_size=1, max_size=12).map(str.strip).filter(bool)
details = st.permutations(["amount", "company", "close"])


@given(words, st.none() | st.integers(0, 10**9), companies, st.none() | st.integers(0, 900), details)
def test_what_is_written_is_what_is_read(title, amount, company, days, order):
    close = None if days is None else FRIDAY + timedelta(days=days)
    written = {
        "amount": "" if amount is None else f"{amount:,}k",
        "company": f'@"{company}"' if company else "",
        "close": close.isoformat() if close else "",
    }
    text = " ".join([title, *(written[name] for name in order if written[name])])
    thousands = None if amount is None else amount * 1000
    assert understood(text) == (title, thousands, company or "", close)


@given(st.text(max_size=80), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_nothing_that_is_typed_breaks_it(text, today):
    line = parse(text, today)
    assert line.amount is None or 0 <= line.amount < 10**16
    assert not set(line.title.split()) - set(text.split())


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
def test_an_amount_is_the_same_in_both_notations(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number_of(english) == number_of(german) == amount


# --- pages ------------------------------------------------------------------------------------------------------------


def test_who_may_add_no_deals_is_refused(browser_of, reader):
    response = browser_of(reader).post(ADDRESS, {"text": "Rollout"})
    assert (response.status_code, Deal.unrestricted.exists()) == (403, False)


def test_a_line_becomes_a_deal_of_who_wrote_it(rep, rep_page, company):
    response = rep_page.post(ADDRESS, {"text": "Rollout 12k @acme tomorrow", "next": "/pipeline/?q=roll"})
    deal = Deal.unrestricted.get()
    assert (response.status_code, response.url) == (303, "/pipeline/?q=roll")
    assert (deal.title, deal.amount, deal.company, deal.stage_id) == ("Rollout", 12_000, company, "qualified")
    assert (deal.expected_close_date - timezone.localdate(), deal.assigned_to) == (timedelta(days=1), rep)


def test_the_board_is_answered_the_card_and_the_heads(rep_page, company):
    response = rep_page.post(ADDRESS, {"text": "Rollout 12k @Acme"}, headers=HTMX)
    page, deal = Page(response), Deal.unrestricted.get()
    assert [card["data-card"] for card in page.all("li", class_="deal-card")] == [deal.pk]
    assert "$12,000" in page.text
    assert dict(page.form(holding="text").fields)["text"] == ""


def test_a_hidden_company_is_refused_in_the_words_of_a_missing_one(rep_page, stranger):
    Company.objects.create(name="Hidden", created_by=stranger)
    said = []
    for name in ("Hidden", "Nothing"):
        response = rep_page.post(ADDRESS, {"text": f"Rollout 5k @{name}"}, headers=HTMX)
        assert (response.status_code, dict(Page(response).form(holding="text").fields)["text"]) == (
            422,
            f"Rollout 5k @{name}",
        )
        said.append(told(response).replace(name, "…"))
    assert (said[0], Deal.unrestricted.exists()) == (said[1], False)
    assert "There is no company called “…” that you can see." in said[0]


def test_an_ambiguous_company_is_asked_with_what_to_write(rep, rep_page):
    rows = [Company.objects.create(name="Acme Tools", created_by=rep) for _ in range(2)]
    response = rep_page.post(ADDRESS, {"text": 'Rollout @"Acme Tools"'}, headers=HTMX)
    assert response.status_code == 422
    assert all(f"“Acme Tools #{row.pk}”" in told(response) for row in rows)
    rep_page.post(ADDRESS, {"text": f'Rollout @"Acme Tools #{rows[1].pk}"'})
    assert Deal.unrestricted.get().company == rows[1]


def test_without_javascript_an_error_comes_with_the_line_on_a_page_that_can_be_sent_again(rep_page, company):
    refused = rep_page.post(ADDRESS, {"text": "12k @Acme"})
    assert (refused.status_code, "Start with a title" in told(refused)) == (422, True)
    again(rep_page, ADDRESS, refused, holding="text", text="Rollout 12k @Acme")
    assert Deal.unrestricted.get().title == "Rollout"


def test_the_rules_of_a_deal_hold_for_a_line_too(rep_page, db):
    long = rep_page.post(ADDRESS, {"text": "x" * 301}, headers=HTMX)
    assert (long.status_code, Deal.unrestricted.exists()) == (422, False)
    assert "300" in told(long)


def test_while_typing_it_is_said_what_is_understood(rep_page, company):
    said = told(rep_page.get(ADDRESS, {"text": "Rollout 12k @acme 2026-12-24"}))
    assert said == "Rollout · $12,000 · Acme · 24 Dec"


def test_there_is_no_such_stage(rep_page, db):
    assert rep_page.post("/pipeline/nowhere/deals/", {"text": "Rollout"}).status_code == 404


def test_a_line_that_is_sent_again_adds_one_deal_and_the_next_form_adds_another(rep_page):
    token = Page(rep_page.get("/pipeline/")).all("input", name="once")[0]["value"]
    answers = [rep_page.post(ADDRESS, {"text": "Rollout 12k", "once": token}, headers=HTMX) for _ in range(2)]
    assert ([answer.status_code for answer in answers], Deal.unrestricted.count()) == ([200, 200], 1)
    assert "Rollout" in told(answers[1])
    [fresh] = [one["value"] for one in Page(answers[1]).all("input", name="once")]
    rep_page.post(ADDRESS, {"text": "Rollout 12k", "once": fresh}, headers=HTMX)
    assert Deal.unrestricted.filter(title="Rollout").count() == 2
