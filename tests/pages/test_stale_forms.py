"""Two people in the same form: neither undoes the other, and what both changed is chosen field by field."""

import pytest

from crm.models import Company
from records.sharing import share, unshare
from tests.pages.reading import Page, again, at, edited, told, typed

CHANGES = {
    "company": ("name", "industry"),
    "contact": ("name", "phone"),
    "deal": ("title", "notes"),
    "call": ("subject", "description"),
}


def fresh(row):
    return type(row).unrestricted.get(pk=row.pk)


@pytest.mark.parametrize("kind", CHANGES)
def test_what_both_changed_is_shown_with_both_values_and_mine_may_stay(
    request, rep_page, admin, browser_of, contact, deal, call, kind
):
    row, (first, second) = request.getfixturevalue(kind), CHANGES[kind]
    opened = rep_page.get(at(row, "edit"))
    edited(browser_of(admin), row, **{first: "Theirs"})
    refused = again(rep_page, at(row, "edit"), opened, holding="version", **{first: "Mine", second: "Mine too"})
    assert (refused.status_code, typed(refused)[first], typed(refused)[second]) == (409, "Mine", "Mine too")
    assert ("Theirs" in told(refused), typed(refused)[f"keep_{first}"]) == (True, "mine")
    assert getattr(fresh(row), first) == "Theirs"
    saved = again(rep_page, at(row, "edit"), refused, holding="version")
    assert (saved.status_code, getattr(fresh(row), first), getattr(fresh(row), second)) == (303, "Mine", "Mine too")


@pytest.mark.parametrize("kind", ["company", "contact", "deal"])
def test_it_says_who_changed_it(request, rep_page, admin, browser_of, contact, deal, kind):
    row, (first, _) = request.getfixturevalue(kind), CHANGES[kind]
    opened = rep_page.get(at(row, "edit"))
    edited(browser_of(admin), row, **{first: "Theirs"})
    refused = again(rep_page, at(row, "edit"), opened, holding="version", **{first: "Mine"})
    assert [(one.name, one.mine, one.theirs, one.who) for one in refused.context["form"].merge.conflicts] == [
        (first, "Mine", "Theirs", str(admin))
    ]


@pytest.mark.parametrize("kind", CHANGES)
def test_of_two_who_changed_different_fields_neither_loses(
    request, rep_page, admin, browser_of, contact, deal, call, kind
):
    row, (first, second) = request.getfixturevalue(kind), CHANGES[kind]
    opened = rep_page.get(at(row, "edit"))
    edited(browser_of(admin), row, **{first: "Theirs"})
    saved = again(rep_page, at(row, "edit"), opened, holding="version", **{second: "Mine"})
    assert (saved.status_code, getattr(fresh(row), first), getattr(fresh(row), second)) == (303, "Theirs", "Mine")
    assert "Kept what somebody else changed meanwhile" in told(rep_page.get(saved.url))


def test_their_amount_and_day_are_written_as_everywhere(rep_page, deal):
    opened = rep_page.get(at(deal, "edit"))
    edited(rep_page, deal, amount="5000", expected_close_date="2030-01-02")
    refused = again(rep_page, at(deal, "edit"), opened, holding="version", amount="7", expected_close_date="2031-01-01")
    assert (refused.status_code, "$5,000" in told(refused), "2 Jan 2030" in told(refused)) == (409, True, True)


def test_who_typed_the_same_is_not_asked(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, name="Same")
    assert again(rep_page, at(company, "edit"), opened, holding="version", name="Same").status_code == 303


def test_each_field_is_chosen_by_itself(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, name="Their name", industry="Their industry")
    mine = {"name": "My name", "industry": "My industry", "notes": "My notes"}
    refused = again(rep_page, at(company, "edit"), opened, holding="version", **mine)
    again(rep_page, at(company, "edit"), refused, holding="version", keep_name="theirs", keep_industry="mine")
    row = fresh(company)
    assert (row.name, row.industry, row.notes) == ("Their name", "My industry", "My notes")


