"""A contact or company that may be there already, and one that is not there yet and is created on the way."""

import pytest
from django.db import connection

from crm.duplicates import likely_companies, likely_contacts
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.pages.reading import Page, again, at, edited, sent

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("name", ["Ada Adams", "ada  adams", "Adams, Ada", "Ádà Adams", "ADA-ADAMS"])
def test_a_contact_of_the_same_name_is_likely_the_same(rep, contact, name):
    rows = Contact.objects.visible_to(rep)
    assert list(likely_contacts(rows, name, "")) == [contact]


@pytest.mark.parametrize(("name", "email"), [("Somebody", "ADA@acme.example"), ("", " ada@Acme.example ")])
def test_a_contact_of_the_same_mail_is_likely_the_same(rep, contact, name, email):
    assert list(likely_contacts(Contact.objects.visible_to(rep), name, email)) == [contact]


@pytest.mark.parametrize(
    ("name", "website"),
    [
        ("ACME Inc.", ""),
        ("Acme GmbH", ""),
        ("acme", ""),
        ("Other", "http://www.acme.example/about"),
        ("", "acme.example"),
    ],
)
def test_a_company_but_for_its_legal_form_or_of_the_same_host_is_likely_the_same(rep, company, name, website):
    assert list(likely_companies(Company.objects.visible_to(rep), name, website)) == [company]


@pytest.mark.parametrize("name", ["Acmeville", "Ac", "Inc", "", "!!", "GmbH & Co. KG", "公司"])
def test_another_name_is_another_company(rep, company, name):
    Company.objects.create(name="Ltd", created_by=rep)
    Company.objects.create(name="公", created_by=rep)
    assert list(likely_companies(Company.objects.visible_to(rep), name, "")) == []


def test_a_hidden_contact_is_never_said_to_be_there(outsider_page, contact):
    fragment = outsider_page.get("/contacts/likely/", {"name": "Ada Adams", "email": "ada@acme.example"})
    saved = outsider_page.post("/contacts/new/", {"name": "Ada Adams", "email": "ada@acme.example"})
    assert (fragment.content.strip(), saved.status_code) == (b"", 303)


def test_a_likely_double_is_asked_about_once_and_can_be_saved_anyway(rep_page, contact):
    asked = sent(rep_page, "/contacts/new/", holding="version", name="ada adams")
    assert (asked.status_code, Contact.unrestricted.count()) == (422, 1)
    assert at(contact) in Page(asked).links
    saved = again(rep_page, "/contacts/new/", asked, holding="version")
    assert (saved.status_code, Contact.unrestricted.count()) == (303, 2)


def test_an_edit_that_leaves_the_name_is_not_asked_about(rep, rep_page, contact):
    Contact.objects.create(name=contact.name, created_by=rep)
    assert edited(rep_page, contact, phone="7").status_code == 303


def test_the_warning_is_there_while_one_types(rep_page, contact, company):
    found = rep_page.get("/companies/likely/", {"name": "acme ag"}, headers=HTMX)
    mine = rep_page.get("/companies/likely/", {"name": "acme ag", "not": company.pk}, headers=HTMX)
    assert (at(company) in Page(found).links, mine.content.strip()) == (True, b"")


@pytest.mark.parametrize("kind", ["contact", "company"])
def test_the_lookup_is_served_by_indexes(rep, kind):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_company (id, name, website, created_at, updated_at, custom, readers, writers, readers_own,"
            " readers_reach) SELECT 'c' || lpad(n::text, 9, '0'), 'Firm ' || n, 'https://www.f' || n || '.example',"
            " now(), now(), '{}', '{}', '{}', '{}', '{}' FROM generate_series(1, 3000) n"
        )
        cursor.execute(
            "INSERT INTO crm_contact (id, name, email, created_at, updated_at, custom, readers, writers, readers_own,"
            " readers_reach) SELECT 'p' || lpad(n::text, 9, '0'), 'Per Son ' || n, 'p' || n || '@f.example',"
            " now(), now(), '{}', '{}', '{}', '{}', '{}' FROM generate_series(1, 3000) n"
        )
        cursor.execute("ANALYZE crm_contact, crm_company")
    if kind == "contact":
        plan = likely_contacts(Contact.unrestricted.all(), "Per Son 77", "p5@f.example").explain()
        wanted = {"contact_likeness", "contact_mail"}
    else:
        plan = likely_companies(Company.unrestricted.all(), "Firm 77", "www.f5.example").explain()
        wanted = {"company_likeness", "company_domain"}
    assert ({name for name in wanted if name in plan}, "Seq Scan" in plan) == (wanted, False), plan


# Created along -------------------------------------------------------------------------------------------------------


def test_a_company_that_is_not_there_is_offered_and_created_with_the_contact(rep, rep_page):
    asked = sent(rep_page, "/contacts/new/", holding="version", name="Eve", company="Newcorp")
    offer = Page(asked).all("input", name="create_company")
    assert (asked.status_code, [one["value"] for one in offer]) == (422, ["Newcorp"])
    again(rep_page, "/contacts/new/", asked, holding="version", create_company="Newcorp")
    row = Contact.unrestricted.get(name="Eve")
    assert (row.company.name, row.company.created_by) == ("Newcorp", rep)


def test_an_offer_for_another_name_creates_nothing(rep_page):
    data = {"name": "Eve", "company": "Newcorp", "create_company": "Oldcorp"}
    assert rep_page.post("/contacts/new/", data).status_code == 422
    assert (Company.unrestricted.count(), Contact.unrestricted.count()) == (0, 0)


def test_nothing_is_created_along_with_what_is_refused(rep_page):
    data = {"name": "", "company": "Newcorp", "create_company": "Newcorp"}
    assert (rep_page.post("/contacts/new/", data).status_code, Company.unrestricted.count()) == (422, 0)


def test_an_existing_company_is_found_and_not_made_again(rep_page, company):
    rep_page.post("/contacts/new/", {"name": "Eve", "company": "acme", "create_company": "acme"})
    assert (Contact.unrestricted.get(name="Eve").company, Company.unrestricted.count()) == (company, 1)


def test_a_deal_added_on_a_contact_leads_back_to_it(rep_page, contact):
    link = next(link for link in Page(rep_page.get(at(contact))).links if link.startswith("/deals/new/?contact="))
    response = sent(rep_page, link, holding="version", title="Big")
    row = Deal.unrestricted.get()
    assert (response.url, row.contact, row.company) == (at(contact), contact, contact.company)
