"""The list as a file: exactly what is shown, for whom it is shown, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.cells import defused
from records.sharing import share, unshare
from tests.pages.conftest import CAST, SECRET
from tests.pages.reading import listing, shown

EXPORTED = [Company, Contact, Deal]


def read(response) -> list[list[str]]:
    """The lines of the file, as a spreadsheet reads them."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def exported(client, model, **asked) -> list[list[str]]:
    response = client.get(f"{listing(model)}export/", asked)
    assert response.status_code == 200
    return read(response)[1:]


@pytest.mark.parametrize("model", EXPORTED)
def test_each_of_the_cast_gets_exactly_the_rows_that_their_list_shows(world, model):
    for name in CAST:
        rows = {row.pk: str(row) for row in (world.rows[model], world.planted[model])}
        listed = {rows[pk] for pk in shown(world.cast[name].get(listing(model)), model)}
        assert {line[0] for line in exported(world.cast[name], model)} == listed, name


@pytest.mark.parametrize("name", ["outsider", "rep", "reader", "lead"])
def test_no_word_of_a_hidden_record_is_in_any_column(world, name):
    for model in EXPORTED:
        columns = ",".join(column.name for column in columns_of(model))
        lines = exported(world.cast[name], model, columns=columns)
        assert SECRET not in str(lines), model


def columns_of(model):
    from crm.columns import COMPANY_COLUMNS, CONTACT_COLUMNS
    from pipeline.columns import COLUMNS

    return {Company: COMPANY_COLUMNS, Contact: CONTACT_COLUMNS, Deal: COLUMNS}[model]


def test_a_role_without_the_class_gets_no_file(rep, browser_of):
    rep.groups.clear()
    assert browser_of(rep).get("/deals/export/").status_code == 403


def test_the_file_has_the_filters_order_and_columns_of_the_list(rep_page, rep):
    for title, amount in (("a", 1), ("b", 2), ("c", None), ("d", 4)):
        Deal.objects.create(title=title, amount=amount, created_by=rep)
    lines = read(rep_page.get("/deals/export/", {"amount__gte": 2, "ordering": "-amount", "columns": "title,amount"}))
    assert lines == [["Title", "Amount"], ["d", "4.00"], ["b", "2.00"]]


def test_without_columns_in_the_address_the_file_has_those_that_were_chosen(rep_page, deal):
    rep_page.post("/deals/columns/", {"column": ["title", "contact"]})
    assert read(rep_page.get("/deals/export/")) == [["Title", "Contact"], ["Rollout", "Ada Adams"]]


def test_values_are_written_for_programs(rep_page, rep, deal):
    Deal.unrestricted.filter(pk=deal.pk).update(amount=Decimal("-1234.5000"), expected_close_date=date(2026, 3, 1))
    due = timezone.now().replace(microsecond=0)
    Activity.objects.create(subject="Call", due_date=due, related_to=deal, created_by=rep)
    columns = "title,amount,expected_close_date,assigned_to,stage,next_step"
    assert exported(rep_page, Deal, columns=columns) == [
        ["Rollout", "Lead", "-1234.50", "2026-03-01", "Rosa Rep", due.strftime("%Y-%m-%dT%H:%M:%SZ")]
    ]


@pytest.mark.parametrize("live", ["=1+1", "+49 30", "-cmd", "@sum", "\tx", "\rx", " =1", "＝1", "=HYPERLINK(1)"])
def test_formulas_are_defused(rep_page, rep, live):
    Contact.objects.create(name="Ada", phone=live, created_by=rep)
    assert exported(rep_page, Contact, columns="name,phone") == [["Ada", f"'{live}"]]


@pytest.mark.parametrize("text", ["-5", "-1.50", "12", "a=b", "a-b", "", "Ünïcode, “quoted”\nsecond line"])
def test_numbers_and_harmless_text_stay_as_they_are(text):
    assert defused(text) == text


@pytest.mark.parametrize("ordering", ["name", "-industry", "updated_at"])
def test_all_batches_hold_each_row_once_in_order(rep_page, rep, monkeypatch, ordering):
    for n in range(7):
        Company.objects.create(name=f"C{n % 3}", industry=f"I{n % 2}" if n % 3 else None, created_by=rep)
    whole = exported(rep_page, Company, ordering=ordering, columns="name,created_at")
    monkeypatch.setattr("records.export.BATCH", 2)
    assert (len(whole), exported(rep_page, Company, ordering=ordering, columns="name,created_at")) == (7, whole)


def test_what_is_taken_away_while_the_file_is_read_is_not_in_it(outsider, outsider_page, rep, monkeypatch):
    monkeypatch.setattr("records.export.BATCH", 2)
    rows = [Company.objects.create(name=f"C{n}", created_by=rep) for n in range(6)]
    for row in rows:
        share(row, outsider, "read")
    stream = iter(outsider_page.get("/companies/export/").streaming_content)
    first = next(stream) + next(stream)
    for row in rows:
        unshare(row, outsider)
    assert (first.count(b"C"), b"".join(stream).count(b"C")) == (3, 0)  # with the C of Changed


def test_a_batch_takes_as_many_statements_with_six_rows_as_with_three(rep_page, rep):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported(rep_page, Deal, columns="title,company,contact,assigned_to,created_by,next_step,lost_reason")
        return len(captured)

    plant(rep, 3)
    statements()
    three = statements()
    plant(rep, 3)
    assert statements() == three <= 12


def plant(rep, number: int) -> None:
    for n in range(number):
        company = Company.objects.create(name=f"C{n}", created_by=rep)
        Deal.objects.create(title=f"D{n}", company=company, created_by=rep)


def test_the_file_says_what_it_is(rep_page, deal):
    response = rep_page.get("/deals/export/")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="deals-{timezone.localdate()}.csv"'
    assert next(iter(response.streaming_content)).startswith(b"\xef\xbb\xbfTitle,")


@pytest.mark.parametrize("asked", ["amount__gte=NaN", "expected_close_date__lte=soon", "state=maybe"])
def test_a_filter_that_cannot_be_understood_gives_no_file(rep_page, deal, asked):
    response = rep_page.get(f"/deals/export/?{asked}")
    assert (response.status_code, "filter" in response.content.decode()) == (400, True)
