"""What on a card asks for attention, of what the viewer may see alone; and the forecast that is changed there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import User
from activities.models import Activity
from pipeline import board as boards
from pipeline.attention import mark
from pipeline.models import Deal, Stage
from records.sharing import share
from tests.pages.reading import Page, at, in_order, told
from tests.pages.test_board import plant

HTMX = {"HX-Request": "true"}


@pytest.fixture
def noon(time_machine):
    """Nothing of today lies in tomorrow."""
    moment = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    time_machine.move_to(moment, tick=False)
    return moment


def task(deal, owner, due, **fields) -> Activity:
    return Activity.objects.create(
        type="call", subject="Call", related_to=deal, due_date=due, created_by=owner, **fields
    )


def seen(deal: Deal, user) -> tuple[str, int | None]:
    found = Deal.objects.visible_to(user).on_cards().get(pk=deal.pk)
    mark([found], user)
    return found.next_step, found.idle_days


def age(deal: Deal, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    Deal.unrestricted.filter(pk=deal.pk).update(updated_at=then, moved_at=then, created_at=then)
    Activity.unrestricted.filter(related_id=deal.pk).update(created_at=then)


@pytest.mark.parametrize(
    ("due", "state"),
    [
        ([], "none"),
        ([timedelta(minutes=-1)], "overdue"),
        ([timedelta(days=3), timedelta(days=-3)], "overdue"),
        ([timedelta(hours=2)], "today"),
        ([timedelta(days=1)], "planned"),
        ([timedelta(days=9), timedelta(hours=11, minutes=59)], "today"),
    ],
)
def test_the_earliest_open_task_says_the_state(noon, rep, deal, due, state):
    for each in due:
        task(deal, rep, noon + each)
    task(deal, rep, noon - timedelta(days=5), completed_at=noon)
    Activity.objects.create(type="note", subject="No task", related_to=deal, created_by=rep)
    assert seen(deal, rep)[0] == state


def test_a_task_about_another_record_says_nothing(noon, rep, deal, company, contact):
    for record in (company, contact, Deal.objects.create(title="Other", created_by=rep)):
        task(record, rep, noon - timedelta(days=1))
    assert seen(deal, rep)[0] == "none"


def test_what_the_viewer_may_not_see_is_not_counted(noon, rep, deal, outsider):
    share(deal, outsider, "read")
    task(deal, rep, noon - timedelta(days=1))
    role = Group.objects.create(name="Deals only")
    role.permissions.add(Permission.objects.get(codename="view_deal"))
    outsider.groups.set([role])
    assert (seen(deal, rep)[0], seen(deal, User.objects.get(pk=outsider.pk))[0]) == ("overdue", "none")


@pytest.mark.parametrize(("days", "shown"), [(13, None), (14, 14), (40, 40)])
def test_a_deal_ages_when_nothing_happened_for_as_long_as_its_stage_says(noon, rep, deal, days, shown):
    Stage.objects.filter(pk="lead").update(rot_days=14)
    age(deal, days)
    assert seen(deal, rep)[1] == shown


@pytest.mark.parametrize(
    ("due", "shown"), [(timedelta(days=2), None), (timedelta(hours=1), None), (timedelta(days=-2), 30)]
)
def test_a_planned_activity_pauses_it_and_an_overdue_one_does_not(noon, rep, deal, due, shown):
    task(deal, rep, noon + due)
    age(deal, 30)
    assert seen(deal, rep)[1] == shown


def test_an_activity_a_move_and_a_stage_without_days_keep_it_young(noon, rep, deal):
    age(deal, 30)
    Activity.objects.create(type="note", subject="Heard", related_to=deal, created_by=rep)
    assert seen(deal, rep)[1] is None
    age(deal, 30)
    Deal.unrestricted.filter(pk=deal.pk).update(stage="qualified")
    assert seen(deal, rep)[1] is None
    age(deal, 30)
    Stage.objects.filter(pk="qualified").update(rot_days=None)
    assert seen(deal, rep)[1] is None


def test_a_card_says_it_in_words(noon, rep, rep_page, deal):
    task(deal, rep, noon - timedelta(days=1))
    age(deal, 30)
    Deal.unrestricted.filter(pk=deal.pk).update(expected_close_date=noon.date() - timedelta(days=9))
    words = Page(rep_page.get("/pipeline/")).text
    assert all(word in words for word in ("Acme", "$1,200", "late", "Overdue", "30 d", "Rosa Rep"))


def test_a_head_weighs_its_sum_by_the_odds_of_the_stage(rep, rep_page, outsider):
    plant(rep, 30, stage_id="proposal")
    plant(outsider, 5, stage_id="proposal")
    plant(rep, 2, stage_id="won")
    said = told(rep_page.get("/pipeline/"))
    assert "30 deals, $435 $218 weighted" in said
    assert said.count("weighted") == 1


def test_what_needs_attention_comes_first_also_on_the_next_pages(noon, rep, rep_page, monkeypatch):
    monkeypatch.setattr(boards, "FIRST", 2)
    monkeypatch.setattr(boards, "CARDS", 2)
    dues = {"none": None, "later": 9, "overdue": -1, "long overdue": -9, "soon": 2}
    rows = {name: Deal.objects.create(title=name, created_by=rep) for name in dues}
    for name, days in dues.items():
        if days is not None:
            task(rows[name], rep, noon + timedelta(days=days))
    response = rep_page.get("/pipeline/", {"sort": "attention"})
    found = in_order(response, Deal)
    while more := Page(response).all("a", **{"hx-target": "closest li"}):
        response = rep_page.get(more[0]["hx-get"])
        found += in_order(response, Deal)
    assert [Deal.unrestricted.get(pk=pk).title for pk in found] == ["long overdue", "overdue", "none", "soon", "later"]


def test_too_many_deals_to_sort_by_attention_are_sorted_by_date_and_it_is_said(rep, rep_page, monkeypatch):
    monkeypatch.setattr(boards, "MOST_RANKED", 2)
    plant(rep, 3)
    response = rep_page.get("/pipeline/", {"sort": "attention"})
    assert "too many deals to sort them by what needs attention" in told(response)
    assert in_order(response, Deal) == in_order(rep_page.get("/pipeline/"), Deal)


# --- amount and close date on the card --------------------------------------------------------------------------------


def forecast(client, deal) -> dict[str, str]:
    return dict(Page(client.get(at(deal, "forecast"), headers=HTMX)).form(holding="version").fields)


def test_outsider_gets_404_for_the_forecast(outsider_page, deal):
    for send in (outsider_page.get, outsider_page.post):
        assert send(at(deal, "forecast"), headers=HTMX).status_code == 404


def test_a_viewer_may_not_change_the_forecast(outsider, outsider_page, deal):
    share(deal, outsider, "read")
    response = outsider_page.post(at(deal, "forecast"), {"amount": "5"}, headers=HTMX)
    assert (response.status_code, Deal.unrestricted.get(pk=deal.pk).amount) == (403, 1200)


def test_amount_and_day_are_saved_alone_and_the_heads_answered(rep_page, deal):
    fields = forecast(rep_page, deal)
    Deal.unrestricted.filter(pk=deal.pk).update(title="Renamed", updated_at=timezone.now())
    sent = {**fields, "amount": "5000", "expected_close_date": "2026-12-24", "title": "Not here", "stage": "won"}
    response = rep_page.post(at(deal, "forecast"), sent, headers=HTMX)
    found = Deal.unrestricted.get(pk=deal.pk)
    assert (response.status_code, found.amount, str(found.expected_close_date)) == (200, 5000, "2026-12-24")
    assert (found.title, found.stage_id) == ("Renamed", "lead")
    assert "1 deals, $5,000 $500 weighted" in told(response)


@pytest.mark.parametrize("wrong", [{"amount": "many"}, {"amount": "1" * 30}, {"expected_close_date": "2026-02-31"}])
def test_a_wrong_forecast_is_refused_beside_the_field_with_what_was_typed(rep_page, deal, wrong):
    response = rep_page.post(at(deal, "forecast"), {**forecast(rep_page, deal), **wrong}, headers=HTMX)
    (name, value) = next(iter(wrong.items()))
    assert (response.status_code, dict(Page(response).form(holding="version").fields)[name]) == (422, value)
    assert f'id="forecast_{name}_error"' in response.content.decode()


def test_what_somebody_else_changed_meanwhile_is_shown_beside_ones_own(rep_page, deal):
    fields = forecast(rep_page, deal)
    Deal.unrestricted.filter(pk=deal.pk).update(amount=7000, updated_at=timezone.now())
    response = rep_page.post(at(deal, "forecast"), {**fields, "amount": "5000"}, headers=HTMX)
    assert (response.status_code, Deal.unrestricted.get(pk=deal.pk).amount) == (409, 7000)
    assert "7000" in told(response).replace(",", "")
    kept = dict(Page(response).form(holding="version").fields)
    assert kept["amount"] == "5000"
    rep_page.post(at(deal, "forecast"), kept, headers=HTMX)
    assert Deal.unrestricted.get(pk=deal.pk).amount == 5000


def test_without_javascript_the_edit_form_has_both(rep_page, deal):
    response = rep_page.get(at(deal, "forecast"))
    assert (response.status_code, response.url) == (303, at(deal, "edit"))
