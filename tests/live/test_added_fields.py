"""Custom fields in the history and in undo: under the names they have now, one by one."""

import pytest

from crm.models import Company
from pipeline.models import Deal
from tests.pages.reading import Page, at, sent, told


@pytest.fixture
def page(browser_of, rep):
    return browser_of(rep)


def test_the_history_tells_fields_by_their_names_of_now_and_no_hidden_record(
    page, api_of, add_field, rep, outsider, deal, request_of
):
    size = add_field("deal", "size", "Number")
    partner = add_field("deal", "partner", "Pointer", target="company")
    secret = add_field("deal", "secret", hidden=True)
    theirs = Company.objects.create(name="Secret Ltd", created_by=outsider)
    with request_of(rep):
        deal.custom = {size.key: 5, partner.key: theirs.pk, secret.key: "whisper"}
        deal.save()
    size.name, size.label = "headcount", "Heads"
    size.save()
    changes = api_of(rep).get(f"/api/v1/deals/{deal.pk}/history/").json()["results"][0]["changes"]
    assert sorted(changes, key=lambda one: one["field"]) == [
        {"field": "headcount", "before": None, "after": 5},
        {"field": "partner", "before": None, "after": theirs.pk},
    ]
    words = told(page.get(at(deal)))
    assert "Heads" in words
    assert "whisper" not in words
    assert "Secret Ltd" not in words
    size.delete()
    assert "Heads" not in told(page.get(at(deal)))


def test_undo_takes_back_its_own_field_and_leaves_what_others_wrote_in_another(page, add_field, rep, deal):
    size, colour = add_field("deal", "size", "Number"), add_field("deal", "colour")
    answer = sent(page, at(deal, "edit"), holding="version", size="5")
    undo = next(form for form in _forms(page.get(answer.url)) if "/undo/" in form.action)
    deal = Deal.unrestricted.get()
    colour.put(deal, "red")
    deal.save()
    page.post(undo.action)
    deal = Deal.unrestricted.get()
    assert (size.of(deal), colour.of(deal)) == (None, "red")


def test_undo_is_refused_where_somebody_wrote_the_same_field_since(page, add_field, rep, deal):
    size = add_field("deal", "size", "Number")
    answer = sent(page, at(deal, "edit"), holding="version", size="5")
    undo = next(form for form in _forms(page.get(answer.url)) if "/undo/" in form.action)
    deal = Deal.unrestricted.get()
    size.put(deal, 6)
    deal.save()
    assert page.post(undo.action).status_code == 409
    assert size.of(Deal.unrestricted.get()) == 6


def _forms(response):
    return Page(response).forms
