"""Records in the administration: the same rows, and the same rights, as on every other face."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.admin.pages import adding, changing, errors, listed, listing, run, save, suggested

RECORDS = [Company, Contact, Deal, Activity]


@pytest.fixture
def mine(outsider, company, contact, deal, call):
    """A row of each class that the outsider does see, beside those that must not leak."""
    own = Company.objects.create(name="Own Ltd", created_by=outsider)
    friend = Contact.objects.create(name="Own friend", company=own, created_by=outsider)
    sale = Deal.objects.create(title="Own sale", company=own, created_by=outsider)
    note = Activity.objects.create(subject="Own note", related_to=sale, created_by=outsider)
    return {Company: own, Contact: friend, Deal: sale, Activity: note}


@pytest.fixture
def theirs(company, contact, deal, call):
    return {Company: company, Contact: contact, Deal: deal, Activity: call}


@pytest.mark.parametrize("model", RECORDS)
def test_outsider_is_listed_exactly_what_they_may_see(outsider_desk, mine, model):
    assert listed(outsider_desk, model) == {mine[model].pk}


@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("model", RECORDS)
def test_hidden_row_and_missing_row_look_the_same_to_an_outsider(outsider_desk, mine, theirs, model, page):
    hidden = outsider_desk.get(changing(theirs[model], page), follow=True)
    missing = outsider_desk.get(changing(model(pk="nosuchrow0"), page), follow=True)
    told = [str(message).replace(theirs[model].pk, "nosuchrow0") for message in hidden.context["messages"]]
    assert told == [str(message) for message in missing.context["messages"]]
    assert hidden.redirect_chain == missing.redirect_chain == [("/admin/", 302)]


@pytest.mark.parametrize("model", RECORDS)
def test_outsider_cannot_post_to_a_hidden_row(outsider_desk, mine, theirs, model):
    assert outsider_desk.post(changing(theirs[model]), {"name": "X", "title": "X"}).url == "/admin/"
    assert outsider_desk.post(changing(theirs[model], "delete"), {"post": "yes"}).url == "/admin/"
    assert str(model.unrestricted.get(pk=theirs[model].pk)) == str(theirs[model])


@pytest.mark.parametrize("model", RECORDS)
def test_rep_sees_the_records_of_their_work(rep_desk, mine, theirs, model):
    assert listed(rep_desk, model) == {theirs[model].pk}
    assert rep_desk.get(changing(theirs[model])).status_code == 200


@pytest.mark.parametrize("model", RECORDS)
def test_administrator_sees_everything(admin_desk, mine, theirs, model):
    assert listed(admin_desk, model) == {mine[model].pk, theirs[model].pk}
    assert admin_desk.get(changing(theirs[model])).status_code == 200


@pytest.mark.parametrize(("model", "field", "of"), [(Deal, "company", Company), (Deal, "contact", Contact)])
def test_a_pointer_offers_exactly_what_is_visible(outsider_desk, admin_desk, mine, theirs, model, field, of):
    assert suggested(outsider_desk, model, field) == [mine[of].pk]
    assert suggested(outsider_desk, model, field, str(theirs[of])) == []
    assert set(suggested(admin_desk, model, field)) == {mine[of].pk, theirs[of].pk}


def test_pointing_at_a_hidden_company_is_refused_naming_the_field(outsider_desk, mine, company):
    answer = save(outsider_desk, changing(mine[Deal]), company=company.pk)
    assert errors(answer) == {"company": ["There is no such row, or you may not see it."]}
    assert errors(save(outsider_desk, adding(Contact), name="Eve", company=company.pk)) == errors(answer)
    assert errors(save(outsider_desk, adding(Contact), name="Eve", company="nosuchrow0")) == errors(answer)
    assert company.name not in answer.content.decode()


def test_a_new_record_belongs_to_who_made_it(rep_desk, rep):
    assert save(rep_desk, adding(Company), name="Fresh", created_by="x", creator="x").status_code == 302
    fresh = Company.objects.visible_to(rep).get(name="Fresh")
    assert (fresh.created_by, fresh.writers) == (rep, [rep.pk])


def test_administrator_may_change_who_made_it(admin_desk, rep_desk, company, outsider):
    assert save(admin_desk, changing(company), creator=outsider.pk).status_code == 302
    company.refresh_from_db()
    assert company.created_by == outsider
    save(rep_desk, changing(company), creator=company.pk)
    company.refresh_from_db()
    assert company.created_by == outsider


def test_who_may_only_read_is_shown_a_page_without_fields(reader_desk, reader, contact):
    share(contact, reader, "read")
    page = reader_desk.get(changing(contact))
    assert page.context["adminform"].form.fields == {}
    assert "(hidden) " + contact.company_id in page.content.decode()
    assert contact.company.name not in page.content.decode()
    assert reader_desk.post(changing(contact), {"name": "X"}).status_code == 403


def test_a_hidden_company_is_a_bare_pointer_in_list_and_form(outsider_desk, outsider, contact):
    share(contact, outsider, "write")
    for address in (listing(Contact), changing(contact)):
        words = outsider_desk.get(address).content.decode()
        assert contact.name in words
        assert f"(hidden) {contact.company_id}" in words
        assert contact.company.name not in words.replace("acme", "")


def test_a_hidden_company_stays_when_something_else_is_changed(outsider_desk, outsider, contact, company):
    share(contact, outsider, "write")
    assert save(outsider_desk, changing(contact), phone="123").status_code == 302
    contact.refresh_from_db()
    assert (contact.phone, contact.company) == ("123", company)


def test_a_stale_form_is_shown_again_with_what_was_typed(rep_desk, company):
    page = rep_desk.get(changing(company))
    save(rep_desk, changing(company), industry="Mining")
    typed = {"name": "Mine", "version": page.context["adminform"].form.instance.version}
    answer = save(rep_desk, changing(company), **typed)
    assert list(errors(answer)) == ["__all__"]
    assert answer.context["adminform"].form["name"].value() == "Mine"
    company.refresh_from_db()
    assert (company.name, company.industry) == ("Acme", "Mining")


def test_only_what_changed_is_written(rep_desk, company):
    before = company.updated_at
    assert save(rep_desk, changing(company)).status_code == 302
    company.refresh_from_db()
    assert company.updated_at == before


def test_bulk_delete_takes_only_what_may_be_deleted(outsider_desk, outsider, mine, company):
    share(company, outsider, "read")
    page = run(outsider_desk, "delete_selected", mine[Company], company, confirmed=False)
    assert [row.pk for row in page.context["queryset"]] == [mine[Company].pk]
    run(outsider_desk, "delete_selected", mine[Company], company)
    assert [row.pk for row in Company.unrestricted.all()] == [company.pk]


def test_deleting_a_deal_takes_its_activities_along(rep_desk, deal, call, teammate):
    Activity.objects.create(subject="Teammate's", related_to=deal, created_by=teammate)
    page = rep_desk.get(changing(deal, "delete"))
    assert dict(page.context["model_count"])["activities"] == 2
    assert rep_desk.post(changing(deal, "delete"), {"post": "yes"}).status_code == 302
    assert (Deal.unrestricted.count(), Activity.unrestricted.count()) == (0, 0)


def test_arrays_are_shown_to_administrators_alone(admin_desk, rep_desk, company, rep):
    assert rep.pk in admin_desk.get(changing(company)).content.decode()
    fields = [
        name
        for _, options in rep_desk.get(changing(company)).context["adminform"].fieldsets
        for name in options["fields"]
    ]
    assert {"readers", "writers", "creator"}.isdisjoint(fields)


def test_history_tells_who_changed_which_field(rep_desk, company):
    save(rep_desk, changing(company), industry="Mining")
    entries = rep_desk.get(changing(company, "history")).context["action_list"].object_list
    assert [entry.get_change_message() for entry in entries] == ["Changed Industry."]


def test_a_deal_is_assigned_to_somebody_of_the_directory(rep_desk, deal, outsider, lead):
    lead.deactivate()
    assert outsider.pk in suggested(rep_desk, Deal, "assigned_to")
    assert lead.pk not in suggested(rep_desk, Deal, "assigned_to")
    assert list(errors(save(rep_desk, changing(deal), assigned_to=lead.pk))) == ["assigned_to"]
    assert save(rep_desk, changing(deal), assigned_to=outsider.pk).status_code == 302
    assert Deal.objects.visible_to(outsider).get() == deal


def test_people_cannot_be_found_by_their_e_mail_address(rep_desk, admin_desk, outsider):
    assert suggested(rep_desk, Deal, "assigned_to", "outsider@parsley") == []
    assert suggested(admin_desk, Deal, "assigned_to", "outsider@parsley") == [outsider.pk]


def test_a_deactivated_assignee_may_stay(rep_desk, deal, rep, outsider):
    Deal.unrestricted.filter(pk=deal.pk).update(assigned_to=outsider)
    outsider.deactivate()
    assert save(rep_desk, changing(deal), title="Renamed").status_code == 302
    deal.refresh_from_db()
    assert (deal.title, deal.assigned_to) == ("Renamed", outsider)