def test_a_pointer_and_a_choice_that_others_changed_stay_theirs(rep, rep_page, deal, contact):
    other = Company.objects.create(name="Other", created_by=rep)
    opened = rep_page.get(at(deal, "edit"))
    edited(rep_page, deal, company="Other", stage="proposal", amount="5", expected_close_date="2030-01-02")
    assert again(rep_page, at(deal, "edit"), opened, holding="version", title="Mine").status_code == 303
    row = fresh(deal)
    assert (row.title, row.company, row.stage_id, row.amount) == ("Mine", other, "proposal", 5)
    assert str(row.expected_close_date) == "2030-01-02"


def test_a_company_that_was_renamed_meanwhile_stays_the_company(rep_page, contact, company):
    opened = rep_page.get(at(contact, "edit"))
    Company.unrestricted.filter(pk=company.pk).update(name="Acme International")
    saved = again(rep_page, at(contact, "edit"), opened, holding="version", phone="7")
    assert (saved.status_code, fresh(contact).company, fresh(contact).phone) == (303, company, "7")


def test_line_ends_of_a_browser_are_no_change(rep_page, company):
    Company.unrestricted.filter(pk=company.pk).update(notes="One\nTwo\n")
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, notes="Theirs")
    again(rep_page, at(company, "edit"), opened, holding="version", notes="One\r\nTwo", name="Mine")
    assert (fresh(company).name, fresh(company).notes) == ("Mine", "Theirs")


def test_a_third_change_in_between_refuses_the_second_save_too(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, name="Theirs")
    refused = again(rep_page, at(company, "edit"), opened, holding="version", name="Mine")
    edited(rep_page, company, name="Theirs again")
    once_more = again(rep_page, at(company, "edit"), refused, holding="version")
    assert (once_more.status_code, Company.unrestricted.get(pk=company.pk).name) == (409, "Theirs again")
    refused = again(rep_page, at(company, "edit"), refused, holding="version", keep_name="theirs")
    assert refused.status_code == 409


def test_a_stale_form_with_an_error_says_both(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, industry="Theirs")
    refused = again(rep_page, at(company, "edit"), opened, holding="version", name="", industry="Mine")
    assert (refused.status_code, set(refused.context["form"].errors)) == (409, {"__all__", "name"})


@pytest.mark.parametrize("version", ["x", "0", "9" * 500, "é"])
def test_a_made_up_version_is_stale(rep_page, company, version):
    assert edited(rep_page, company, name="Mine", version=version).status_code == 409
    assert Company.unrestricted.get(pk=company.pk).name == "Acme"


def test_a_form_for_a_deleted_record_is_404(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    company.delete()
    assert again(rep_page, at(company, "edit"), opened, holding="version").status_code == 404


def test_a_form_for_a_record_that_was_taken_away_is_404(outsider, outsider_page, rep, company):
    share(company, outsider, "write")
    opened = outsider_page.get(at(company, "edit"))
    unshare(company, outsider)
    assert again(outsider_page, at(company, "edit"), opened, holding="version", name="Mine").status_code == 404
    assert Company.unrestricted.get(pk=company.pk).name == "Acme"


def test_a_column_that_no_form_shows_survives_an_edit(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    Company.unrestricted.filter(pk=company.pk).update(custom={"kept": 1})
    again(rep_page, at(company, "edit"), opened, holding="version", name="Mine")
    row = Company.unrestricted.get(pk=company.pk)
    assert (row.name, row.custom) == ("Mine", {"kept": 1})


def test_a_stale_form_still_knows_the_way_back(rep_page, company):
    address = f"{at(company, 'edit')}?next=/pipeline/"
    opened = rep_page.get(address)
    edited(rep_page, company, name="Theirs")
    refused = again(rep_page, address, opened, holding="version", name="Mine")
    assert "/pipeline/" in Page(refused).links
    assert again(rep_page, address, refused, holding="version").url == "/pipeline/"


@pytest.mark.parametrize("kind", CHANGES)
def test_an_edit_whose_answer_was_lost_is_sent_again_without_a_conflict(request, rep_page, contact, deal, call, kind):
    row, (first, _) = request.getfixturevalue(kind), CHANGES[kind]
    opened = rep_page.get(at(row, "edit"))
    answers = [again(rep_page, at(row, "edit"), opened, holding="version", **{first: "Mine"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert getattr(fresh(row), first) == "Mine"
