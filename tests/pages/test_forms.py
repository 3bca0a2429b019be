"""New and edit: what is saved, what is shown again after an error, and where one goes then."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.conftest import make_user
from tests.pages.conftest import CLASSES
from tests.pages.reading import Page, adding, again, at, edited, sent, told, typed

FULL = {
    Company: {"name": "N", "website": "n.example", "industry": "I", "address": "A", "notes": "T"},
    Contact: {"name": "N", "email": "n@n.example", "phone": "1", "company": "Acme", "notes": "T"},
    Deal: {
        "title": "N",
        "amount": "12.5",
        "stage": "won",
        "lost_reason": "",
        "company": "Acme",
        "contact": "Ada Adams",
        "expected_close_date": "2026-03-01",
        "assigned_to": "",
        "notes": "T",
    },
    Activity: {
        "type": "note",
        "subject": "N",
        "description": "D",
        "related_to": "Deal: Rollout",
        "due_date": "2026-03-01T10:30",
    },
}
REQUIRED = {Company: "name", Contact: "name", Deal: "title", Activity: "type"}


def newest(model):
    return model.unrestricted.order_by("-created_at").first()


@pytest.mark.parametrize("model", CLASSES)
def test_a_new_record_belongs_to_who_added_it(outsider, outsider_page, model):
    response = sent(outsider_page, adding(model), holding="version", name="N", title="N", subject="N")
    row = newest(model)
    assert (response.status_code, response.url) == (303, at(row))
    assert (row.created_by, row.writers, str(row)) == (outsider, [outsider.pk], "N")


@pytest.mark.parametrize("model", CLASSES)
def test_everything_typed_is_saved_and_shown_in_the_form_again(rep_page, deal, model):
    sent(rep_page, adding(model), holding="version", **FULL[model])
    shown = typed(rep_page.get(at(newest(model), "edit")))
    assert shown == FULL[model] | ({"amount": "12.5"} if model is Deal else {})


@pytest.mark.parametrize("model", CLASSES)
def test_fields_left_empty_are_stored_as_nothing(rep, rep_page, model):
    sent(rep_page, adding(model), holding="version", name="N", title="N", subject="")
    row = newest(model)
    unsaid = [field.name for field in model._meta.fields if field.null and field.name not in ("created_by", "type")]
    wanted = {name: rep if name == "assigned_to" else None for name in unsaid}
    assert {name: getattr(row, name) for name in unsaid} == wanted


@pytest.mark.parametrize("model", CLASSES)
def test_after_an_error_everything_typed_is_still_there_and_the_field_is_named(rep_page, deal, model):
    data = FULL[model] | {REQUIRED[model]: "" if model is not Activity else "nonsense"}
    response = rep_page.post(adding(model), data)
    kept = typed(response)
    assert response.status_code == 422
    assert {name: kept.get(name) for name in data if name != "type"} == {n: v for n, v in data.items() if n != "type"}
    assert list(response.context["form"].errors) == [REQUIRED[model]]
    assert f'id="id_{REQUIRED[model]}_error"' in response.content.decode()
    assert model.unrestricted.filter(**{f"{REQUIRED[model]}": data[REQUIRED[model]]}).count() == 0


@pytest.mark.parametrize("model", CLASSES)
def test_an_edit_that_is_refused_leaves_the_record_as_it_was(rep_page, world, model):
    row = world.rows[model]
    wrong = {"name": "", "title": "", "subject": "x" * 301, "notes": "changed", "description": "changed"}
    response = edited(rep_page, row, **wrong)
    assert response.status_code == 422
    assert model.unrestricted.get(pk=row.pk).updated_at == row.updated_at


@pytest.mark.parametrize(
    ("kind", "changes", "columns"),
    [
        ("company", {"industry": "Steel"}, {"industry"}),
        ("contact", {"phone": "7"}, {"phone"}),
        ("contact", {"company": ""}, {"company_id"}),
        ("deal", {"title": "Other"}, {"title"}),
        ("deal", {"notes": "n", "stage": "won"}, {"notes", "stage_id", "moved_at"}),
        ("call", {"subject": "Other"}, {"subject"}),
        ("call", {"related_to": "Contact: Ada Adams"}, {"related_type_id", "related_id"}),
    ],
)
def test_only_what_changed_is_saved(request, rep_page, company, contact, deal, call, kind, changes, columns):
    row = request.getfixturevalue(kind)
    with CaptureQueriesContext(connection) as captured:
        assert edited(rep_page, row, **changes).status_code == 303
    table = f'UPDATE "{row._meta.db_table}" SET '
    saved = [table + query["sql"].partition(table)[2] for query in captured if table in query["sql"]]
    assert written(saved, table) == columns | {"updated_at"}


def written(statements: list[str], table: str) -> set[str]:
    """The columns between SET and WHERE."""
    found = set()
    for sql in statements:
        for part in sql.removeprefix(table).rpartition(" WHERE ")[0].split('"')[1::2]:
            found.add(part)
    return found


@pytest.mark.parametrize("kind", ["company", "contact", "deal", "call"])
def test_a_form_sent_back_as_it_stands_saves_nothing(request, rep_page, contact, deal, call, kind):
    row = request.getfixturevalue(kind)
    assert edited(rep_page, row).status_code == 303
    assert type(row).unrestricted.get(pk=row.pk).updated_at == row.updated_at


def test_fields_that_no_form_has_are_not_saved(rep, rep_page, company, outsider):
    forged = {"created_by": outsider.pk, "readers": outsider.pk, "id": "aaaaaaaaaa", "created_at": "2020-01-01"}
    edited(rep_page, company, name="Other", **forged)
    row = Company.unrestricted.get(pk=company.pk)
    assert (row.name, row.created_by, row.created_at, row.readers) == (
        "Other",
        rep,
        company.created_at,
        [rep.pk] + [f"team:{t.pk}" for t in rep.teams.all()],
    )


def test_the_form_of_a_deal_shows_who_it_is_assigned_to_not_who_looks(lead, browser_of, deal, rep):
    assert typed(browser_of(lead).get(at(deal, "edit")))["assigned_to"] == rep.pk


def test_a_deal_can_be_taken_over_by_who_edits_it(lead, browser_of, deal):
    edited(browser_of(lead), deal, assigned_to=lead.pk)
    assert Deal.unrestricted.get(pk=deal.pk).assigned_to == lead


def test_a_deal_can_stay_with_somebody_who_left(rep, rep_page, deal):
    gone = make_user("gone")
    deal.assign_to(gone)
    gone.deactivate()
    response = edited(rep_page, deal, title="Other")
    assert (response.status_code, Deal.unrestricted.get(pk=deal.pk).assigned_to) == (303, gone)


def test_a_new_deal_starts_with_me_and_with_the_contact_it_was_added_on(rep, rep_page, contact, company):
    form = typed(rep_page.get(f"/deals/new/?contact={contact.pk}&stage=won"))
    chosen = {name: form[name] for name in ("assigned_to", "contact", "company", "stage")}
    assert chosen == {"assigned_to": rep.pk, "contact": "Ada Adams", "company": "Acme", "stage": "won"}


@pytest.mark.parametrize("address", ["/deals/new/?contact={0}&company={1}", "/contacts/new/?company={1}"])
def test_a_new_form_names_nothing_hidden(outsider_page, contact, company, address):
    body = outsider_page.get(address.format(contact.pk, company.pk)).content.decode()
    assert ("Acme" in body, "Ada" in body) == (False, False)


def test_a_new_activity_is_about_what_it_was_added_on_if_that_is_seen(rep_page, outsider_page, deal):
    address = f"/activities/new/?about=deal:{deal.pk}"
    about = [typed(client.get(address))["related_to"] for client in (rep_page, outsider_page)]
    assert about == ["Deal: Rollout", ""]


@pytest.mark.parametrize("model", CLASSES)
def test_a_deleted_record_is_gone_and_one_stands_at_the_list(rep_page, world, model):
    row = world.rows[model]
    response = sent(rep_page, at(row, "delete"), holding="csrfmiddlewaretoken", action="")
    assert (response.status_code, response.url) == (303, f"/{model.plural}/")
    assert f"“{row}” is deleted." in told(rep_page.get(response.url))
    assert rep_page.get(at(row)).status_code == 404


def test_deleting_a_contact_keeps_its_deals_and_takes_its_activities(rep, rep_page, deal, contact):
    about = Activity.objects.create(subject="a", related_to=contact, created_by=rep)
    rep_page.post(at(contact, "delete"))
    assert Deal.unrestricted.get(pk=deal.pk).contact_id is None
    assert Activity.unrestricted.filter(pk=about.pk).exists() is False


# Where one goes afterwards --------------------------------------------------------------------------------------------


OURS = ["/pipeline/", "/deals/?q=a%20b&stage=won", "/contacts/"]
THEIRS = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "\thttps://evil.example",
    "https://testserver@evil.example/",
    "http://[",
]


@pytest.mark.parametrize("wanted", OURS)
def test_one_goes_back_to_where_one_came_from(rep_page, wanted):
    response = rep_page.post("/companies/new/", {"name": "N", "next": wanted})
    assert response.url == wanted


@pytest.mark.parametrize("wanted", THEIRS)
@pytest.mark.parametrize("how", ["get", "post"])
def test_one_is_never_sent_to_another_host_or_a_script(rep_page, wanted, how):
    data = {"name": "N"} | ({"next": wanted} if how == "post" else {})
    response = rep_page.post("/companies/new/", data, query_params={"next": wanted} if how == "get" else {})
    assert response.url == at(newest(Company))


@pytest.mark.parametrize("wanted", THEIRS)
def test_cancel_never_leads_to_another_host_or_a_script(rep_page, company, wanted):
    links = Page(rep_page.get(at(company, "edit"), {"next": wanted})).links
    assert wanted not in links
    assert at(company) in links


def test_the_way_back_survives_an_error(rep_page):
    address = "/companies/new/?next=/pipeline/%3Fsort%3Dupdated"
    refused = sent(rep_page, address, holding="version", name="")
    assert refused.status_code == 422
    assert again(rep_page, address, refused, holding="version", name="N").url == "/pipeline/?sort=updated"


@pytest.mark.parametrize("page", ["stage", "completion"])
@pytest.mark.parametrize("wanted", THEIRS)
def test_no_move_or_completion_leads_to_another_host(rep_page, deal, call, page, wanted):
    row = deal if page == "stage" else call
    response = rep_page.post(at(row, page), {"stage": "won", "next": wanted})
    assert (response.status_code, response.url) == (303, at(row))
