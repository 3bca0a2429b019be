"""One box that searches contacts, companies and deals: what may be seen of them, and nothing else."""

import pytest

from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.pages.conftest import SECRET
from tests.pages.reading import Page, shown, told

FOUND = [Contact, Company, Deal]


@pytest.mark.parametrize("words", ["acme", "ada", "rollout", "tools", SECRET])
def test_an_outsider_finds_nothing(outsider_page, world, words):
    response = outsider_page.get("/search/", {"q": words})
    assert [shown(response, model) for model in FOUND] == [set(), set(), set()]
    assert "Nothing that you may see holds all these words." in told(response)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("acme", {"contact", "company", "deal"}),
        ("ada", {"contact"}),
        ("ada@acme", {"contact"}),
        ("ROLL", {"deal"}),
        ("tools", {"company"}),
        ("acme nothing", set()),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
    ],
)
def test_every_word_has_to_be_in_a_row(rep_page, contact, company, deal, words, found):
    response = rep_page.get("/search/", {"q": words})
    rows = {"contact": contact, "company": company, "deal": deal}
    wanted = {type(row): {row.pk} if name in found else set() for name, row in rows.items()}
    assert {model: shown(response, model) for model in FOUND} == wanted


def test_a_contact_is_not_found_by_its_hidden_company_nor_shown_with_it(outsider, outsider_page, contact):
    share(contact, outsider, "read")
    assert shown(outsider_page.get("/search/", {"q": "tools"}), Contact) == set()
    Company.unrestricted.update(name=SECRET)
    assert shown(outsider_page.get("/search/", {"q": SECRET}), Contact) == set()
    assert SECRET not in told(outsider_page.get("/search/", {"q": "ada"}))


def test_at_most_ten_of_each_are_shown_and_the_list_has_the_rest(rep, rep_page):
    for n in range(12):
        Company.objects.create(name=f"Firm {n}", created_by=rep)
    response = rep_page.get("/search/", {"q": "firm"})
    assert len(shown(response, Company)) == 10
    assert "/companies/?q=firm" in Page(response).links
    assert len(shown(rep_page.get("/companies/?q=firm"), Company)) == 12


@pytest.mark.parametrize("words", ["", "   ", "x" * 70_000, "a " * 500, "'; --", "#&=?"])
def test_any_words_are_answered(rep_page, deal, words):
    assert rep_page.get("/search/", {"q": words}).status_code == 200
