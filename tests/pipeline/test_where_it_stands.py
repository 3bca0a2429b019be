"""When a deal entered its stage and why it was lost: the same rule at every face, and below them in the database."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.hooks import before_save, forget
from accounts.models import Session
from pipeline.forms import DealForm
from pipeline.models import Deal, LostReason, Stage
from tests.pages.reading import again, at, edited, sent, told
from tests.parse.conftest import KEYS, ParseClient

WANTED = "Say why the deal is lost."


def stored(deal: Deal) -> tuple[str, str | None]:
    found = Deal.unrestricted.get(pk=deal.pk)
    return found.stage_id, found.lost_reason_id


@pytest.fixture
def rep_page(rep, browser_of):
    return browser_of(rep)


@pytest.fixture
def required(db):
    Stage.objects.filter(pk="lost").update(reason_required=True)


@pytest.fixture
def lost(deal):
    deal.move_to("lost", "price")
    return deal


# --- when ----------------------------------------------------------------------------------------------------------


def long_ago(deal: Deal):
    moment = timezone.now() - timedelta(days=30)
    Deal.unrestricted.filter(pk=deal.pk).update(moved_at=moment)
    return moment


@pytest.mark.parametrize(
    "move",
    [
        lambda deal: deal.move_to("won"),
        lambda deal: Deal.unrestricted.filter(pk=deal.pk).update(stage="won"),
        lambda deal: connection.cursor().execute("UPDATE pipeline_deal SET stage_id = 'won'"),
        lambda deal: Deal.unrestricted.bulk_update([Deal(pk=deal.pk, stage_id="won")], ["stage"]),
    ],
    ids=["model", "bulk", "sql", "bulk_update"],
)
def test_every_move_is_dated_whoever_makes_it(deal, move):
    was = long_ago(deal)
    move(Deal.unrestricted.get(pk=deal.pk))
    moved_at = Deal.unrestricted.get(pk=deal.pk).moved_at
    assert (moved_at > was, timezone.now() - moved_at < timedelta(minutes=1)) == (True, True)


def test_a_save_that_moves_nothing_leaves_the_date(deal):
    was = long_ago(deal)
    found = Deal.unrestricted.get(pk=deal.pk)
    found.title, found.stage_id = "Other", found.stage_id
    found.save()
    assert Deal.unrestricted.get(pk=deal.pk).moved_at == was


def test_the_model_knows_the_date_that_was_stored(deal):
    deal.move_to("won")
    assert deal.moved_at == Deal.unrestricted.get(pk=deal.pk).moved_at


def test_a_new_deal_entered_its_stage_when_it_was_made(rep):
    deal = Deal.objects.create(title="New", created_by=rep)
    assert abs(deal.moved_at - deal.created_at) < timedelta(minutes=1)


# --- why -----------------------------------------------------------------------------------------------------------


def test_a_reason_is_optional_unless_the_stage_says_otherwise(deal):
    deal.move_to("lost")
    assert stored(deal) == ("lost", None)


def test_leaving_a_lost_stage_clears_the_reason_also_in_bulk(lost, rep):
    other = Deal.objects.create(title="Other", stage_id="lost", lost_reason_id="timing", created_by=rep)
    lost.move_to("lead")
    Deal.unrestricted.filter(pk=other.pk).update(stage="lead")
    assert (stored(lost), stored(other)) == (("lead", None), ("lead", None))


def test_only_a_lost_deal_has_a_reason(deal):
    deal.lost_reason_id = "price"
    with pytest.raises(ValidationError) as refused:
        deal.full_clean()
    assert refused.value.message_dict == {"lost_reason": ["Only a lost deal has a reason."]}


def test_a_reason_that_is_not_in_use_any_more_can_stay_but_not_be_chosen(lost, rep):
    LostReason.objects.filter(pk="price").update(active=False)
    lost = Deal.unrestricted.get(pk=lost.pk)
    lost.title = "Other"
    lost.full_clean(exclude=["created_by"])
    with pytest.raises(ValidationError):
        Deal(title="New", stage_id="lost", lost_reason_id="price").clean()


def test_what_was_lost_before_reasons_were_required_can_still_be_edited(deal, rep_page):
    deal.move_to("lost")
    Stage.objects.filter(pk="lost").update(reason_required=True)
    assert edited(rep_page, deal, title="Other").status_code == 303
    assert Deal.unrestricted.get(pk=deal.pk).title == "Other"


def test_a_hook_that_moves_a_deal_is_held_to_the_rule(deal, required):
    @before_save("Deal")
    def lose(row):
        row.stage_id = "lost"

    try:
        with pytest.raises(ValidationError):
            deal.save(update_fields=["title"])
    finally:
        forget()
    assert stored(deal) == ("lead", None)


# --- every face refuses, naming the field -----------------------------------------------------------------------------


def test_the_page_of_the_deal_refuses(rep_page, deal, required):
    response = sent(rep_page, at(deal), action=at(deal, "stage"), stage="lost")
    assert (response.status_code, stored(deal)) == (303, ("lead", None))
    assert WANTED in told(rep_page.get(at(deal)))
    sent(rep_page, at(deal), action=at(deal, "stage"), stage="lost", lost_reason="price")
    assert stored(deal) == ("lost", "price")


def test_the_form_of_the_deal_refuses_beside_the_field(rep_page, deal, required):
    opened = rep_page.get(at(deal, "edit"))
    refused = again(rep_page, at(deal, "edit"), opened, holding="version", stage="lost")
    assert (refused.status_code, stored(deal)) == (422, ("lead", None))
    assert refused.context["form"].errors == {"lost_reason": [WANTED]}
    assert edited(rep_page, deal, stage="lost", lost_reason="timing").status_code == 303
    assert stored(deal) == ("lost", "timing")


def test_a_shorter_form_says_it_on_top(rep, deal, required):
    form = DealForm({"stage": "lost", "version": ""}, instance=deal, user=rep)
    for name in [name for name in form.fields if name not in ("stage", "version")]:
        del form.fields[name]
    assert form.errors == {"__all__": [WANTED]}


def test_the_board_refuses_and_names_the_field(rep_page, deal, required):
    sending = {"stage": "lost", "was": "lead"}
    response = rep_page.post(at(deal, "stage"), sending, headers={"HX-Request": "true"})
    assert (response.status_code, stored(deal)) == (422, ("lead", None))
    assert 'data-field="lost_reason"' in response.content.decode()
    rep_page.post(at(deal, "stage"), {**sending, "lost_reason": "price"}, headers={"HX-Request": "true"})
    assert stored(deal) == ("lost", "price")


def test_an_unknown_reason_is_refused_with_those_there_are(rep_page, deal):
    LostReason.objects.filter(pk="timing").update(active=False)
    sending = {"stage": "lost", "lost_reason": "nonsense"}
    response = rep_page.post(at(deal, "stage"), sending, headers={"HX-Request": "true"})
    assert (response.status_code, stored(deal)) == (422, ("lead", None))
    assert response.content.decode() == (
        "There is no such reason. The reasons are Price, Competitor, No budget, No decision."
    )


def test_the_api_refuses_and_takes_a_reason(api_of, rep, deal, required):
    client, address = api_of(rep), f"/api/v1/deals/{deal.pk}/"
    refused = client.patch(address, {"stage": "lost"}, format="json")
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (400, ["lost_reason"])
    assert stored(deal) == ("lead", None)
    taken = client.patch(address, {"stage": "lost", "lost_reason": "price"}, format="json").json()
    assert (taken["stage"], taken["lost_reason"]) == stored(deal) == ("lost", "price")
    assert taken["moved_at"] == client.get(address).json()["moved_at"]
    left = client.put(address, {**taken, "stage": "won"}, format="json").json()
    assert (left["stage"], left["lost_reason"]) == stored(deal) == ("won", None)


@pytest.mark.parametrize("reason", ["nonsense", 5, ["price"]])
def test_the_api_names_the_reasons_there_are(api_of, rep, lost, reason):
    answer = api_of(rep).patch(f"/api/v1/deals/{lost.pk}/", {"lost_reason": reason}, format="json")
    said = [(error["field"], error["detail"].partition(".")[0]) for error in answer.json()["errors"]]
    assert (answer.status_code, said) == (400, [("lost_reason", "There is no such reason")])


def test_when_it_moved_cannot_be_written_through_the_api(api_of, rep, deal):
    before = Deal.unrestricted.get(pk=deal.pk).moved_at
    sent_back = {"moved_at": "2001-01-01T00:00:00Z", "title": "T"}
    assert api_of(rep).patch(f"/api/v1/deals/{deal.pk}/", sent_back, format="json").status_code == 200
    assert Deal.unrestricted.get(pk=deal.pk).moved_at == before


def test_a_parse_client_is_refused_and_told_the_field(rep, deal, required):
    client = ParseClient(KEYS, Session.start(rep)[1])
    refused = client("PUT", f"/classes/Deal/{deal.pk}", {"stage": "lost"})
    assert (refused.status, refused.code, refused.body["error"]) == (400, 142, f"lost_reason: {WANTED}")
    assert stored(deal) == ("lead", None)


def test_a_parse_client_sees_nothing_of_reasons_and_dates(rep, lost):
    client = ParseClient(KEYS, Session.start(rep)[1])
    seen = client.get(f"/classes/Deal/{lost.pk}").body
    assert {name for name in seen if "eason" in name or "oved" in name} == set()
    for name in ("lost_reason", "lostReason", "moved_at", "movedAt"):
        assert client("PUT", f"/classes/Deal/{lost.pk}", {name: "timing"}).status == 400
    assert stored(lost) == ("lost", "price")


def test_the_administration_refuses(browser_of, admin, deal, required):
    client, address = browser_of(admin), f"/admin/pipeline/deal/{deal.pk}/change/"
    refused = sent(client, address, holding="title", stage="lost")
    assert (refused.status_code, stored(deal)) == (200, ("lead", None))
    assert WANTED in told(refused)
    assert sent(client, address, holding="title", stage="lost", lost_reason="price").status_code == 302
    assert stored(deal) == ("lost", "price")


@pytest.mark.parametrize(
    "write",
    [
        lambda deal: Deal.unrestricted.filter(pk=deal.pk).update(stage="lost"),
        lambda deal: connection.cursor().execute("UPDATE pipeline_deal SET stage_id = 'lost'"),
        lambda deal: Deal.unrestricted.bulk_create([Deal(title="New", stage_id="lost")]),
    ],
    ids=["update", "sql", "bulk_create"],
)
def test_the_database_refuses_whatever_passes_by_the_model(deal, required, write):
    with pytest.raises(IntegrityError, match="lost_reason"), transaction.atomic():
        write(deal)
    assert stored(deal) == ("lead", None)
    assert Deal.unrestricted.count() == 1


def test_a_reason_that_deals_have_is_not_deleted(lost, browser_of, admin):
    response = browser_of(admin).post("/admin/pipeline/lostreason/price/delete/", {"post": "yes"}, follow=True)
    assert "deals lost for the reason Price" in told(response)
    assert LostReason.objects.filter(pk="price").exists()
