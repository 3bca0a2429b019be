"""What others made of a record, for who has its edit form open."""

import pytest

from activities.models import Activity
from records.sharing import share, unshare
from tests.pages.reading import Page, at, edited, told

CHANGES = {"company": "industry", "contact": "phone", "deal": "notes", "call": "subject"}


def version_of(browser, row) -> str:
    return dict(Page(browser.get(at(row, "edit"))).form(holding="version").fields)["version"]


def note(browser, row, version: str):
    return browser.get(at(row, "edit"), {"theirs": "", "version": version})


def test_outsider_gets_404(outsider_page, rep_page, deal):
    assert note(outsider_page, deal, version_of(rep_page, deal)).status_code == 404


def test_who_may_not_change_it_any_more_is_told_that_and_nothing_of_the_record(rep_page, outsider, outsider_page, deal):
    share(deal, outsider, "write")
    version = version_of(outsider_page, deal)
    unshare(deal, outsider)
    share(deal, outsider, "read")
    edited(rep_page, deal, notes="Theirs")
    said = told(note(outsider_page, deal, version))
    assert said == "You may no longer change this. What you typed is still here: copy what you need."


def test_nothing_is_said_while_it_is_as_it_was(rep_page, deal):
    version = version_of(rep_page, deal)
    Activity.objects.create(subject="About it", related_to=deal)
    deal.save()
    response = note(rep_page, deal, version)
    assert (response.status_code, response.text.strip()) == (200, "")


@pytest.mark.parametrize("kind", CHANGES)
def test_it_is_said_who_changed_which_field_to_what(request, rep_page, admin, browser_of, deal, call, kind):
    row, name = request.getfixturevalue(kind), CHANGES[kind]
    version = version_of(rep_page, row)
    edited(browser_of(admin), row, **{name: "<b>7</b>"})
    response = note(rep_page, row, version)
    assert "<b>" not in response.text
    assert f"admin changed {name.title()} to <b>7</b>" in told(response)


def test_each_field_is_said_and_those_that_are_as_before_are_not(rep_page, company):
    version = version_of(rep_page, company)
    edited(rep_page, company, name="Other", industry="Steel", notes="")
    edited(rep_page, company, industry="Tools")
    assert [one.name for one in note(rep_page, company, version).context["changes"]] == ["name"]


def test_an_added_field_is_said_by_its_label(rep_page, admin, browser_of, add_field, deal):
    add_field("deal", "leadSource", label="Source of the lead")
    version = version_of(rep_page, deal)
    edited(browser_of(admin), deal, lead_source="A fair")
    assert "admin changed Source of the lead to A fair" in told(note(rep_page, deal, version))


@pytest.mark.parametrize("version", ["", "|", "x|notes=", "|||", "|,=,", "x" * 5_000])
def test_a_made_up_version_says_nothing_of_fields_that_it_does_not_name(rep_page, deal, version):
    response = note(rep_page, deal, version)
    assert (response.status_code, {one.name for one in response.context["changes"]} <= {"notes"}) == (200, True)


@pytest.mark.parametrize("kind", CHANGES)
def test_the_form_says_what_it_shows_and_has_a_place_for_who_else_is_here(request, rep_page, deal, call, kind):
    row = request.getfixturevalue(kind)
    page = Page(rep_page.get(at(row, "edit")))
    [shows] = [tag for tag in page.all("div") if "data-live" in tag]
    assert (shows["data-live"], bool(shows["data-viewers"])) == (row.reference, True)
    assert [tag["role"] for tag in page.all("span", id="viewers")] == ["status"]
    assert [tag for tag in Page(rep_page.get("/deals/new/")).all("div") if "data-live" in tag] == []


def test_form_and_note_take_as_many_statements_after_six_changes_as_after_three(
    rep_page, browser_of, admin, queries, deal
):
    version, found = version_of(rep_page, deal), []
    for number in range(6):
        edited(browser_of(admin), deal, notes=f"{number}", title=f"T{number}")
        if number in (2, 5):
            asked = {"theirs": "", "version": version}
            found.append((queries(rep_page, at(deal, "edit")), queries(rep_page, at(deal, "edit"), **asked)))
    assert found[0] == found[1]
    assert max(found[0]) <= 12
