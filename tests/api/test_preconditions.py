"""ETag, If-Match and If-None-Match: nobody overwrites what he has not read."""

import pytest

from pipeline.models import Deal
from tests.api.answers import V1, faults


@pytest.fixture
def address(deal):
    return f"{V1}/deals/{deal.pk}/"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_stale_write_is_answered_412_and_changes_nothing(as_rep, deal, address, method):
    tag = as_rep.get(address)["ETag"]
    deal.move_to("won")
    assert faults(getattr(as_rep, method)(address, {"title": "Stale"}, HTTP_IF_MATCH=tag)) == (412, [])
    assert Deal.unrestricted.get().title == "Rollout"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', " {} ", "*"])
def test_a_write_at_the_version_that_was_read_is_done(as_rep, address, form):
    header = form.format(as_rep.get(address)["ETag"])
    assert as_rep.patch(address, {"title": "Fresh"}, HTTP_IF_MATCH=header).status_code == 200


@pytest.mark.parametrize("header", ["", "x", '""', '"x"', "é", "*, *", "x" * 5000])
def test_a_version_that_never_was_is_answered_412(as_rep, address, header):
    assert faults(as_rep.patch(address, {"title": "x"}, HTTP_IF_MATCH=header)) == (412, [])


def test_each_write_answers_the_version_to_name_in_the_next(as_rep, address):
    tag = as_rep.get(address)["ETag"]
    for title in ("One", "Two", "Three"):
        tag = as_rep.patch(address, {"title": title}, HTTP_IF_MATCH=tag)["ETag"]
    assert as_rep.get(address)["ETag"] == tag


def test_who_may_not_see_a_record_gets_404_whatever_version_is_named(as_outsider, as_rep, address):
    for tag in (as_rep.get(address)["ETag"], '"x"'):
        assert faults(as_outsider.patch(address, {"title": "x"}, HTTP_IF_MATCH=tag)) == (404, [])


def test_a_version_that_the_caller_holds_is_answered_304_without_a_body(as_rep, address):
    tag = as_rep.get(address)["ETag"]
    answer = as_rep.get(address, HTTP_IF_NONE_MATCH=f'"old", {tag}')
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


def test_a_changed_record_is_answered_in_full(as_rep, deal, address):
    tag = as_rep.get(address)["ETag"]
    deal.move_to("won")
    assert as_rep.get(address, HTTP_IF_NONE_MATCH=tag).json()["stage"] == "won"


def test_an_expanded_record_is_answered_in_full_as_what_it_shows_may_have_changed(as_rep, company, address):
    tag = as_rep.get(address)["ETag"]
    company.name = "Renamed"
    company.save()
    answer = as_rep.get(address, {"expand": "company"}, HTTP_IF_NONE_MATCH=tag)
    assert answer.json()["company"]["name"] == "Renamed"
