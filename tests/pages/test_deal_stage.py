"""Moving a deal: from the board, which is answered the heads, and from its own page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import time_format

from pipeline.models import Deal, Stage
from records.sharing import share
from tests.pages.reading import Page, again, at, sent, told
from tests.pages.test_board import heads

HTMX = {"HX-Request": "true"}


def stage_of(deal: Deal) -> str:
    return Deal.unrestricted.get(pk=deal.pk).stage_id


def test_outsider_gets_404_when_moving_a_deal(outsider_page, deal):
    for headers in ({}, HTMX):
        response = outsider_page.post(at(deal, "stage"), {"stage": "won"}, headers=headers)
        assert (response.status_code, stage_of(deal)) == (404, "lead")


def test_a_viewer_is_told_that_they_may_not_move_it(outsider, outsider_page, deal):
    share(deal, outsider, "read")
    response = outsider_page.post(at(deal, "stage"), {"stage": "won"}, headers=HTMX)
    assert (response.status_code, response["Content-Type"]) == (403, "text/plain")
    assert response.content.decode() == "You may see this deal, but not change it."
    assert stage_of(deal) == "lead"


def test_a_viewer_without_javascript_is_told_on_a_page(outsider, outsider_page, deal):
    share(deal, outsider, "read")
    response = outsider_page.post(at(deal, "stage"), {"stage": "won"})
    assert (response.status_code, stage_of(deal)) == (403, "lead")
    assert "You may see this deal, but not change it." in told(response)


@pytest.mark.parametrize("stage", ["qualified", "proposal", "negotiation", "won", "lost", "lead"])
def test_a_deal_is_moved_with_the_form_of_its_page(rep_page, deal, stage):
    response = sent(rep_page, at(deal), action=at(deal, "stage"), stage=stage)
    assert (response.status_code, response.url, stage_of(deal)) == (303, at(deal), stage)
    assert "The deal is moved." in told(rep_page.get(at(deal)))


def test_a_move_saves_the_stage_alone(rep_page, deal):
    with CaptureQueriesContext(connection) as captured:
        rep_page.post(at(deal, "stage"), {"stage": "won"})
    saved = [sql.partition(" WHERE ")[0] for query in captured if 'UPDATE "pipeline_deal"' in (sql := query["sql"])]
    assert [set(re.findall(r'"(\w+)" =', sql)) for sql in saved] == [{"updated_at", "stage_id", "moved_at"}]


def test_the_board_is_answered_the_heads(rep, rep_page, deal, outsider):
    Deal.objects.create(title="Other", amount=5, stage_id="won", created_by=rep)
    Deal.objects.create(title="Hidden", amount=7, stage_id="won", created_by=outsider)
    response = rep_page.post(at(deal, "stage"), {"stage": "won", "was": "lead"}, headers=HTMX)
    assert (response.status_code, stage_of(deal)) == (200, "won")
    none = dict.fromkeys(Stage.objects.values_list("pk", flat=True), ("0", ""))
    assert heads(response) == none | {"won": ("2", "$1,205")}


def test_the_heads_are_those_under_the_filters_of_the_board(rep, rep_page, deal):
    Deal.objects.create(title="Other", amount=5, stage_id="won", created_by=rep)
    address = f"{at(deal, 'stage')}?q=roll"
    response = rep_page.post(address, {"stage": "won", "was": "lead"}, headers=HTMX)
    assert heads(response)["won"] == heads(rep_page.get("/pipeline/?q=roll"))["won"] == ("1", "$1,200")


@pytest.mark.parametrize("stage", ["nowhere", "", "WON", "x" * 60, "won;--"])
def test_a_wrong_stage_is_refused_with_the_valid_ones(rep_page, deal, stage):
    response = rep_page.post(at(deal, "stage"), {"stage": stage}, headers=HTMX)
    assert (response.status_code, stage_of(deal)) == (422, "lead")
    if stage in ("nowhere", "WON", "won;--"):
        names = ", ".join(str(stage) for stage in Stage.objects.all())
        assert response.content.decode() == f"There is no such stage. The stages are {names}."


def test_a_wrong_stage_without_javascript_is_told_on_the_page(rep_page, deal):
    response = rep_page.post(at(deal, "stage"), {"stage": "nowhere"}, follow=True)
    assert response.redirect_chain == [(at(deal), 303)]
    assert "There is no such stage." in told(response)


def test_a_move_from_a_stale_board_is_refused_with_the_reason(rep_page, deal):
    Deal.unrestricted.filter(pk=deal.pk).update(stage="proposal")
    response = rep_page.post(at(deal, "stage"), {"stage": "won", "was": "lead"}, headers=HTMX)
    when = time_format(timezone.localtime(Deal.unrestricted.get(pk=deal.pk).moved_at))
    said = f"Somebody moved it to {Stage.objects.get(pk='proposal')} at {when}."
    assert (response.status_code, stage_of(deal)) == (409, "proposal")
    assert (told(response).startswith(said), Page(response).all("p", **{"data-stage": "proposal"}) != []) == (
        True,
        True,
    )
    assert heads(response) == heads(rep_page.get("/pipeline/"))


def test_a_move_from_a_stale_page_is_refused_and_can_be_made_again(rep_page, deal):
    opened = rep_page.get(at(deal))
    Deal.unrestricted.filter(pk=deal.pk).update(stage="proposal")
    refused = again(rep_page, at(deal), opened, action=at(deal, "stage"), stage="won")
    assert (refused.status_code, stage_of(deal)) == (303, "proposal")
    assert "Somebody moved it to" in told(rep_page.get(at(deal)))
    sent(rep_page, at(deal), action=at(deal, "stage"), stage="won")
    assert stage_of(deal) == "won"


def test_a_move_that_is_sent_twice_is_made_once(rep_page, deal):
    """The answer to the first was lost; the board still thinks it is where it was."""
    moved = []
    for _ in range(2):
        response = rep_page.post(at(deal, "stage"), {"stage": "won", "was": "lead"}, headers=HTMX)
        moved.append(Deal.unrestricted.get(pk=deal.pk).updated_at)
        assert (response.status_code, heads(response)["won"]) == (200, ("1", "$1,200"))
    assert moved[0] == moved[1]


def test_the_select_holds_every_stage_and_stands_at_the_deals_own(rep_page, deal):
    Deal.unrestricted.filter(pk=deal.pk).update(stage="proposal")
    page = Page(rep_page.get(at(deal)))
    assert dict(page.form(action=at(deal, "stage")).fields)["stage"] == "proposal"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_move_is_a_post(rep_page, deal, method):
    assert getattr(rep_page, method)(at(deal, "stage")).status_code == 405
