"""Amounts, days and words as the reader's language writes them."""

from datetime import date
from decimal import Decimal

import pytest
from django.forms import ValidationError
from django.utils.translation import override

from crm.models import Company
from pipeline.forms import AmountField
from pipeline.models import Deal, Stage
from records.templatetags.records import money

AMOUNTS = {"en": "$1,234.50", "de": "1.234,50", "ar": "1,234.50"}


@pytest.fixture
def deal(rep):
    company = Company.unrestricted.create(name="Nordwind", created_by=rep)
    return Deal.unrestricted.create(
        title="Rollout",
        amount=Decimal("1234.50"),
        stage_id="lead",
        company=company,
        expected_close_date=date(2031, 3, 12),
        created_by=rep,
        assigned_to=rep,
    )


def field() -> AmountField:
    return AmountField(max_digits=20, decimal_places=4, required=False)


@pytest.mark.parametrize("language", AMOUNTS)
def test_amounts_are_written_with_the_signs_of_the_language(language):
    with override(language):
        assert AMOUNTS[language] in money(Decimal("1234.5"))


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("address", ["/deals/", "/pipeline/", "/deals/{pk}/", "/"])
def test_page_writes_amounts_in_one_way(language, address, rep, browser_of, deal):
    rep.language = language
    rep.save()
    page = browser_of(rep).get(address.format(pk=deal.pk)).content.decode()
    shown = {way for way in ("1,234.50", "1.234,50", "1234.5") if way in page}
    assert shown <= {AMOUNTS[language]}
    assert language != "de" or not shown or "1.234,50\u00a0$" in page
    assert shown or address == "/"


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("de", "1.234,50", "1234.50"),
        ("de", "1.234", "1234"),
        ("de", "1234,5", "1234.5"),
        ("de", "1,234.50", "1234.50"),  # can mean nothing else
        ("de", "1.5", "1.5"),
        ("de", "1.234,50 €", "1234.50"),
        ("de", "1 234,50", "1234.50"),
        ("en", "1,234.50", "1234.50"),
        ("en", "1,234", "1234"),
        ("en", "$1234.5", "1234.5"),
        ("en", "0", "0"),
        ("ar", "1,234.50", "1234.50"),
    ],
)
def test_amount_is_read_as_the_reader_writes_it(language, typed, amount):
    with override(language):
        assert field().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("language", "typed", "ways"), [("en", "1.234", ["1234", "1.2340"]), ("de", "12,000", ["12000", "12,00"])]
)
def test_amount_that_can_be_read_in_two_ways_is_asked(language, typed, ways):
    with override(language), pytest.raises(ValidationError) as refused:
        field().clean(typed)
    with override(language):
        assert all(way in refused.value.messages[0] for way in ways)
        assert [field().clean(way) for way in ways] == [Decimal(ways[0]), Decimal(ways[1].replace(",", "."))]


@pytest.mark.parametrize("typed", ["much", "1.2.3", "1,2,3", "1.234.56", "--1", "NaN", "1e400"])
def test_amount_that_is_none_is_refused(typed):
    with override("de"), pytest.raises(ValidationError):
        field().clean(typed)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("amount", ["0", "7", "1200", "1200.5", "1.234", "0.001", "12345.678", "1234567.8901"])
def test_amount_of_a_form_is_read_back_as_it_was(language, amount):
    with override(language):
        shown = field().prepare_value(Decimal(amount))
        assert field().clean(shown) == Decimal(amount)
        assert not field().has_changed(Decimal(amount), shown)


def test_form_in_german_shows_the_amount_and_takes_it_back(rep, browser_of, deal):
    rep.language = "de"
    rep.save()
    page = browser_of(rep).get(f"/deals/{deal.pk}/edit/").content.decode()
    assert 'value="1234,5"' in page
    assert "Betrag" in page


def test_stages_are_named_in_the_language_unless_somebody_named_them(db):
    Stage.objects.filter(pk="qualified").update(label="Warm")
    with override("de"):
        assert [str(stage) for stage in Stage.objects.order_by("order")][:3] == ["Lead", "Warm", "Angebot"]


def test_programs_are_told_stages_as_they_are_stored(rep, browser_of):
    rep.language = "de"
    rep.save()
    answer = browser_of(rep).get("/api/v1/stages/", headers={"Accept-Language": "de"}).json()
    rows = answer["results"] if isinstance(answer, dict) else answer
    assert {row["label"] for row in rows} >= {"Qualified", "Proposal"}
