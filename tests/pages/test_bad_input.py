"""What nobody means to send: always a 4xx, the field named, what was typed still there, and nothing written."""

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.pages.conftest import CLASSES
from tests.pages.reading import adding, again, at, edited, listing, told, typed

LONG = "x" * 70_000
BAD = [
    (Deal, "amount", "NaN"),
    (Deal, "amount", "Infinity"),
    (Deal, "amount", "1e400"),
    (Deal, "amount", "1" * 17),
    (Deal, "amount", "0.00001"),
    (Deal, "amount", str(2**80)),
    (Deal, "amount", LONG),
    (Deal, "amount", "twelve"),
    (Deal, "expected_close_date", "0000-01-01"),
    (Deal, "expected_close_date", "2026-02-30"),
    (Deal, "expected_close_date", "10000-01-01"),
    (Deal, "expected_close_date", LONG),
    (Deal, "stage", "nowhere"),
    (Deal, "stage", LONG),
    (Deal, "assigned_to", "nobody"),
    (Deal, "title", "x" * 301),
    (Deal, "title", LONG),
    (Deal, "notes", LONG),
    (Deal, "company", LONG),
    (Deal, "contact", LONG),
    (Company, "name", LONG),
    (Company, "website", LONG),
    (Company, "industry", LONG),
    (Company, "address", LONG),
    (Company, "notes", LONG),
    (Contact, "name", LONG),
    (Contact, "email", "no address"),
    (Contact, "email", LONG),
    (Contact, "phone", LONG),
    (Contact, "notes", LONG),
    (Activity, "type", "dance"),
    (Activity, "type", LONG),
    (Activity, "subject", LONG),
    (Activity, "description", LONG),
    (Activity, "related_to", LONG),
    (Activity, "due_date", "2026-02-30T10:00"),
    (Activity, "due_date", "0000-01-01T10:00"),
    (Activity, "due_date", "soon"),
]
GOOD = {"name": "Fine", "title": "Fine", "subject": "Fine", "type": "call", "stage": "lead"}
CHOSEN = {"stage", "type", "assigned_to"}  # a list of choices cannot show what is not on it


@pytest.mark.parametrize(("model", "field", "value"), BAD)
def test_a_new_record_with_a_bad_value_is_refused_naming_the_field(rep_page, model, field, value):
    response = rep_page.post(adding(model), GOOD | {field: value})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert field in CHOSEN or typed(response)[field] == value
    assert model.unrestricted.count() == 0


@pytest.mark.parametrize(("model", "field", "value"), [row for row in BAD if row[2] is not LONG])
def test_an_edit_with_a_bad_value_changes_nothing(rep_page, world, model, field, value):
    row = world.rows[model]
    response = edited(rep_page, row, **{field: value})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert model.unrestricted.get(pk=row.pk).updated_at == row.updated_at


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("where", ["name", "title", "subject", "notes", "company", "next", "version", "unknown"])
def test_nul_bytes_are_refused_naming_the_field(rep_page, model, where):
    response = rep_page.post(adding(model), GOOD | {where: "a\x00b"})
    assert (response.status_code, f"The field “{where}” contains" in told(response)) == (400, True)
    assert model.unrestricted.count() == 0


@pytest.mark.parametrize("model", CLASSES)
def test_bytes_that_are_no_text_are_stored_as_the_sign_for_that_or_refused(rep_page, model):
    """Half a surrogate pair and cut-off UTF-8, as a form encodes them."""
    field = {Deal: "title", Activity: "subject"}.get(model, "name")
    body = f"{field}=a%ED%A0%80%FF%C3&type=call&stage=lead"
    response = rep_page.post(adding(model), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303
    assert set(getattr(model.unrestricted.get(), field)[1:]) == {"\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("pk", ["x", "x" * 3_000, "%00", "%ED%A0%80", "aaaaaaaaaa", "..", "é", "' OR 1=1"])
def test_an_id_that_is_none_is_nothing_here(rep_page, call, model, pk):
    statuses = {
        rep_page.get(f"{listing(model)}{pk}/{page}").status_code for page in ("", "edit/", "delete/", "sharing/")
    }
    assert statuses == {404}


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"name": "N", "title": "N", "subject": "N"}'),
        ("text/plain", "name=N"),
        ("multipart/form-data; boundary=x", "no boundary at all"),
        ("multipart/form-data", "name=N"),
        ("", ""),
    ],
)
def test_a_body_that_is_no_form_is_refused(rep_page, model, content_type, body):
    response = rep_page.generic("POST", adding(model), body, content_type=content_type)
    assert (response.status_code in (400, 415, 422), model.unrestricted.count()) == (True, 0)


def test_a_body_over_a_megabyte_is_refused(rep_page):
    response = rep_page.post("/companies/new/", {"name": "N", "notes": "x" * 1_100_000})
    assert (response.status_code, Company.unrestricted.count()) == (413, 0)


def test_thousands_of_fields_are_refused(rep_page):
    response = rep_page.post("/companies/new/", {f"f{n}": "" for n in range(2_001)} | {"name": "N"})
    assert (response.status_code, Company.unrestricted.count()) == (400, 0)


MOMENTS = [
    ("0001-01-01T00:00", "Asia/Tokyo"),
    ("0001-01-01T00:00", ""),
    ("9999-12-31T23:59", "America/New_York"),
    ("9999-12-31T23:59", ""),
    ("2026-03-29T02:30", "Europe/Berlin"),
]


@pytest.mark.parametrize(("moment", "zone"), MOMENTS)
def test_a_due_date_at_the_ends_of_time_breaks_no_page(rep, rep_page, moment, zone):
    """Stored in UTC it would be of a year that no program can read back: the row would break every list it is on."""
    rep.time_zone = zone
    rep.save()
    response = rep_page.post("/activities/new/", GOOD | {"due_date": moment})
    assert response.status_code in (303, 422)
    assert (response.status_code == 303) == Activity.unrestricted.exists()
    assert [rep_page.get(address).status_code for address in ("/activities/", "/")] == [200, 200]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_close_date_at_the_ends_of_time_breaks_no_page(rep_page, day):
    response = rep_page.post("/deals/new/", GOOD | {"expected_close_date": day})
    assert response.status_code in (303, 422)
    assert [rep_page.get(address).status_code for address in ("/deals/", "/pipeline/")] == [200, 200]


def test_the_largest_amount_is_kept_to_the_last_digit(rep_page):
    rep_page.post("/deals/new/", GOOD | {"amount": "9999999999999999.9999"})
    row = Deal.unrestricted.get()
    assert (str(row.amount), typed(rep_page.get(at(row, "edit")))["amount"]) == ("9999999999999999.9999",) * 2
    assert rep_page.get("/pipeline/").status_code == 200


def test_a_refused_form_can_be_put_right_and_sent_again(rep_page, company):
    refused = rep_page.post("/deals/new/", {"title": "Big", "amount": "much", "stage": "won", "company": "Acme"})
    saved = again(rep_page, "/deals/new/", refused, holding="version", amount="5")
    row = Deal.unrestricted.get()
    assert (saved.status_code, row.title, row.stage_id, row.company) == (303, "Big", "won", company)
