"""How moments, amounts, names and labels are written in Arabic."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from django.utils.html import strip_tags

from pipeline.models import LostReason, Stage
from records.templatetags.records import ago, initials, moment, money, whole_day


@pytest.fixture(autouse=True)
def _arabic():
    with translation.override("ar"):
        yield


def said(before: timedelta) -> str:
    return strip_tags(ago(timezone.now() - before)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "منذ يوم"), (2, "منذ يومين"), (3, "منذ 3 أيام"), (7, "منذ أسبوع"), (14, "منذ أسبوعين"), (400, "منذ سنة")],
)
def test_how_long_ago_takes_the_case_and_the_number_that_arabic_asks_for(days, words):
    assert said(timedelta(days=days, minutes=1)) == words


@pytest.mark.parametrize(("minutes", "words"), [(0, "الآن"), (11, "منذ 11 دقيقة"), (120, "منذ ساعتين")])
def test_how_long_ago_knows_less_than_a_minute_and_many(minutes, words):
    assert said(timedelta(minutes=minutes)) == words


def test_amounts_are_grouped_as_latin_digits_are_in_arabic():
    assert (money(Decimal("1234567")), money(Decimal("12500.5"))) == ("$1,234,567", "$12,500.50")


def test_moments_and_days_have_an_arabic_comma():
    at = datetime(2020, 3, 12, 14, 5, tzinfo=UTC)
    assert (strip_tags(moment(at)), whole_day(at)) == ("12 مارس 2020، 14:05", "الخميس، 12 مارس")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("ليلى حداد", "ل\u200cح"), ("ليلى", "ل"), ("توريد (ERP)", "تE"), ("Ada Adams", "AA"), ("!", "")],
)
def test_initials_are_letters_that_do_not_join(name, letters):
    assert initials(name) == letters


@pytest.mark.django_db
def test_stages_and_reasons_that_parsley_ships_are_told_in_arabic_and_renamed_ones_as_they_are_named():
    shipped, reason = Stage.objects.get(pk="won"), LostReason.objects.get(pk="price")
    renamed = Stage(slug="proposal", label="Offer out")
    assert (str(shipped), str(reason), str(renamed)) == ("مكسوبة", "السعر", "Offer out")
