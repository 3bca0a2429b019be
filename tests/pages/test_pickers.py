"""Pointers written as names: what a picker takes, what it refuses, and what it may keep."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share, unshare
from tests.pages.reading import Page, at, edited, sent, typed

UNKNOWN = "There is no company called “{}” that you can see."


@pytest.fixture
def hidden(outsider):
    return Company.objects.create(name="Hidden", created_by=outsider)


def refusal(response, field: str = "company") -> str:
    assert response.status_code == 422
    return " ".join(response.context["form"].errors[field])


@pytest.mark.parametrize("name", ["Nobody", "Hidden", "#aaaaaaaaaa", "Acme #aaaaaaaaaa", "%", "x" * 500])
def test_a_hidden_name_is_refused_exactly_like_an_unknown_one(rep_page, contact, hidden, name):
    response = edited(rep_page, contact, company=name)
    assert refusal(response) == UNKNOWN.format(name)
    assert typed(response)["company"] == name


def test_the_id_of_a_hidden_record_is_refused_like_an_unknown_one(rep_page, contact, hidden):
    for name in (f"#{hidden.pk}", f"Hidden #{hidden.pk}"):
        assert refusal(edited(rep_page, contact, company=name)) == UNKNOWN.format(name)


@pytest.mark.parametrize("name", ["Acme", "acme", "  ACME ", "Acme #{pk}", "#{pk}", "whatever #{pk}"])
def test_a_record_is_named_by_its_name_or_its_id(rep, rep_page, company, name):
    sent(rep_page, "/contacts/new/", holding="version", name="N", company=name.format(pk=company.pk))
    assert Contact.unrestricted.get(name="N").company == company


def test_an_ambiguous_name_is_answered_with_the_choices_and_each_choice_works(rep, rep_page, company):
    other = Company.objects.create(name="ACME", created_by=rep)
    response = sent(rep_page, "/contacts/new/", holding="version", name="N", company="acme")
    said = refusal(response)
    assert all(f"“{row} #{row.pk}”" in said for row in (company, other))
    sent(rep_page, "/contacts/new/", holding="version", name="N", company=f"ACME #{other.pk}")
    assert Contact.unrestricted.get(name="N").company == other


def test_a_hidden_namesake_does_not_make_a_name_ambiguous(rep_page, company, hidden):
    Company.unrestricted.filter(pk=hidden.pk).update(name="Acme")
    sent(rep_page, "/contacts/new/", holding="version", name="N", company="Acme")
    assert Contact.unrestricted.get(name="N").company == company


def test_a_company_that_one_may_not_see_stays_where_it_is(rep_page, contact, hidden):
    Contact.unrestricted.filter(pk=contact.pk).update(company=hidden)
    assert typed(rep_page.get(at(contact, "edit")))["company"] == f"#{hidden.pk}"
    edited(rep_page, contact, phone="7")
    row = Contact.unrestricted.get(pk=contact.pk)
    assert (row.company, row.phone) == (hidden, "7")


def test_a_company_that_one_may_not_see_can_be_taken_away(rep_page, contact, hidden):
    Contact.unrestricted.filter(pk=contact.pk).update(company=hidden)
    edited(rep_page, contact, company="")
    assert Contact.unrestricted.get(pk=contact.pk).company is None


def test_a_hidden_company_cannot_be_carried_to_another_contact(rep, rep_page, contact, hidden):
    Contact.unrestricted.filter(pk=contact.pk).update(company=hidden)
    name = f"#{hidden.pk}"
    response = sent(rep_page, "/contacts/new/", holding="version", name="N", company=name)
    assert refusal(response) == UNKNOWN.format(name)


def test_a_record_that_was_hidden_after_the_form_was_opened_stays(rep_page, rep, outsider, outsider_page, contact):
    """The form named the company; then its owner took it back."""
    share(contact, outsider, "write")
    share(contact.company, outsider, "read")
    page = outsider_page.get(at(contact, "edit"))
    unshare(contact.company, outsider)
    response = outsider_page.post(at(contact, "edit"), typed(page) | {"phone": "7"})
    assert refusal(response) == UNKNOWN.format("Acme")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Deal: Rollout", Deal), ("Rollout", Deal), ("contact: ada adams", Contact), ("Company: Acme", Company)],
)
def test_an_activity_names_what_it_is_about_with_or_without_the_class(rep_page, deal, name, kind):
    sent(rep_page, "/activities/new/", holding="version", subject="N", related_to=name)
    assert type(Activity.unrestricted.get(subject="N").related_to) is kind


def test_one_name_in_two_classes_needs_the_class(rep, rep_page, company):
    Deal.objects.create(title="Acme", created_by=rep)
    response = sent(rep_page, "/activities/new/", holding="version", subject="N", related_to="Acme")
    assert refusal(response, "related_to").startswith("Several are called that.")
    sent(rep_page, "/activities/new/", holding="version", subject="N", related_to="Deal: Acme")
    assert type(Activity.unrestricted.get(subject="N").related_to) is Deal


@pytest.mark.parametrize("name", ["Rollout", "Deal: Rollout", "Deal: Rollout #{pk}", "#{pk}"])
def test_an_activity_about_a_hidden_record_is_refused_like_about_an_unknown_one(outsider_page, deal, name):
    name = name.format(pk=deal.pk)
    response = sent(outsider_page, "/activities/new/", holding="version", subject="N", related_to=name)
    assert (
        refusal(response, "related_to") == f"There is no contact or deal or company called “{name}” that you can see."
    )
    assert Activity.unrestricted.count() == 0


@pytest.mark.parametrize("name", ["User: rep", "Stage: won", "Activity: First call"])
def test_an_activity_is_about_nothing_else(rep_page, call, name):
    response = sent(rep_page, "/activities/new/", holding="version", subject="N", related_to=name)
    assert "There is no contact or deal or company" in refusal(response, "related_to")


def test_an_activity_keeps_a_hidden_target(rep, rep_page, call, deal, outsider):
    hidden = Deal.objects.create(title="Hidden", created_by=outsider)
    Activity.unrestricted.filter(pk=call.pk).update(related_id=hidden.pk)
    assert typed(rep_page.get(at(call, "edit")))["related_to"] == f"#{hidden.pk}"
    edited(rep_page, call, subject="Other")
    row = Activity.unrestricted.get(pk=call.pk)
    assert (row.subject, row.related_id) == ("Other", hidden.pk)


def test_suggestions_are_the_last_changed_visible_names(rep, rep_page, contact, hidden):
    for number in range(25):
        Company.objects.create(name=f"C{number}", created_by=rep)
    options = Page(rep_page.get("/contacts/new/")).all("option")
    assert [option["value"] for option in options] == [f"C{number}" for number in reversed(range(5, 25))]


def test_options_narrow_by_what_was_typed(rep, rep_page, company, hidden):
    Company.objects.create(name="Bits & <Bobs>", created_by=rep)
    options = {
        text: [option["value"] for option in Page(rep_page.get("/companies/options/", {"q": text})).all("option")]
        for text in ("acm", " ACM ", "hid", "&", "%", "x" * 300)
    }
    found = {"acm": ["Acme"], " ACM ": ["Acme"], "hid": [], "&": ["Bits & <Bobs>"], "%": [], "x" * 300: []}
    assert options == found
