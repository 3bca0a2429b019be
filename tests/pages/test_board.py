"""The board: what stands in its columns and heads, under which filters, and the cards beyond the first."""

from datetime import date, timedelta

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from pipeline import board as boards
from pipeline.board import Board
from pipeline.models import Deal, Stage
from records.sharing import share
from tests.conftest import make_user
from tests.pages.conftest import SECRET
from tests.pages.reading import Page, in_order, shown, told

STAGES = ["lead", "qualified", "proposal", "negotiation", "won", "lost"]
TODAY = date(2026, 3, 1)


def heads(response) -> dict[str, tuple[str, str]]:
    """Count and sum of each column, as they are printed."""
    html = response.content.decode()
    found = {}
    for part in html.split('id="head-')[1:]:
        count = part.split("data-count>")[1].split("<")[0]
        found[part.split('"')[0]] = (count, part.split('sum">')[1].split("<")[0])
    return found


def cards(response) -> dict[str, list[str]]:
    columns = response.content.decode().split('data-column="')[1:]
    return {part.split('"')[0]: [card.split('"')[0] for card in part.split('data-card="')[1:]] for part in columns}


def plant(owner, number: int, **fields) -> list[Deal]:
    """Closing day after day, every fifth without a day."""
    return [
        Deal.objects.create(
            title=f"Deal {n}",
            amount=n,
            created_by=owner,
            expected_close_date=None if n % 5 == 4 else TODAY + timedelta(days=n // 2),
            **fields,
        )
        for n in range(number)
    ]


def test_an_outsider_sees_empty_columns(outsider_page, deal):
    response = outsider_page.get("/pipeline/")
    assert (heads(response), shown(response, Deal)) == (dict.fromkeys(STAGES, ("0", "")), set())


def test_each_of_the_cast_sees_exactly_their_deals_counted_and_summed(world):
    mine, planted = world.rows[Deal].pk, world.planted[Deal].pk
    Deal.unrestricted.filter(pk=planted).update(amount=1)
    for name, cards_seen, head in [
        ("outsider", set(), ("0", "")),
        ("teammate", set(), ("0", "")),
        ("reader", {mine}, ("1", "$1,200")),
        ("lead", {mine}, ("1", "$1,200")),
        ("admin", {mine, planted}, ("2", "$1,201")),
    ]:
        response = world.cast[name].get("/pipeline/")
        assert (shown(response, Deal), heads(response)["lead"]) == (cards_seen, head), name


@pytest.mark.parametrize("few", [0, 5_000])
def test_heads_count_and_sum_all_visible_deals_also_beyond_the_cards(rep, rep_page, outsider, monkeypatch, few):
    monkeypatch.setattr(boards, "FEW", few)
    plant(rep, 30)
    plant(rep, 3, stage_id="won")
    plant(outsider, 5)
    response = rep_page.get("/pipeline/")
    seen = cards(response)
    assert heads(response)["lead"] == ("30", "$435")
    assert heads(response)["won"] == ("3", "$3")
    assert [len(seen[slug]) for slug in STAGES] == [10, 0, 0, 0, 3, 0]


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize("sort", ["close", "updated"])
def test_25_more_again_and_again_shows_every_deal_once_and_in_order(rep, rep_page, monkeypatch, sort, few):
    monkeypatch.setattr(boards, "FEW", few)
    deals = plant(rep, 60)
    response = rep_page.get("/pipeline/", {"sort": sort})
    seen = cards(response)["lead"]
    while more := Page(response).all("a", **{"hx-target": "closest li"}):
        response = rep_page.get(more[0]["hx-get"])
        seen += in_order(response, Deal)
    by_day = sorted(deals, key=lambda deal: (deal.expected_close_date or date.max, deal.pk))
    by_change = sorted(deals, key=lambda deal: deal.updated_at, reverse=True)
    assert seen == [deal.pk for deal in (by_day if sort == "close" else by_change)]


def test_without_javascript_more_is_the_list_from_there_on(rep, rep_page):
    plant(rep, 40)
    board = rep_page.get("/pipeline/?q=deal")
    more = Page(board).all("a", **{"hx-target": "closest li"})[0]["href"]
    rest = rep_page.get(more)
    assert set(cards(board)["lead"]) | shown(rest, Deal) == set(Deal.unrestricted.values_list("pk", flat=True))
    assert set(cards(board)["lead"]) & shown(rest, Deal) == set()


def test_more_keeps_the_filters(rep, rep_page):
    plant(rep, 30)
    wanted = {deal.pk for deal in plant(rep, 30, assigned_to=rep)}
    response = rep_page.get("/pipeline/", {"assigned_to": rep.pk})
    more = Page(response).all("a", **{"hx-target": "closest li"})[0]["hx-get"]
    assert set(cards(response)["lead"]) | shown(rep_page.get(more), Deal) == wanted


@pytest.mark.parametrize("cursor", ["x", "a.b", "é"])
def test_more_from_a_bad_cursor_is_refused_in_words(rep_page, deal, cursor):
    response = rep_page.get("/pipeline/lead/", {"cursor": cursor})
    assert (response.status_code, response.content) == (400, b"Reload the board to see more.")


def test_a_column_of_an_unknown_stage_is_empty(rep_page, deal):
    assert shown(rep_page.get("/pipeline/nowhere/"), Deal) == set()


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"q": "roll"}, {"Rollout"}),
        ({"q": "acme"}, {"Rollout"}),
        ({"assigned_to": "{rep}"}, {"Rollout"}),
        ({"expected_close_date__gte": "2026-03-02"}, {"Late"}),
        ({"expected_close_date__gte": "2026-03-01", "expected_close_date__lte": "2026-03-01"}, {"Early"}),
        ({"q": "ly", "expected_close_date__lte": "2026-03-31"}, {"Early"}),
        ({"q": SECRET}, set()),
        ({"sort": "nonsense"}, {"Rollout", "Early", "Late"}),
    ],
)
def test_the_filters_of_the_address_choose_cards_and_heads(rep, rep_page, deal, stranger, asked, titles):
    Deal.objects.create(title=f"{SECRET} ly", created_by=stranger, expected_close_date=TODAY)
    Deal.objects.create(title="Early", created_by=rep, expected_close_date=TODAY)
    Deal.objects.create(title="Late", created_by=rep, expected_close_date=TODAY + timedelta(days=60))
    response = rep_page.get("/pipeline/", {name: value.format(rep=rep.pk) for name, value in asked.items()})
    wanted = set(Deal.unrestricted.filter(title__in=titles).values_list("pk", flat=True))
    assert (shown(response, Deal), heads(response)["lead"][0]) == (wanted, str(len(wanted)))


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("expected_close_date__gte", "2026-02-30", "Closing from"),
        ("expected_close_date__lte", "0000-00-00", "Closing until"),
        ("amount__gte", "NaN", "Amount from"),
        ("q", "x" * 201, "Search"),
    ],
)
def test_a_bad_filter_keeps_the_form_and_says_why(rep_page, deal, name, value, label):
    response = rep_page.get("/pipeline/", {name: value})
    assert (response.status_code, shown(response, Deal), f"{label}: " in told(response)) == (400, set(), True)
    fields = dict(Page(response).form(holding="sort").fields)
    assert name not in fields or fields[name] == value


