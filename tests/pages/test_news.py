"""What an open page asks for once it was told that somebody changed something."""

import pytest

from pipeline import board as boards
from pipeline.models import Deal
from records.sharing import share
from tests.pages.reading import Page, at, edited, shown, told
from tests.pages.test_board import heads, plant

HTMX = {"HX-Request": "true"}
LIVE = {"Parsley-Live": "1"}


def test_each_gets_of_the_cards_named_exactly_those_they_see(world):
    mine, planted = world.rows[Deal].pk, world.planted[Deal].pk
    asked = {"ids": f"{mine},{planted}"}
    seen = {name: shown(browser.get("/deals/cards/", asked), Deal) for name, browser in world.cast.items()}
    some = {name: {mine} if name in ("reader", "rep", "lead") else set() for name in seen}
    assert seen == some | {"admin": {mine, planted}}


def test_of_the_cards_named_those_come_that_fit_the_filters_with_heads_of_all(rep, rep_page):
    rows = plant(rep, 4)
    asked = ",".join(deal.pk for deal in rows[:2])
    response = rep_page.get("/deals/cards/", {"ids": asked, "q": str(rows[1])})
    assert shown(response, Deal) == {rows[1].pk}
    assert heads(rep_page.get("/deals/cards/", {"ids": asked}))["lead"][0] == "4"


@pytest.mark.parametrize("ids", ["", ",,", "x", "../..", "a" * 5_000, ",".join(["aaaaaaaaaa"] * 500), "%F0%9F"])
def test_ids_that_are_none_bring_heads_alone(rep_page, deal, ids):
    response = rep_page.get("/deals/cards/", {"ids": ids})
    assert (response.status_code, shown(response, Deal), heads(response)["lead"][0]) == (200, set(), "1")


@pytest.mark.parametrize("sort", ["close", "updated", "attention"])
def test_cards_take_as_many_statements_for_six_as_for_three(rep, rep_page, queries, sort):
    rows = plant(rep, 6)
    three, six = (f"/deals/cards/?sort={sort}&ids={','.join(deal.pk for deal in rows[:n])}" for n in (3, 6))
    assert queries(rep_page, three) == queries(rep_page, six) <= 12


@pytest.mark.parametrize("sort", ["close", "updated", "attention"])
def test_the_texts_that_cards_are_placed_by_sort_as_the_board_does(rep, rep_page, monkeypatch, sort):
    monkeypatch.setattr(boards, "CARDS", 5)
    rows = plant(rep, 12)
    Deal.unrestricted.filter(pk__in=[deal.pk for deal in rows[:4]]).update(expected_close_date=None)
    response = rep_page.get("/pipeline/", {"sort": sort})
    found = [one for one in Page(response).all("li") if "data-card" in one]
    while more := Page(response).all("a", **{"hx-target": "closest li"}):
        response = rep_page.get(more[0]["hx-get"])
        found += [one for one in Page(response).all("li") if "data-card" in one]
    places = [one["data-order"] for one in found]
    assert places == sorted(places)
    again = rep_page.get("/deals/cards/", {"sort": sort, "ids": ",".join(one["data-card"] for one in found)})
    same = {one["data-card"]: one["data-order"] for one in Page(again).all("li") if "data-card" in one}
    assert same == {one["data-card"]: one["data-order"] for one in found}


# --- a fact in which somebody types -----------------------------------------------------------------------------------


def version_of(browser, row, name: str) -> str:
    form = browser.get(at(row, f"field/{name}"), headers=HTMX)
    return dict(Page(form).form(holding="version").fields)["version"]


def note(browser, row, name: str, version: str):
    return browser.get(at(row, f"field/{name}"), {"theirs": "", "version": version}, headers=HTMX)


def test_outsider_gets_404_for_what_others_made_of_a_fact(outsider_page, company):
    assert note(outsider_page, company, "industry", "").status_code == 404


def test_nothing_is_noted_while_the_field_is_as_it_was(rep_page, admin, browser_of, company):
    version = version_of(rep_page, company, "industry")
    edited(browser_of(admin), company, website="https://other.example")
    response = note(rep_page, company, "industry", version)
    assert (response.status_code, response.content) == (204, b"")


def test_the_note_says_who_changed_it_to_what(rep_page, admin, browser_of, company):
    version = version_of(rep_page, company, "industry")
    edited(browser_of(admin), company, industry="<b>Theirs</b>")
    response = note(rep_page, company, "industry", version)
    assert "<b>" not in response.text
    assert "admin changed Industry to <b>Theirs</b> , just now." in told(response)


@pytest.mark.parametrize("version", ["", "|", "x|industry=zz", "|||", "|,=,"])
def test_a_made_up_version_is_noted_as_changed(rep_page, company, version):
    assert note(rep_page, company, "industry", version).status_code == 200


def test_a_field_that_is_none_is_404(rep_page, company):
    assert note(rep_page, company, "readers", "").status_code == 404


# --- what goes along --------------------------------------------------------------------------------------------------


def test_a_page_that_is_asked_for_news_leaves_toasts_to_the_next(rep_page, deal):
    rep_page.post(f"/deals/{deal.pk}/stage/", {"stage": "won"})
    assert "The deal is moved." not in told(rep_page.get(at(deal), headers=LIVE))
    assert "The deal is moved." in told(rep_page.get(at(deal)))


def test_a_write_answers_its_change_set_and_a_read_none(rep_page, deal):
    response = rep_page.post(f"/deals/{deal.pk}/stage/", {"stage": "won"}, headers=HTMX)
    assert len(response.headers["Parsley-Change-Set"]) == 10
    assert "Parsley-Change-Set" not in rep_page.get(at(deal)).headers


@pytest.mark.parametrize(
    ("address", "shows"), [("/pipeline/", "deal"), ("/", "day"), ("deal", "deal:"), ("call", "activity:")]
)
def test_a_page_says_what_it_shows_and_of_when_it_is(request, rep_page, address, shows):
    address = address if "/" in address else at(request.getfixturevalue(address))
    [one] = [tag for tag in Page(rep_page.get(address)).all("div") if "data-live" in tag]
    assert one["data-live"].startswith(shows)
    assert one["data-since"].count(":") == 3  # a snapshot and its signature


def test_sharing_is_seen_by_who_asks_next(rep_page, outsider_page, outsider, deal):
    assert shown(outsider_page.get("/deals/cards/", {"ids": deal.pk}), Deal) == set()
    share(deal, outsider, "read")
    assert shown(outsider_page.get("/deals/cards/", {"ids": deal.pk}), Deal) == {deal.pk}
