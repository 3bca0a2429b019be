"""Previous and next of a deal that was opened from the board: down a column, then on to the next."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from activities.models import Activity
from pipeline.models import Deal
from tests.pages.reading import Page, at
from tests.pages.test_record_pages import beside

ORDERS = [
    ({}, ["Dan", "Eve", "Ann", "Bob", "Cid"]),
    ({"sort": "updated"}, ["Eve", "Dan", "Bob", "Ann", "Cid"]),
    ({"sort": "attention"}, ["Eve", "Dan", "Bob", "Ann", "Cid"]),
    ({"state": "open"}, ["Dan", "Eve", "Ann", "Bob"]),
]


@pytest.fixture
def on_board(rep):
    """Five deals in three columns, of which none stands beside another: title, stage, expected close."""
    made = {}
    rows = [("Ann", "negotiation", 3), ("Bob", "negotiation", None), ("Cid", "lost", 1), ("Dan", "lead", 2)]
    for title, stage, day in [*rows, ("Eve", "lead", None)]:
        close = day and datetime(2030, 1, day, tzinfo=UTC).date()
        made[title] = Deal.objects.create(title=title, stage_id=stage, expected_close_date=close, created_by=rep)
    for title in ("Eve", "Bob"):
        due = timezone.now() - timedelta(days=1)
        Activity.objects.create(subject=title, related_to=made[title], due_date=due, created_by=rep)
    return made


@pytest.mark.parametrize(("asked", "titles"), ORDERS)
def test_neighbours_of_a_deal_go_down_a_column_of_the_board_and_on_to_the_next(
    rep_page, outsider, on_board, asked, titles
):
    Deal.objects.create(title="Hidden", stage_id="lead", created_by=outsider)
    columns = rep_page.get("/pipeline/", asked).context["columns"]
    assert [card.title for column in columns for card in column.cards] == titles
    origin = f"/pipeline/?{urlencode(asked)}"
    walked = [beside(rep_page.get(at(on_board[title]), {"from": origin})) for title in titles]
    addresses = ["", *(at(on_board[title]) for title in titles), ""]
    assert walked == list(zip(addresses, addresses[2:], strict=False))


def test_the_board_that_one_came_from_is_where_the_deal_leads_back_to(rep_page, on_board):
    response = rep_page.get(at(on_board["Dan"]), headers={"Referer": "http://testserver/pipeline/?q=n"})
    assert beside(response) == ("", at(on_board["Ann"]))
    assert "/pipeline/?q=n" in Page(response).links


def test_the_end_of_a_column_takes_two_statements_more(rep_page, queries, on_board):
    bare = queries(rep_page, at(on_board["Bob"]))
    assert queries(rep_page, at(on_board["Bob"]), **{"from": "/pipeline/"}) == bare + 2
