"""Saved views: who sees which, who changes one, and what they open."""

import pytest

from desk.models import DefaultView, SavedView
from pipeline.models import Deal
from records.models import ChosenColumns
from tests.pages.reading import Page, in_order, shown, told


@pytest.fixture
def mine(rep):
    return SavedView.objects.create(owner=rep, place="deals", name="My leads", query="stage__in=lead&ordering=-amount")


@pytest.fixture
def ours(rep, team):
    return SavedView.objects.create(owner=rep, team=team, place="deals", name="Our leads", query="stage__in=lead")


def tabs(response) -> set[str]:
    """The names of the views above a list."""
    found = {link for link in Page(response).links if "saved=" in link and not link.endswith("saved=all")}
    return {SavedView.objects.get(pk=link.rpartition("saved=")[2]).name for link in found}


def test_outsider_sees_no_view_of_others_and_members_and_leads_those_of_their_team(
    outsider, rep, teammate, lead, admin, mine, ours, browser_of
):
    wanted = {outsider: set(), admin: set(), teammate: {"Our leads"}, lead: {"Our leads"}}
    wanted[rep] = {"Our leads", "My leads"}
    assert {who: tabs(browser_of(who).get("/deals/")) for who in wanted} == wanted


@pytest.mark.parametrize("page", ["", "deletion/", "first/"])
def test_who_does_not_see_a_view_gets_404_on_all_its_pages(outsider, outsider_page, mine, ours, page):
    statuses = {outsider_page.post(f"/views/{view.pk}/{page}", {"name": "X"}).status_code for view in (mine, ours)}
    assert (statuses, SavedView.objects.filter(name="X").count(), DefaultView.objects.count()) == ({404}, 0, 0)


@pytest.mark.parametrize("page", ["", "deletion/"])
def test_only_its_owner_changes_a_view_of_a_team(teammate, lead, ours, browser_of, page):
    statuses = {browser_of(who).post(f"/views/{ours.pk}/{page}", {"name": "X"}).status_code for who in (teammate, lead)}
    assert (statuses, list(SavedView.objects.values_list("name", flat=True))) == ({404}, ["Our leads"])


def test_who_leaves_the_team_loses_its_views_and_the_default(teammate, team, ours, browser_of):
    ours.open_first_for(teammate)
    team.members.remove(teammate)
    response = browser_of(teammate).get("/deals/")
    assert (response.status_code, tabs(response)) == (200, set())


def test_a_view_keeps_filters_order_and_columns(rep, rep_page):
    query = "stage__in=lead&ordering=-amount&columns=title%2Camount&cursor=x&saved=abc&state="
    response = rep_page.post("/views/", {"name": "Mine", "place": "deals", "query": query})
    view = SavedView.objects.get()
    assert (response.status_code, response.url) == (303, view.get_absolute_url())
    assert (view.owner, view.team, view.query) == (
        rep,
        None,
        "stage__in=lead&ordering=-amount&columns=title%2Camount",
    )


def test_a_view_opens_what_it_was_saved_with(rep, rep_page, mine):
    rows = [Deal.objects.create(title=str(n), amount=n, stage_id="lead", created_by=rep).pk for n in (1, 2)]
    Deal.objects.create(title="Won", stage_id="won", created_by=rep)
    response = rep_page.get(mine.get_absolute_url())
    assert in_order(response, Deal) == rows[::-1]


def test_the_columns_that_were_chosen_before_are_saved_with_a_view(rep, rep_page, deal):
    ChosenColumns.objects.create(user=rep, kind="deal", names=["title", "notes"])
    form = Page(rep_page.get("/deals/?state=open")).form("/views/")
    assert dict(form.fields)["query"] == "state=open&columns=title%2Cnotes"


def test_a_view_can_be_shared_with_a_team_of_ones_own_only(outsider, rep_page, team, browser_of):
    sent = {"name": "A", "place": "deals", "query": "", "team": team.pk}
    stranger = browser_of(outsider).post("/views/", sent)
    own = rep_page.post("/views/", sent)
    assert (stranger.status_code, own.status_code) == (422, 303)
    assert [view.team for view in SavedView.objects.all()] == [team]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x" * 61}, 422),
        ({"name": "my LEADS"}, 422),
        ({"query": "q=" + "x" * 2_001}, 422),
        ({"place": "users"}, 404),
        ({"place": ""}, 404),
        ({"team": "999999"}, 422),
        ({"team": "x"}, 422),
    ],
)
def test_a_view_that_cannot_be_saved_keeps_what_was_typed(rep_page, mine, sent, status):
    asked = {"name": "New", "place": "deals", "query": "q=a"} | sent
    response = rep_page.post("/views/", asked)
    assert (response.status_code, SavedView.objects.count()) == (status, 1)
    if status == 422:
        assert dict(Page(response).form(holding="place").fields)["name"] == asked["name"]


def test_a_view_is_renamed_shown_otherwise_and_deleted_by_its_owner(rep_page, mine, team):
    rep_page.post(f"/views/{mine.pk}/", {"name": "Leads", "team": team.pk})
    rep_page.post(f"/views/{mine.pk}/", {"query": "state=won&saved=x"})
    mine.refresh_from_db()
    assert (mine.name, mine.team, mine.query) == ("Leads", team, "state=won")
    response = rep_page.post(f"/views/{mine.pk}/deletion/")
    assert (response.url, SavedView.objects.count()) == ("/deals/?saved=all", 0)


def test_a_default_view_opens_first_for_who_chose_it_and_for_nobody_else(rep_page, teammate, ours, browser_of):
    other = browser_of(teammate)
    other.post(f"/views/{ours.pk}/first/")
    assert other.get("/deals/").url == f"/deals/?{ours.asked}"
    assert (other.get("/deals/?saved=all").status_code, rep_page.get("/deals/").status_code) == (200, 200)
    other.post(f"/views/{ours.pk}/first/", {"undo": "1"})
    assert other.get("/deals/").status_code == 200


def test_a_view_that_names_what_is_no_more_opens_and_says_so(rep_page, mine, deal):
    mine.query = "stage__in=lead&temperature=hot&columns=title,mood&ordering=mood"
    mine.save()
    response = rep_page.get(mine.get_absolute_url())
    assert (response.status_code, shown(response, Deal) >= {deal.pk}) == (200, True)
    assert "“mood”, “temperature”, “mood” do not exist here (any more)." in told(response)


def test_a_view_that_names_a_stage_that_is_no_more_opens_empty(rep_page, mine, deal):
    mine.query = "stage__in=cold"
    mine.save()
    response = rep_page.get(mine.get_absolute_url())
    assert (response.status_code, shown(response, Deal)) == (200, set())
    assert "Stage: cold" in told(response)


@pytest.mark.parametrize("address", ["/deals/", "/contacts/", "/companies/"])
def test_many_views_take_no_more_statements_than_one(rep, rep_page, team, queries, address):
    place = address.strip("/")
    SavedView.objects.create(owner=rep, place=place, name="1")
    one = queries(rep_page, f"{address}?saved=all")
    for n in range(2, 5):
        SavedView.objects.create(owner=rep, team=team, place=place, name=str(n))
    assert queries(rep_page, f"{address}?saved=all") == one <= 12
