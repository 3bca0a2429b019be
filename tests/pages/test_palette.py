"""The palette: records by name, address or number, and what can be done, in one request of four statements."""

import pytest

from accounts.models import User
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.conftest import make_user
from tests.pages.conftest import SECRET
from tests.pages.reading import Page, shown, told

FOUND = [Contact, Company, Deal]


def offered(response) -> list[str]:
    """The addresses that the lines lead to, and the fields that they send."""
    page = Page(response)
    lines = [attributes for tag, attributes in page.elements if attributes.get("role") == "option"]
    return [line.get("href") or f"{line['form']} {line['name']}={line.get('value', '')}" for line in lines]


@pytest.mark.parametrize("words", ["", "acme", "ada", "rollout", SECRET])
def test_an_outsider_is_offered_no_record(outsider_page, world, words):
    response = outsider_page.get("/palette/", {"q": words})
    assert [shown(response, model) for model in FOUND] == [set(), set(), set()]
    assert SECRET not in told(response).replace(f"“{words}”", "")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ada", {"contact"}),
        ("ADA AD", {"contact"}),
        ("ada@acme", {"contact"}),
        ("acme.example", {"contact", "company"}),
        ("roll", {"deal"}),
        ("0301234", {"contact"}),
        ("+49 (30) 12", {"contact"}),
        ("0049 30-1234", {"contact"}),
        ("0301235", set()),
        ("%", set()),
    ],
)
def test_records_are_found_by_name_address_domain_and_number(rep_page, contact, company, deal, words, found):
    Contact.unrestricted.update(phone="+49 30 1234-567")
    response = rep_page.get("/palette/", {"q": words})
    rows = {"contact": contact, "company": company, "deal": deal}
    wanted = {type(row): {row.pk} if name in found else set() for name, row in rows.items()}
    assert {model: shown(response, model) for model in FOUND} == wanted


def test_the_record_that_is_called_just_that_comes_first(rep, rep_page):
    rows = [Contact.objects.create(name=name, created_by=rep) for name in ("Ada", "Ada Adams", "Nevada")]
    assert offered(rep_page.get("/palette/", {"q": "ada"}))[:3] == [row.get_absolute_url() for row in rows]


def test_without_words_the_five_records_that_changed_last_are_offered(rep, rep_page):
    rows = [Company.objects.create(name=f"Firm {n}", created_by=rep) for n in range(7)]
    wanted = [row.get_absolute_url() for row in reversed(rows[2:])]
    assert offered(rep_page.get("/palette/"))[:6] == [*wanted, "/contacts/new/"]


def test_a_contact_shows_no_hidden_company(outsider, outsider_page, contact):
    share(contact, outsider, "read")
    Company.unrestricted.update(name=SECRET)
    response = outsider_page.get("/palette/", {"q": "ada"})
    assert (shown(response, Contact), SECRET in told(response)) == ({contact.pk}, False)


@pytest.mark.parametrize(("words", "number"), [("", 4), ("row", 6), ("new deal for row", 6)])
def test_it_takes_as_many_statements_for_any_number_of_rows(rep, rep_page, queries, words, number):
    for n in range(3):
        Contact.objects.create(name=f"Row {n}", created_by=rep)
    assert queries(rep_page, "/palette/", q=words) == number
    for n in range(3):
        Deal.objects.create(title=f"Row {n}", created_by=rep)
    assert queries(rep_page, "/palette/", q=words) == number


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("new deal for ada", "/deals/new/?contact={contact}"),
        ("new deal for acme", "/deals/new/?company={company}"),
        ("log a call with ada", "/activities/new/?about=contact:{contact}&type=call"),
        ("new task about rollout", "/activities/new/?about=deal:{deal}"),
        ("pipe", "/pipeline/"),
        ("new com", "/companies/new/"),
        ("theme dark", "palette-preferences theme=dark"),
        ("compact", "palette-preferences density=compact"),
        ("sign out", "palette-logout chosen="),
    ],
)
def test_a_deed_is_offered_by_its_words(rep_page, contact, company, deal, words, line):
    wanted = line.format(contact=contact.pk, company=company.pk, deal=deal.pk)
    assert wanted in offered(rep_page.get("/palette/", {"q": words}))


def test_a_deed_with_a_record_leads_to_a_form_that_names_it(rep_page, contact, company):
    lines = offered(rep_page.get("/palette/", {"q": "new deal for ada"}))
    fields = dict(Page(rep_page.get(lines[0])).form(holding="title").fields)
    assert (fields["contact"], fields["company"]) == ("Ada Adams", "Acme")


def test_nobody_is_offered_what_their_role_may_not_do(browser_of, reader, contact):
    share(contact, reader, "read")
    lines = offered(browser_of(reader).get("/palette/", {"q": "new"}))
    assert [line for line in lines if "/new/" in line] == []
    lines = offered(browser_of(reader).get("/palette/", {"q": "new deal for ada"}))
    assert [line for line in lines if "/new/" in line] == []


@pytest.mark.parametrize("words", ["   ", "x" * 5_000, "a " * 300, "'; --", "new deal for", "\\", "#&=?"])
def test_any_words_are_answered(rep_page, deal, words):
    assert rep_page.get("/palette/", {"q": words}).status_code == 200


def test_what_was_typed_is_never_markup(rep_page):
    response = rep_page.get("/palette/", {"q": "<b>x", "from": '"><b>y'})
    assert (Page(response).all("b"), "<b>" in response.content.decode()) == ([], False)


def test_a_preference_is_saved_from_anywhere_and_leads_back(rep, rep_page):
    response = rep_page.post("/accounts/preferences/", {"theme": "dark", "next": "/deals/?q=a"})
    rep.refresh_from_db()
    assert (response.status_code, response["Location"], rep.theme) == (303, "/deals/?q=a", "dark")
    assert (rep.density, rep.language, rep.single_keys) == ("comfortable", "", True)


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_a_preference_leads_to_no_other_site(rep_page, address):
    response = rep_page.post("/accounts/preferences/", {"theme": "dark", "next": address})
    assert response["Location"] == "/accounts/profile/"


def test_a_wrong_preference_changes_nothing_and_is_told(rep, rep_page):
    response = rep_page.post("/accounts/preferences/", {"theme": "pink", "is_staff": "1"}, follow=True)
    assert "pink" in told(response)
    kept = User.objects.get(pk=rep.pk)
    assert (kept.theme, kept.is_staff) == ("system", False)


def test_preferences_are_ones_own(rep, outsider_page):
    outsider_page.post("/accounts/preferences/", {"theme": "dark", "id": rep.pk, "username": "rep"})
    rep.refresh_from_db()
    assert rep.theme == "system"


def test_search_goes_straight_to_the_only_record(rep_page, contact, company):
    assert rep_page.get("/search/", {"q": "ada@", "go": 1})["Location"] == contact.get_absolute_url()


def test_search_goes_straight_to_the_only_record_of_that_name(rep, rep_page, contact):
    other = Contact.objects.create(name="Ada", created_by=rep)
    assert rep_page.get("/search/", {"q": "ADA", "go": 1})["Location"] == other.get_absolute_url()


def test_search_stays_where_several_can_be_meant(rep, rep_page, contact):
    Contact.objects.create(name="Ada Adams", created_by=rep)
    response = rep_page.get("/search/", {"q": "ada adams", "go": 1})
    assert (response.status_code, len(shown(response, Contact))) == (200, 2)


def test_search_goes_to_no_hidden_record(outsider_page, contact):
    make_user("someone")
    assert outsider_page.get("/search/", {"q": "ada", "go": 1}).status_code == 200