def test_a_card_of_a_deal_that_one_may_only_see_cannot_be_dragged(outsider, outsider_page, deal):
    share(deal, outsider, "read")
    card = Page(outsider_page.get("/pipeline/")).all("li", id=f"deal-{deal.pk}")[0]
    assert "draggable" not in card


def test_only_who_may_add_deals_is_offered_to(reader, browser_of, rep_page, db):
    offers = [
        "/deals/new/?next=/pipeline/" in Page(client.get("/pipeline/")).links
        for client in (rep_page, browser_of(reader))
    ]
    assert offers == [True, False]


class ColumnsTest(HypothesisCase):
    """One statement that ranks, or one walk a stage: the same columns, and those that Python would make."""

    deals = st.lists(
        st.tuples(st.sampled_from(STAGES[:3]), st.none() | st.integers(0, 6), st.none() | st.integers(0, 999)),
        min_size=1,
        max_size=40,
    )

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(deals, st.sampled_from(["close", "updated"]), st.integers(1, 6))
    def test_both_ways_make_the_same_columns(self, deals, sort, size):
        user = make_user("owner")
        rows = Deal.objects.bulk_create(
            Deal(
                title="d",
                stage_id=stage,
                amount=amount,
                created_by=user,
                expected_close_date=None if days is None else TODAY + timedelta(days=days),
            )
            for stage, days, amount in deals
        )
        ranked, walked = (columns(user, sort, few, size) for few in (5_000, 0))
        assert ranked == walked == naive(rows, sort, size)


def columns(user, sort: str, few: int, size: int) -> dict:
    request = RequestFactory().get("/pipeline/", {"sort": sort})
    request.user = user
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boards, "FEW", few)
        patch.setattr(boards, "FIRST", size)
        return {
            column.stage.pk: (column.count, column.total, [deal.pk for deal in column.cards], bool(column.next))
            for column in Board(request).columns()
        }


def naive(rows: list[Deal], sort: str, size: int) -> dict:
    found = {}
    for stage in Stage.objects.all():
        deals = [deal for deal in rows if deal.stage_id == stage.pk]
        if sort == "close":
            deals.sort(key=lambda deal: (deal.expected_close_date or date.max, deal.pk))
        else:
            deals.sort(key=lambda deal: (deal.updated_at, deal.pk), reverse=True)
        amounts = [deal.amount for deal in deals if deal.amount is not None]
        total = sum(amounts) if amounts else None
        found[stage.pk] = (len(deals), total, [deal.pk for deal in deals[:size]], len(deals) > size)
    return found
