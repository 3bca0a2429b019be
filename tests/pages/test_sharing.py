"""Who can see this, and why: said in words, given and taken on the same page."""

import pytest
from django.contrib.auth.models import Group

from accounts.models import Team
from activities.models import Activity
from pipeline.models import Deal
from records.sharing import grants_of, share
from tests.conftest import make_user
from tests.pages.conftest import CLASSES, SECRET
from tests.pages.reading import Page, at, sent, told

ADMINISTRATORS = "Administrators may read and write: their role reads and writes all records."
REACH = "Whoever works on any other deal with it may read: a deal opens its contact and company."


def lines(client, row) -> list[str]:
    """Each reason as a person reads it."""
    reasons = client.get(at(row, "sharing")).context["reasons"]
    words = [f"{reason.who} may {reason.may}: {reason.why}." for reason in reasons]
    text = told(client.get(at(row, "sharing")))
    assert all(line in text for line in words)
    return words


def holders(row) -> set[tuple[str, str]]:
    return {(str(grant.holder), grant.level) for grant in grants_of(row)}


@pytest.mark.parametrize("level", ["read", "write"])
@pytest.mark.parametrize("model", CLASSES)
def test_a_record_is_shared_with_a_person(world, outsider, model, level):
    row, client = world.rows[model], world.cast["outsider"]
    response = sent(world.cast["rep"], at(row, "sharing"), holding="holder", holder=f"user:{outsider.pk}", level=level)
    assert (response.status_code, response.url) == (303, at(row, "sharing"))
    assert client.get(at(row)).status_code == 200
    assert client.get(at(row, "edit")).status_code == (200 if level == "write" else 403)


@pytest.mark.parametrize("level", ["read", "write"])
@pytest.mark.parametrize("role", ["Sales rep", "Everyone"])
def test_a_record_is_shared_with_a_role(world, outsider, deal, role, level):
    key = f"role:{Group.objects.get(name=role).pk}"
    sent(world.cast["rep"], at(deal, "sharing"), holding="holder", holder=key, level=level)
    assert world.cast["outsider"].get(at(deal)).status_code == 200
    assert world.cast["outsider"].get(at(deal, "edit")).status_code == (200 if level == "write" else 403)


def test_a_grant_replaces_the_one_before(rep, rep_page, outsider, deal):
    for level in ("write", "read"):
        sent(rep_page, at(deal, "sharing"), holding="holder", holder=f"user:{outsider.pk}", level=level)
    assert holders(deal) == {("Rosa Rep", "write"), ("outsider", "read")}


@pytest.mark.parametrize("model", CLASSES)
def test_a_grant_is_taken_back(world, outsider, model):
    row = world.rows[model]
    share(row, outsider, "write")
    response = world.cast["rep"].post(at(row, "sharing"), {"remove": f"user:{outsider.pk}"})
    assert (response.status_code, world.cast["outsider"].get(at(row)).status_code) == (303, 404)


def test_the_grant_of_somebody_who_left_can_be_taken_back(rep_page, outsider, deal):
    share(deal, outsider, "write")
    outsider.deactivate()
    rep_page.post(at(deal, "sharing"), {"remove": f"user:{outsider.pk}"})
    assert holders(deal) == {("Rosa Rep", "write")}


def test_who_gives_up_the_own_grant_is_led_to_my_day(rep, rep_page, outsider, company):
    share(company, outsider, "write")
    response = rep_page.post(at(company, "sharing"), {"remove": f"user:{rep.pk}"})
    assert (response.status_code, response.url) == (303, "/")
    assert "Rosa Rep has no grant any more." in told(rep_page.get("/"))
    assert rep_page.get(at(company)).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"holder": "", "level": "read"},
        {"holder": "user:nobody", "level": "read"},
        {"holder": "team:x", "level": "read"},
        {"level": "read"},
        {"holder": "{outsider}", "level": "own"},
        {"holder": "{outsider}", "level": ""},
    ],
)
def test_what_cannot_be_shared_is_refused_naming_the_field(rep_page, outsider, deal, data):
    data = {name: value.format(outsider=f"user:{outsider.pk}") for name, value in data.items()}
    response = rep_page.post(at(deal, "sharing"), data)
    field = "holder" if "outsider" not in str(data) and not data.get("holder", "").endswith(outsider.pk) else "level"
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert holders(deal) == {("Rosa Rep", "write")}


def test_removing_what_was_never_given_changes_nothing(rep_page, outsider, deal):
    for key in (f"user:{outsider.pk}", "user:nobody", "nonsense"):
        assert rep_page.post(at(deal, "sharing"), {"remove": key}).status_code == 303
    assert holders(deal) == {("Rosa Rep", "write")}


