"""Two people in the same form: the later one is told, keeps what was typed, and may save once more."""

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


@pytest.mark.parametrize("kind", CHANGES)
def test_a_stale_form_is_refused_with_everything_typed_and_a_second_save_goes_through(
    request, rep_page, admin, browser_of, contact, deal, call, kind
):
    row, (first, second) = request.getfixturevalue(kind), CHANGES[kind]
    opened = rep_page.get(at(row, "edit"))
    edited(browser_of(admin), row, **{first: "Theirs"})
    refused = again(rep_page, at(row, "edit"), opened, holding="version", **{first: "Mine", second: "Mine too"})
    assert (refused.status_code, typed(refused)[first], typed(refused)[second]) == (409, "Mine", "Mine too")
    assert "Somebody changed this at" in told(refused)
    assert getattr(type(row).unrestricted.get(pk=row.pk), first) == "Theirs"
    saved = again(rep_page, at(row, "edit"), refused, holding="version")
    row = type(row).unrestricted.get(pk=row.pk)
    assert (saved.status_code, getattr(row, first), getattr(row, second)) == (303, "Mine", "Mine too")


def test_a_third_change_in_between_refuses_the_second_save_too(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, name="Theirs")
    refused = again(rep_page, at(company, "edit"), opened, holding="version", name="Mine")
    edited(rep_page, company, name="Theirs again")
    once_more = again(rep_page, at(company, "edit"), refused, holding="version")
    assert (once_more.status_code, Company.unrestricted.get(pk=company.pk).name) == (409, "Theirs again")


def test_a_stale_form_with_an_error_says_both(rep_page, company):
    opened = rep_page.get(at(company, "edit"))
    edited(rep_page, company, industry="Theirs")
    refused = again(rep_page, at(company, "edit"), opened, holding="version", name="")
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
