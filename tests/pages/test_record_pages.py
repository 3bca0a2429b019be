"""The page of one record: what is next, what happened, what is at stake, its facts and its neighbours in a list."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.pages.reading import Page, again, at, edited, sent, told, typed

HTMX = {"HX-Request": "true"}
KINDS = ["company", "contact", "deal"]


def field(row, name: str) -> str:
    return f"{at(row, 'field')}{name}/"


def opened(client, row, name: str) -> dict[str, str]:
    """The form of one fact, as it stands."""
    return dict(Page(client.get(field(row, name), headers=HTMX)).form(holding="version").fields)


def fresh(row):
    return type(row).unrestricted.get(pk=row.pk)


# In short ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_strip_says_what_is_next_and_what_was_last(request, rep, rep_page, contact, deal, kind):
    row = request.getfixturevalue(kind)
    Activity.objects.create(type="call", subject="Rang", related_to=row, created_by=rep)
    Activity.objects.create(subject="Later", related_to=row, created_by=rep, due_date=datetime(2030, 1, 2, tzinfo=UTC))
    Activity.objects.create(subject="Sooner", related_to=row, created_by=rep, due_date=datetime(2030, 1, 1, tzinfo=UTC))
    response = rep_page.get(at(row))
    assert (str(response.context["next_step"]), str(response.context["last"])) == ("Sooner", "Rang")
    assert [str(task) for task in response.context["tasks"]] == ["Sooner", "Later"]


def test_completing_the_next_step_shows_the_one_after(rep, rep_page, deal):
    for day in (1, 2):
        due = datetime(2030, 1, day, tzinfo=UTC)
        Activity.objects.create(subject=f"Task {day}", related_to=deal, created_by=rep, due_date=due)
    first = rep_page.get(at(deal)).context["next_step"]
    assert sent(rep_page, at(deal), action=at(first, "completion")).url == at(deal)
    response = rep_page.get(at(deal))
    assert (str(response.context["next_step"]), str(response.context["last"])) == ("Task 2", "Task 1")


def test_what_is_at_stake_counts_open_deals_that_the_viewer_sees(rep, rep_page, outsider, company, deal):
    Deal.objects.create(title="Won", amount=50, stage_id="won", company=company, created_by=rep)
    Deal.objects.create(title="Open", amount=300, stage_id="proposal", company=company, created_by=rep)
    Deal.objects.create(title="Hidden", amount=7, company=company, created_by=outsider)
    context = rep_page.get(at(company)).context
    assert (context["open_value"], context["open_deals"]) == (1500, 2)
    assert [(one["slug"], one["number"], one["total"]) for one in context["stages_of_deals"]] == [
        ("lead", 1, 1200),
        ("proposal", 1, 300),
        ("won", 1, 50),
    ]


def test_each_sum_leads_to_its_deals(rep_page, company, deal):
    link = f"/deals/?company={company.pk}&stage=lead"
    assert link in Page(rep_page.get(at(company))).links
    assert [row.pk for row in rep_page.get(link).context["page"].rows] == [deal.pk]


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_is_offered_nothing_to_write(reader, browser_of, request, contact, deal, kind):
    row = request.getfixturevalue(kind)
    share(row, reader, "read")
    page = Page(browser_of(reader).get(at(row)))
    assert page.all("a", class_="edit-fact") + page.all("section", id="composer") == []
    assert [link for link in page.links if "/new/" in link and "contact=" in link] == []


# What happened -------------------------------------------------------------------------------------------------------


def test_activities_and_changes_are_one_timeline_newest_first(rep, rep_page, deal):
    edited(rep_page, deal, title="Bigger rollout")
    sent(rep_page, at(deal), action="/activities/new/", subject="They agreed")
    rep_page.post(at(deal, "stage"), {"stage": "won"})
    entries = rep_page.get(at(deal)).context["timeline"].entries
    kinds = [entry.row.kind if entry.kind == "change" else str(entry.row) for entry in entries]
    assert kinds == ["moved", "They agreed", "edited", "created"]
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)


def test_a_task_happens_when_it_is_done(rep, rep_page, deal):
    task = Activity.objects.create(subject="Ring", related_to=deal, created_by=rep, due_date=timezone.now())
    assert task not in [entry.row for entry in rep_page.get(at(deal)).context["timeline"].entries]
    task.complete()
    assert rep_page.get(at(deal)).context["timeline"].entries[0].row == task


def test_show_more_goes_through_everything_once(rep, rep_page, deal):
    for n in range(70):
        Activity.objects.create(subject=f"A{n}", related_to=deal, created_by=rep)
    found, more = [], rep_page.get(at(deal)).context["timeline"]
    while True:
        found += [(entry.kind, entry.id) for entry in more.entries]
        if not more.more:
            break
        more = rep_page.get(at(deal, "timeline"), {"before": more.more}).context["timeline"]
    assert (len(found), len(set(found))) == (71, 71)


def test_changes_of_one_moment_are_not_lost_between_pages(rep, rep_page, deal):
    for n in range(40):
        Deal.unrestricted.filter(pk=deal.pk).update(title=f"Title {n}")
    first = rep_page.get(at(deal)).context["timeline"]
    rest = rep_page.get(at(deal, "timeline"), {"before": first.more}).context["timeline"] if first.more else None
    seen = [entry.id for page in (first, rest) if page for entry in page.entries]
    assert len(seen) == len(set(seen)) > 0


@pytest.mark.parametrize("place", ["x", "", "é", "1.2.3"])
def test_a_made_up_place_in_a_timeline_is_no_error(rep_page, deal, place):
    assert rep_page.get(at(deal, "timeline"), {"before": place}).status_code in (200, 302)


def test_outsider_gets_404_for_a_timeline(outsider_page, deal):
    assert outsider_page.get(at(deal, "timeline")).status_code == 404


def test_a_timeline_names_no_hidden_company(rep, rep_page, outsider, contact):
    hidden = Company.objects.create(name="Zzyzx", created_by=outsider)
    Contact.unrestricted.filter(pk=contact.pk).update(company=hidden)
    assert "Zzyzx" not in rep_page.get(at(contact)).content.decode()


# Facts in place ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("company", "industry", "Steel"),
        ("company", "notes", "Two\nlines"),
        ("contact", "phone", "7"),
        ("contact", "company", ""),
        ("deal", "amount", "77.5"),
        ("deal", "expected_close_date", "2030-01-02"),
        ("deal", "assigned_to", ""),
    ],
)
def test_a_fact_is_saved_in_place(request, rep_page, contact, deal, kind, name, value):
    row = request.getfixturevalue(kind)
    response = rep_page.post(field(row, name), opened(rep_page, row, name) | {name: value}, headers=HTMX)
    assert (response.status_code, b"<html" in response.content) == (200, False)
    assert f'id="fact-{name}"' in response.content.decode()
    assert typed(rep_page.get(at(row, "edit")))[name] == value


@pytest.mark.parametrize(
    ("kind", "name", "value", "says"),
    [
        ("company", "industry", "Steel", "Steel"),
        ("company", "industry", "", ""),
        ("contact", "company", "Bolt", "Bolt"),
        ("contact", "company", "", ""),
        ("deal", "company", "Bolt", "Lead Bolt"),
    ],
)
def test_the_head_of_the_page_changes_with_the_fact(request, rep, rep_page, contact, deal, kind, name, value, says):
    Company.objects.create(name="Bolt", created_by=rep)
    row = request.getfixturevalue(kind)
    answer = rep_page.post(field(row, name), opened(rep_page, row, name) | {name: value}, headers=HTMX)
    heads = [head(answer.content.decode()), head(rep_page.get(at(row)).content.decode())]
    assert heads == [says, says]
    assert [one["hx-swap-oob"] for one in Page(answer).all("p", id="record-under")] == ["true"]


def head(html: str) -> str:
    """What stands below the name."""
    return " ".join(strip_tags(re.search(r'<p class="under.*?</p>', html, re.DOTALL)[0]).split())


def test_a_fact_saves_its_own_column_alone(rep_page, company):
    form = opened(rep_page, company, "industry")
    Company.unrestricted.filter(pk=company.pk).update(name="Theirs", notes="Theirs")
    rep_page.post(field(company, "industry"), form | {"industry": "Steel", "name": "Forged"}, headers=HTMX)
    row = fresh(company)
    assert (row.industry, row.name, row.notes) == ("Steel", "Theirs", "Theirs")


@pytest.mark.parametrize(("kind", "name", "value"), [("deal", "amount", "much"), ("contact", "email", "no address")])
def test_a_wrong_fact_is_shown_again_with_what_was_typed(request, rep_page, contact, deal, kind, name, value):
    row = request.getfixturevalue(kind)
    response = rep_page.post(field(row, name), opened(rep_page, row, name) | {name: value}, headers=HTMX)
    page = Page(response)
    assert (response.status_code, dict(page.form(holding="version").fields)[name]) == (422, value)
    assert page.all("p", class_="error") != []
    assert fresh(row).updated_at == row.updated_at


def test_a_fact_that_somebody_else_changed_shows_both_values(rep, rep_page, admin, browser_of, company):
    form = opened(rep_page, company, "industry")
    edited(browser_of(admin), company, industry="Theirs")
    response = rep_page.post(field(company, "industry"), form | {"industry": "Mine"}, headers=HTMX)
    assert (response.status_code, fresh(company).industry) == (409, "Theirs")
    assert "Theirs" in told(response)
    assert str(admin) in told(response)
    mine = dict(Page(response).form(holding="version").fields)
    assert mine["industry"] == "Mine"
    rep_page.post(field(company, "industry"), mine, headers=HTMX)
    assert fresh(company).industry == "Mine"


def test_their_value_of_a_fact_can_be_taken(rep_page, company):
    form = opened(rep_page, company, "industry")
    Company.unrestricted.filter(pk=company.pk).update(industry="Theirs")
    refused = rep_page.post(field(company, "industry"), form | {"industry": "Mine"}, headers=HTMX)
    mine = dict(Page(refused).form(holding="version").fields)
    response = rep_page.post(field(company, "industry"), mine | {"keep_industry": "theirs"}, headers=HTMX)
    assert (response.status_code, fresh(company).industry) == (200, "Theirs")


@pytest.mark.parametrize("name", ["created_by", "readers", "version", "nonsense", "id"])
def test_what_no_form_has_is_no_fact(rep_page, company, name):
    for method in (rep_page.get, rep_page.post):
        assert method(field(company, name), headers=HTMX).status_code == 404


def test_outsider_gets_404_and_reader_403_for_a_fact(outsider_page, reader, browser_of, company):
    share(company, reader, "read")
    for method in ("get", "post"):
        asked = [getattr(client, method)(field(company, "industry")) for client in (outsider_page, browser_of(reader))]
        assert asked[1].status_code == 403
        assert method == "get" or asked[0].status_code == 404
    assert outsider_page.get(field(company, "industry"), headers=HTMX).status_code == 404


def test_without_a_script_a_fact_leads_to_the_edit_form_with_the_focus_on_it(rep_page, company):
    response = rep_page.get(field(company, "industry"), {"next": at(company)}, follow=True)
    focused = [one["id"] for one in Page(response).all("input") if "autofocus" in one]
    assert (response.request["PATH_INFO"], focused) == (at(company, "edit"), ["id_industry"])


# Neighbours ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def five(rep):
    names = ["Eva", "Ann", "Dan", "Bob", "Cid"]
    made = [Contact.objects.create(name=name, created_by=rep) for name in names]
    return sorted(made, key=lambda contact: contact.name)


def beside(response) -> tuple[str, str]:
    page = Page(response)
    ways = [[one["href"].partition("?")[0] for one in page.all("a", rel=way)] for way in ("prev", "next")]
    return tuple("".join(way) for way in ways)


@pytest.mark.parametrize("ordering", ["name", "-name", "created_at", "-updated_at"])
def test_neighbours_are_those_of_the_list_in_its_order(rep_page, five, ordering):
    listed = list(rep_page.get("/contacts/", {"ordering": ordering}).context["page"].rows)
    for n, row in enumerate(listed):
        before, after = (at(listed[i]) if 0 <= i < 5 else "" for i in (n - 1, n + 1))
        origin = f"/contacts/?ordering={ordering}"
        assert beside(rep_page.get(at(row), {"from": origin})) == (before, after)


def test_neighbours_keep_to_the_filter_and_to_what_is_visible(rep, rep_page, outsider, five):
    Contact.objects.create(name="Danger", created_by=outsider)
    origin = "/contacts/?q=n"
    assert beside(rep_page.get(at(five[0]), {"from": origin})) == ("", at(five[3]))
    assert beside(rep_page.get(at(five[3]), {"from": origin})) == (at(five[0]), "")


def test_the_page_that_one_came_from_is_the_list(rep_page, five):
    response = rep_page.get(at(five[1]), headers={"Referer": "http://testserver/contacts/?ordering=-name"})
    assert beside(response) == (at(five[2]), at(five[0]))
    assert "/contacts/?ordering=-name" in Page(response).links


def test_deals_without_a_date_follow_those_with_one(rep, rep_page):
    dated = Deal.objects.create(title="A", expected_close_date="2030-01-01", created_by=rep)
    undated = Deal.objects.create(title="B", created_by=rep)
    origin = {"from": "/deals/?ordering=expected_close_date"}
    assert beside(rep_page.get(at(dated), origin)) == ("", at(undated))
    assert beside(rep_page.get(at(undated), origin)) == (at(dated), "")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example/contacts/",
        "//evil.example/",
        "/companies/",
        "/nowhere/",
        "http://[",
        "/contacts/?ordering=x",
        "/contacts/?q=a%00b",
        "/contacts/?updated_at__gte=soon",
        "x" * 2_000,
    ],
)
def test_a_made_up_list_has_no_neighbours(rep_page, five, origin):
    response = rep_page.get(at(five[2]), {"from": origin})
    assert (response.status_code, beside(response)) == (200, ("", ""))
    assert [link for link in Page(response).links if "evil" in link] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_with_neighbours_takes_one_statement_more(request, rep_page, queries, contact, deal, kind):
    row = request.getfixturevalue(kind)
    bare = queries(rep_page, at(row))
    assert queries(rep_page, at(row), **{"from": f"/{row.plural}/"}) == bare + 1


# Once ----------------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_done_once(rep_page, deal):
    page = rep_page.get(at(deal))
    answers = [again(rep_page, at(deal), page, action="/activities/new/", subject="Once") for _ in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(303, at(deal))] * 2
    assert Activity.unrestricted.filter(subject="Once").count() == 1


def test_what_was_changed_in_between_is_done_as_well(rep_page, deal):
    page = rep_page.get(at(deal))
    for subject in ("One", "Two"):
        again(rep_page, at(deal), page, action="/activities/new/", subject=subject)
    assert sorted(Activity.unrestricted.values_list("subject", flat=True)) == ["One", "Two"]


def test_a_token_of_somebody_else_stops_nothing(rep, rep_page, admin, browser_of, deal):
    page = rep_page.get(at(deal))
    token = dict(Page(page).form(action="/activities/new/").fields)["once"]
    again(rep_page, at(deal), page, action="/activities/new/", subject="Same")
    sent(browser_of(admin), at(deal), action="/activities/new/", subject="Same", once=token)
    assert Activity.unrestricted.filter(subject="Same").count() == 2


def test_the_browser_is_told_which_form_arrived(rep_page, deal):
    page = rep_page.get(at(deal))
    token = dict(Page(page).form(action="/activities/new/").fields)["once"]
    refused = again(rep_page, at(deal), page, action="/activities/new/", subject="x" * 301)
    assert (refused.status_code, "parsley-sent" in refused.cookies) == (422, False)
    saved = again(rep_page, at(deal), page, action="/activities/new/", subject="x")
    assert saved.cookies["parsley-sent"].value == token


@pytest.mark.parametrize("once", ["", "x", "é" * 20, "a b c d e f g h", "x" * 400, "a;b;c;d;e;f"])
def test_a_made_up_token_is_none(rep_page, once):
    data = {"name": "N", "once": once}
    answers = [rep_page.post("/companies/new/", data | {"likely": list(likely)}) for likely in ([], ids())]
    assert answers[0].status_code == 303
    assert "parsley-sent" not in answers[0].cookies


def ids() -> list[str]:
    return list(Company.unrestricted.values_list("pk", flat=True))


# Deleting ------------------------------------------------------------------------------------------------------------


def test_deleting_says_what_goes_along_as_far_as_it_is_seen(rep, rep_page, outsider, company, contact, deal):
    Activity.objects.create(subject="a", related_to=company, created_by=rep)
    Deal.objects.create(title="Hidden", company=company, created_by=outsider)
    words = told(rep_page.get(at(company, "delete")))
    for said in ("1 activity is deleted with it.", "1 contact stays", "1 deal stays"):
        assert said in words


def test_times_in_a_timeline_are_grouped_by_the_day_of_the_reader(rep, rep_page, deal):
    rep.time_zone = "Asia/Tokyo"
    rep.save()
    row = Activity.objects.create(subject="Night", related_to=deal, created_by=rep)
    moment = datetime(2026, 1, 31, 23, 0, tzinfo=UTC)
    Activity.unrestricted.filter(pk=row.pk).update(created_at=moment)
    page = rep_page.get(at(deal)).content.decode()
    assert (moment + timedelta(hours=9)).date().isoformat() in page
