"""Several rows at once: looked over first, only one's own changed, hooks and rules asked for each, all or nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import hooks
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal, LostReason, Stage
from records.sharing import grants_of, share
from tests.pages.reading import Page, again, listing, shown, told

BULK = [Company, Contact, Deal]


@pytest.fixture
def _hooks_of_nobody_else():
    yield
    hooks.forget()


@pytest.fixture
def deals(rep):
    return [Deal.objects.create(title=f"Deal {n}", created_by=rep, assigned_to=rep) for n in range(3)]


def looked_over(client, model, action, rows=(), **sent):
    """The page that shows what would be done."""
    return client.post(f"{listing(model)}selection/", {"action": action, "row": [row.pk for row in rows], **sent})


def done(client, model, action, rows=(), sent=None, **wanted):
    preview = looked_over(client, model, action, rows, **(sent or {}))
    assert preview.status_code == 200, preview.get("Location")
    return again(client, "", preview, holding="selection", **wanted)


def stages(rows) -> list[str]:
    return [Deal.unrestricted.get(pk=row.pk).stage_id for row in rows]


@pytest.mark.parametrize("model", BULK)
def test_outsider_reaches_no_row_by_naming_its_id(world, outsider, model):
    response = looked_over(world.cast["outsider"], model, "delete", [world.rows[model], world.planted[model]])
    assert (response.status_code, model.unrestricted.count()) == (303, 2)


@pytest.mark.parametrize("model", BULK)
@pytest.mark.parametrize("action", ["delete", "share", "assign", "move"])
def test_a_reader_may_do_nothing_with_several_rows(world, model, action):
    known = action in ("delete", "share") or model is Deal
    response = looked_over(world.cast["reader"], model, action, [world.rows[model]])
    assert response.status_code == (403 if known else 303)


@pytest.mark.parametrize("model", BULK)
def test_a_planted_row_is_neither_named_nor_changed(world, model):
    rows = [world.rows[model], world.planted[model]]
    preview = looked_over(world.cast["rep"], model, "delete", rows)
    assert (shown(preview, model), "Zzyzx" in told(preview)) == ({rows[0].pk}, False)
    again(world.cast["rep"], "", preview, holding="selection")
    assert set(model.unrestricted.all()) == {rows[1]}


@pytest.mark.parametrize("model", BULK)
def test_rows_that_are_only_seen_are_named_and_left_alone(rep, outsider, outsider_page, model, world):
    seen = world.rows[model]
    share(seen, outsider, "read")
    name = "title" if model is Deal else "name"
    own = model.objects.create(**{name: "Own"}, created_by=outsider)
    preview = looked_over(outsider_page, model, "delete", [seen, own])
    assert "1 of those selected is only for others to change" in told(preview)
    assert shown(preview, model) == {seen.pk, own.pk}
    again(outsider_page, "", preview, holding="selection")
    assert set(model.unrestricted.all()) == {seen, world.planted[model]}


def test_deals_are_assigned_and_their_readers_follow(rep_page, deals, outsider, outsider_page):
    response = done(rep_page, Deal, "assign", deals[:2], assigned_to=outsider.pk)
    assert (response.status_code, response.url) == (303, "/deals/")
    assert shown(outsider_page.get("/deals/"), Deal) == {deals[0].pk, deals[1].pk}
    assert "2 deals are assigned to outsider now." in told(rep_page.get("/deals/"))


def test_deals_are_moved_and_those_that_stand_there_are_not_counted(rep_page, deals):
    deals[0].move_to("won")
    before = Deal.unrestricted.get(pk=deals[0].pk).updated_at
    done(rep_page, Deal, "move", deals, stage="won")
    assert (stages(deals), Deal.unrestricted.get(pk=deals[0].pk).updated_at) == (["won"] * 3, before)
    assert "2 deals are moved to Won." in told(rep_page.get("/deals/"))


def test_a_stage_that_wants_a_reason_gets_one_or_nothing_is_done(rep_page, deals):
    Stage.objects.filter(pk="lost").update(reason_required=True)
    reason = LostReason.objects.filter(active=True).first() or LostReason.objects.create(slug="price", label="Price")
    refused = done(rep_page, Deal, "move", deals, stage="lost", lost_reason="")
    assert (refused.status_code, "Say why the deals are lost." in told(refused)) == (422, True)
    assert stages(deals) == ["lead"] * 3
    again(rep_page, "", refused, holding="selection", stage="lost", lost_reason=reason.pk)
    assert [(row.stage_id, row.lost_reason_id) for row in Deal.unrestricted.all()] == [("lost", reason.pk)] * 3


@pytest.mark.parametrize("wanted", [{"stage": ""}, {"stage": "nowhere"}, {"stage": "won", "lost_reason": "nothing"}])
def test_a_wrong_destination_is_said_and_nothing_is_done(rep_page, deals, wanted):
    response = done(rep_page, Deal, "move", deals, **wanted)
    assert (response.status_code, stages(deals)) == (422, ["lead"] * 3)


@pytest.mark.usefixtures("_hooks_of_nobody_else")
def test_hooks_run_for_each_row_and_what_they_change_is_saved(rep_page, deals, django_capture_on_commit_callbacks):
    saved = []

    @hooks.before_save("Deal")
    def note(deal):
        deal.notes = f"moved to {deal.stage_id}"

    hooks.after_save("Deal")(lambda deal: saved.append(deal.pk))
    with django_capture_on_commit_callbacks(execute=True):
        done(rep_page, Deal, "move", deals, stage="won")
    assert list(Deal.unrestricted.values_list("notes", flat=True)) == ["moved to won"] * 3
    assert sorted(saved) == sorted(deal.pk for deal in deals)


@pytest.mark.usefixtures("_hooks_of_nobody_else")
def test_a_hook_that_refuses_one_row_stops_all_of_them_in_its_words(rep_page, deals):
    @hooks.before_save("Deal")
    def refuse(deal):
        if deal.title == "Deal 1":
            raise hooks.Refused("Ask Lou first.")

    response = done(rep_page, Deal, "move", deals, stage="won")
    assert (response.status_code, stages(deals)) == (422, ["lead"] * 3)
    assert "Nothing was done. “Deal 1”: Ask Lou first." in told(response)


@pytest.mark.usefixtures("_hooks_of_nobody_else")
def test_hooks_run_for_each_row_that_is_deleted(rep_page, deals, django_capture_on_commit_callbacks):
    before, after = [], []
    hooks.before_delete("Deal")(lambda deal: before.append(deal.pk))
    hooks.after_delete("Deal")(lambda deal: after.append(deal.pk))
    with django_capture_on_commit_callbacks(execute=True):
        done(rep_page, Deal, "delete", deals[:2])
    wanted = sorted(deal.pk for deal in deals[:2])
    assert (sorted(before), sorted(after), Deal.unrestricted.count()) == (wanted, wanted, 1)


def test_activities_go_with_the_deals_that_are_deleted(rep_page, rep, deals):
    Activity.objects.create(subject="Call", related_to=deals[0], created_by=rep)
    done(rep_page, Deal, "delete", deals[:1])
    assert (Activity.unrestricted.count(), Deal.unrestricted.count()) == (0, 2)


@pytest.mark.parametrize("model", BULK)
@pytest.mark.parametrize("level", ["read", "write"])
def test_records_are_shared_and_no_writer_is_made_a_reader(world, rep, outsider, model, level):
    row = world.rows[model]
    done(world.cast["rep"], model, "share", [row], person=outsider.pk, level=level)
    done(world.cast["rep"], model, "share", [row], person=rep.pk, level="read")
    levels = {grant.holder: grant.level for grant in grants_of(row)}
    assert (levels[outsider], levels[rep]) == (level, "write")
    assert shown(world.cast["outsider"].get(listing(model)), model) == {row.pk}


def test_a_row_that_somebody_changed_meanwhile_is_left_alone_and_counted(rep_page, deals):
    preview = looked_over(rep_page, Deal, "move", deals)
    deals[0].assign_to(None)
    again(rep_page, "", preview, holding="selection", stage="won")
    assert stages(deals) == ["lead", "won", "won"]
    assert "only others may: 1." in told(rep_page.get("/deals/"))


def test_a_row_that_became_others_meanwhile_is_left_alone(rep, teammate, rep_page, outsider):
    deal = Deal.objects.create(title="Theirs", created_by=outsider, assigned_to=rep)
    preview = looked_over(rep_page, Deal, "move", [deal])
    Deal.unrestricted.filter(pk=deal.pk).update(assigned_to=outsider)
    again(rep_page, "", preview, holding="selection", stage="won")
    assert stages([deal]) == ["lead"]


def bar(response) -> dict[str, str]:
    return dict(Page(response).form(holding="page_rows").fields)


def test_all_on_the_page_and_all_that_match(rep_page, rep, monkeypatch):
    monkeypatch.setattr("records.lists.PAGE", 2)
    for n in range(5):
        Deal.objects.create(title="New" if n else "Old", created_by=rep)
    form = bar(rep_page.get("/deals/?q=new"))
    page = rep_page.post("/deals/selection/", form | {"page": "1", "action": "delete"})
    every = rep_page.post("/deals/selection/", form | {"all": "1", "action": "delete"})
    assert ("Delete 2 deals" in told(page), "Delete 4 deals" in told(every)) == (True, True)
    again(rep_page, "", every, holding="selection")
    assert [deal.title for deal in Deal.unrestricted.all()] == ["Old"]


def test_all_that_match_are_only_those_that_are_seen(world):
    form = bar(world.cast["rep"].get("/deals/"))
    response = world.cast["outsider"].post("/deals/selection/", form | {"all": "1", "action": "delete"})
    assert response.status_code == 303
    preview = world.cast["rep"].post("/deals/selection/", form | {"all": "1", "action": "delete"})
    assert shown(preview, Deal) == {world.rows[Deal].pk}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"action": "delete"}, "Nothing is selected."),
        ({"action": "explode", "row": "x"}, "Choose what to do"),
        ({"row": "x"}, "Choose what to do"),
        ({"action": "delete", "row": ["x", "' OR 1=1", "0000000000"]}, "Nothing is selected."),
        ({"action": "delete", "all": "1", "query": "q=a"}, "Select the rows again."),
        ({"action": "delete", "all": "1", "query": "q=a:forged"}, "Select the rows again."),
    ],
)
def test_a_wrong_selection_is_told_and_changes_nothing(rep_page, deals, sent, words):
    response = rep_page.post("/deals/selection/", sent)
    assert (response.status_code, Deal.unrestricted.count()) == (303, 3)
    assert words in told(rep_page.get("/deals/"))


@pytest.mark.parametrize("selection", ["", "x", "a:b", "W10:x"])
def test_a_forged_confirmation_changes_nothing(rep_page, deals, selection):
    response = rep_page.post("/deals/selection/change/", {"action": "delete", "selection": selection})
    assert (response.status_code, Deal.unrestricted.count()) == (303, 3)


def test_the_confirmation_for_one_class_is_none_for_another(rep_page, rep, company):
    preview = looked_over(rep_page, Company, "delete", [company])
    selection = dict(Page(preview).form(holding="selection").fields)["selection"]
    rep_page.post("/contacts/selection/change/", {"action": "delete", "selection": selection})
    assert Company.unrestricted.count() == 1


def test_more_than_can_be_done_at_once_says_how_to_go_on(rep_page, deals, monkeypatch):
    monkeypatch.setattr("records.bulk.MOST", 2)
    looked_over(rep_page, Deal, "delete", deals)
    assert "More than 2 rows are selected. Narrow the list with filters" in told(rep_page.get("/deals/"))


@pytest.mark.parametrize("action", ["delete", "share", "assign", "move"])
def test_looking_over_takes_as_many_statements_for_six_rows_as_for_three(rep_page, rep, action):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            looked_over(rep_page, Deal, action, Deal.unrestricted.all())
        return len(captured)

    for n in range(3):
        Deal.objects.create(title=f"{n}", created_by=rep, company=Company.objects.create(name="C", created_by=rep))
    statements()
    three = statements() - 1
    for n in range(3):
        Deal.objects.create(title=f"{n}", created_by=rep, company=Company.objects.create(name="C", created_by=rep))
    assert statements() - 1 == three <= 12


def test_who_may_only_read_is_offered_no_boxes(reader, deal, browser_of):
    share(deal, reader, "read")
    page = Page(browser_of(reader).get("/deals/"))
    assert (page.all("input", name="row"), page.all("form", id="bulk")) == ([], [])