def test_a_viewer_reads_the_reasons_but_may_not_share(outsider, outsider_page, rep, deal):
    share(deal, outsider, "read")
    page = Page(outsider_page.get(at(deal, "sharing")))
    assert [form.action for form in page.forms if form.method == "post"] == ["/accounts/logout/"]
    response = outsider_page.post(at(deal, "sharing"), {"holder": f"user:{outsider.pk}", "level": "write"})
    assert response.status_code == 403
    assert "You may see this deal, but not change it." in told(response)
    assert holders(deal) == {("Rosa Rep", "write"), ("outsider", "read")}


def test_the_panel_is_the_part_that_htmx_asks_for(rep_page, deal):
    response = rep_page.get(at(deal, "sharing"), headers={"HX-Request": "true"})
    assert (b"<html" in response.content, "it is assigned to them" in told(response)) == (False, True)


# Who, and why ---------------------------------------------------------------------------------------------------------


def test_a_deal_is_seen_by_assignee_creator_grants_leads_and_administrators(
    admin, browser_of, rep, lead, deal, outsider
):
    teammate = make_user("second")
    deal.assign_to(teammate)
    share(deal, outsider, "read")
    share(deal, Group.objects.get(name="Read only"), "read")
    share(deal, Group.objects.get(name="Everyone"), "write")
    assert lines(browser_of(admin), deal) == [
        "second may read and write: it is assigned to them.",
        "Rosa Rep may read and write: they created it.",
        "outsider may read: it was shared with them.",
        "All with the role Read only may read: it was shared with them.",
        "Everyone who is signed in may read and write: it was shared with them.",
        "lead may read and write: they lead North, and Rosa Rep is in North.",
        ADMINISTRATORS,
    ]


def test_leads_of_teams_above_are_named_too(rep_page, rep, lead, team, company):
    chief = make_user("chief", "Sales lead")
    team.parent = Team.objects.create(name="Company")
    team.parent.leads.add(chief)
    team.save()
    assert lines(rep_page, company) == [
        "Rosa Rep may read and write: they created it.",
        "lead may read and write: they lead North, and Rosa Rep is in North.",
        "chief may read and write: they lead Company, and Rosa Rep is in North.",
        REACH,
        ADMINISTRATORS,
    ]


def test_a_creator_who_gave_the_record_away_is_not_named_nor_are_their_leads(admin, browser_of, rep, lead, company):
    share(company, rep, "read")
    assert lines(browser_of(admin), company) == [
        "Rosa Rep may read: it was shared with them.",
        REACH,
        ADMINISTRATORS,
    ]


def test_who_left_is_not_named(rep_page, rep, outsider, team, company):
    share(company, outsider, "write")
    outsider.deactivate()
    gone = make_user("gone", "Sales lead")
    team.leads.add(gone)
    gone.deactivate()
    assert lines(rep_page, company) == ["Rosa Rep may read and write: they created it.", REACH, ADMINISTRATORS]


def test_a_deal_that_opens_the_company_is_named_only_to_who_may_see_it(rep, rep_page, lead, deal, company, stranger):
    Deal.objects.create(title=f"{SECRET} Deal", company=company, created_by=stranger)
    said = lines(rep_page, company)
    assert said == [
        "Rosa Rep may read and write: they created it.",
        "lead may read and write: they lead North, and Rosa Rep is in North.",
        "Whoever can see the deal “Rollout” may read: a deal opens its contact and company.",
        REACH,
        ADMINISTRATORS,
    ]


def test_what_an_activity_is_about_is_named_only_to_who_may_see_it(rep, rep_page, outsider, outsider_page, call):
    share(call, outsider, "read")
    ours = "Whoever can see “Rollout” may read: its activities come with it."
    theirs = "Whoever can see the record it is about may read: its activities come with it."
    assert [ours in lines(rep_page, call), theirs in lines(rep_page, call)] == [True, False]
    assert [ours in lines(outsider_page, call), theirs in lines(outsider_page, call)] == [False, True]


def test_an_activity_about_nothing_reaches_nobody_else(rep, rep_page):
    note = Activity.objects.create(subject="Alone", created_by=rep)
    assert lines(rep_page, note) == ["Rosa Rep may read and write: they created it.", ADMINISTRATORS]


@pytest.mark.parametrize("model", CLASSES)
def test_who_is_named_with_read_or_write_is_who_the_rule_lets_in(world, model):
    """The people named one by one, compared with the rows they get."""
    row = world.rows[model]
    named = {line.partition(" may ")[0] for line in lines(world.cast["admin"], row)}
    people = {"Rosa Rep": "rep", "lead": "lead", "reader": "reader", "outsider": "outsider", "teammate": "teammate"}
    allowed = {name for name, key in people.items() if world.cast[key].get(at(row)).status_code == 200}
    assert named & set(people) == allowed
