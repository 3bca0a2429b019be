"""Creating and changing records: what is stored, what is answered, what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.api.answers import V1, faults
from tests.conftest import make_user

DEALS, ACTIVITIES = f"{V1}/deals/", f"{V1}/activities/"


def test_a_created_deal_has_all_that_was_sent_and_its_creator(as_rep, rep, company, contact):
    sent = {"title": "New", "amount": "12.5", "stage": "proposal", "company": company.pk, "contact": contact.pk}
    sent |= {"expected_close_date": "2026-06-30", "notes": "n", "assigned_to": rep.pk}
    response = as_rep.post(DEALS, sent)
    assert response.status_code == 201
    assert response.json().items() >= {**sent, "amount": "12.50", "created_by": rep.pk}.items()
    deal = Deal.unrestricted.get()
    assert (deal.amount, deal.expected_close_date) == (Decimal("12.5"), date(2026, 6, 30))


def test_a_created_record_is_found_at_its_location(as_rep):
    response = as_rep.post(DEALS, {"title": "New"})
    again = as_rep.get(response["Location"])
    assert (again.json(), again["ETag"]) == (response.json(), response["ETag"])


def test_an_amount_sent_as_a_number_is_the_very_one_that_is_kept(as_rep):
    body = '{"title": "New", "amount": 1234567890123456.7891}'
    response = as_rep.post(DEALS, body, content_type="application/json")
    assert response.json()["amount"] == "1234567890123456.7891"


def test_an_instant_is_answered_in_utc_whoever_asks(browser_of, rep):
    rep.time_zone = "America/New_York"
    rep.save()
    Activity.objects.create(subject="s", due_date=datetime(2026, 3, 1, 12, tzinfo=UTC), created_by=rep)
    assert browser_of(rep).get(ACTIVITIES).json()["results"][0]["due_date"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize("kind", ["company", "contact", "deal"])
def test_an_activity_is_about_a_record_of_the_three_classes(as_rep, kind, request):
    target = request.getfixturevalue(kind)
    response = as_rep.post(ACTIVITIES, {"subject": "s", "related_to": f"{kind}:{target.pk}"})
    assert response.json()["related_to"] == f"{kind}:{target.pk}"
    assert Activity.unrestricted.get().related_to == target


@pytest.mark.parametrize("wrong", ["user:abc", "stage:won", "deal", "deal:", ":", "", 5, True, ["deal:x"], {"id": "x"}])
def test_an_activity_about_anything_else_is_refused(as_rep, wrong):
    assert faults(as_rep.post(ACTIVITIES, {"subject": "s", "related_to": wrong})) == (400, ["related_to"])


def test_related_to_can_be_taken_away(as_rep, call):
    assert as_rep.patch(f"{ACTIVITIES}{call.pk}/", {"related_to": None}).json()["related_to"] is None
    assert Activity.unrestricted.get().related_id is None


def test_unknown_fields_and_wrong_values_are_named_in_one_answer(as_rep):
    sent = {"titel": "x", "custom": {}, "amount": "many", "stage": "nowhere", "company": "nobody"}
    response = as_rep.post(DEALS, sent)
    assert faults(response) == (400, ["amount", "company", "custom", "stage", "titel", "title"])


def test_an_unknown_stage_is_answered_with_the_stages_there_are(as_rep):
    detail = as_rep.post(DEALS, {"title": "x", "stage": "nowhere"}).json()["errors"][0]["detail"]
    assert detail.endswith("The stages are lead, qualified, proposal, negotiation, won, lost.")


@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_the_server_keeps_cannot_be_changed(as_rep, deal, admin, method):
    before = as_rep.get(f"{DEALS}{deal.pk}/").json()
    kept = {"id": "AAAAAAAAAA", "created_by": admin.pk, "created_at": "2001-01-01T00:00:00Z"}
    sent = {**before, **kept, "updated_at": "2001-01-01T00:00:00Z", "title": before["title"]}
    assert getattr(as_rep, method)(f"{DEALS}{deal.pk}/", sent).json() == before


def test_what_the_server_keeps_cannot_be_set_at_creation(as_rep, rep, admin):
    sent = {"title": "x", "id": "AAAAAAAAAA", "created_by": admin.pk, "created_at": "2001-01-01T00:00:00Z"}
    body = as_rep.post(DEALS, sent).json()
    assert (body["id"] == "AAAAAAAAAA", body["created_by"], body["created_at"] < "2002") == (False, rep.pk, False)


@pytest.mark.parametrize("name", ["readers", "writers", "readers_own", "custom", "related_type", "pk", "activities"])
def test_columns_that_are_no_fields_are_refused_by_name(as_rep, deal, name):
    assert faults(as_rep.patch(f"{DEALS}{deal.pk}/", {name: ["*"]})) == (400, [name])


def test_a_patch_saves_only_what_it_changes(as_rep, deal, django_assert_num_queries):
    Deal.unrestricted.filter(pk=deal.pk).update(notes="by somebody else")
    as_rep.patch(f"{DEALS}{deal.pk}/", {"title": "Changed"})
    changed = Deal.unrestricted.get()
    assert (changed.title, changed.notes, changed.amount) == ("Changed", "by somebody else", 1200)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_the_update_names_the_changed_columns_alone(as_rep, deal, method, django_capture_statements):
    same = as_rep.get(f"{DEALS}{deal.pk}/").json()
    with django_capture_statements() as statements:
        getattr(as_rep, method)(f"{DEALS}{deal.pk}/", {**same, "title": "Changed"})
    (update,) = [text for text in statements if 'UPDATE "pipeline_deal"' in text]
    columns = update.partition(" WHERE ")[0]
    assert [name for name in ("title", "updated_at", "notes", "amount", "stage_id") if f'"{name}" =' in columns] == [
        "title",
        "updated_at",
    ]


def test_sending_back_what_was_read_changes_nothing(as_rep, deal):
    before = as_rep.get(f"{DEALS}{deal.pk}/")
    after = as_rep.put(f"{DEALS}{deal.pk}/", before.json())
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])


def test_a_put_without_a_required_field_is_refused(as_rep, deal):
    assert faults(as_rep.put(f"{DEALS}{deal.pk}/", {"amount": 5})) == (400, ["title"])


@pytest.mark.parametrize("field", ["company", "contact"])
def test_a_hidden_pointer_is_refused_in_the_same_words_as_a_missing_one(as_outsider, company, contact, field):
    hidden = {"company": company, "contact": contact}[field].pk
    answers = [as_outsider.post(DEALS, {"title": "x", field: pk}) for pk in (hidden, "nobody1234")]
    assert [faults(answer) for answer in answers] == [(400, [field]), (400, [field])]
    assert answers[0].json() == answers[1].json()


def test_an_activity_about_a_hidden_deal_is_refused_like_one_about_none(as_outsider, deal):
    answers = [as_outsider.post(ACTIVITIES, {"related_to": f"deal:{pk}"}) for pk in (deal.pk, "nobody1234")]
    assert faults(answers[0]) == (400, ["related_to"])
    assert answers[0].json() == answers[1].json()


def test_a_hidden_pointer_that_is_there_already_may_be_sent_back(as_outsider, outsider, company):
    contact = Contact.objects.create(name="Bo", company=company, created_by=outsider)
    read = as_outsider.get(f"{V1}/contacts/{contact.pk}/").json()
    assert read["company"] == company.pk
    assert as_outsider.put(f"{V1}/contacts/{contact.pk}/", {**read, "name": "Bo B"}).status_code == 200


def test_a_deal_cannot_be_assigned_to_somebody_who_left(as_rep, deal):
    gone = make_user("gone")
    gone.deactivate()
    assert faults(as_rep.patch(f"{DEALS}{deal.pk}/", {"assigned_to": gone.pk})) == (400, ["assigned_to"])


def test_a_deal_that_is_handed_over_is_answered_once_more(as_rep, rep, outsider, api_of):
    deal = Deal.objects.create(title="x", assigned_to=rep, created_by=outsider)
    assert as_rep.patch(f"{DEALS}{deal.pk}/", {"assigned_to": outsider.pk}).status_code == 200
    assert as_rep.get(f"{DEALS}{deal.pk}/").status_code == 404


def test_a_deleted_company_leaves_its_contacts_and_takes_its_activities(as_rep, company, contact, rep):
    Activity.objects.create(subject="x", related_to=company, created_by=rep)
    assert as_rep.delete(f"{V1}/companies/{company.pk}/").status_code == 204
    assert (Company.unrestricted.count(), Activity.unrestricted.count()) == (0, 0)
    assert as_rep.get(f"{V1}/contacts/{contact.pk}/").json()["company"] is None


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_parameters_of_a_write_are_refused_by_name(as_rep, deal, method):
    address = DEALS if method == "post" else f"{DEALS}{deal.pk}/"
    assert faults(getattr(as_rep, method)(f"{address}?title=x", {"title": "y"})) == (400, ["title"])
    assert Deal.unrestricted.get().title == "Rollout"
