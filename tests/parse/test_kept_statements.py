"""Statements that are kept for the next caller name that caller's principals, or are not kept."""

import pytest

from accounts.principals import rights_of
from parse import shapes
from parse.callers import Caller
from pipeline.models import Deal


@pytest.fixture(autouse=True)
def _nothing_kept():
    shapes._kept.clear()


def test_outsider_is_not_told_what_the_rep_just_asked(as_rep, as_outsider, deal):
    for client, found in ((as_rep, {deal.pk}), (as_outsider, set()), (as_rep, {deal.pk}), (as_outsider, set())):
        assert client.get("/classes/Deal", where={"title": "Rollout"}).ids == found
        assert client.get("/classes/Deal", where={"title": "Rollout"}, count=1).body["count"] == len(found)
        assert client.get(f"/classes/Deal/{deal.pk}").status == (200 if found else 404)


def test_statement_without_its_callers_principals_is_not_kept(rep):
    assert rights_of(rep).principals
    rows = Deal.unrestricted.filter(title=shapes._stand_in(0)).values_list("pk")
    assert shapes._fit(Caller(rep), rows, 1) is None


def test_statement_of_who_reads_everything_is_kept(admin):
    rows = Deal.objects.visible_to(admin).filter(title=shapes._stand_in(0)).values_list("pk")
    assert shapes._fit(Caller(admin), rows, 1) is not None
