"""What an activity is about, in the administration: a class and an id, both checked."""

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from activities.models import Activity
from crm.models import Company
from pipeline.models import Stage
from records.sharing import share
from tests.admin.pages import adding, changing, errors, listing, save

REFUSED = {"related_id": ["There is no such record, or you may not see it."]}


def kind(model) -> int:
    return ContentType.objects.get_for_model(model).pk


def test_outsider_cannot_log_about_a_hidden_record(outsider_desk, deal):
    for pk in (deal.pk, "nosuchrow0"):
        answer = save(outsider_desk, adding(Activity), subject="X", related_type=kind(type(deal)), related_id=pk)
        assert errors(answer) == REFUSED
    assert not Activity.unrestricted.exists()


def test_rep_logs_about_what_they_see(rep_desk, rep, deal):
    sent = {"subject": "Hello", "related_type": kind(type(deal)), "related_id": deal.pk}
    assert save(rep_desk, adding(Activity), **sent).status_code == 302
    made = Activity.objects.visible_to(rep).get()
    assert (made.related_to, made.created_by) == (deal, rep)


@pytest.mark.parametrize("model", [User, Stage, ContentType, Activity])
def test_an_activity_is_about_nothing_but_a_contact_a_deal_or_a_company(rep_desk, rep, model):
    answer = save(rep_desk, adding(Activity), subject="X", related_type=kind(model), related_id=rep.pk)
    assert "related_type" in errors(answer)


@pytest.mark.parametrize("half", ["related_type", "related_id"])
def test_class_and_id_go_together(rep_desk, company, half):
    whole = {"related_type": kind(Company), "related_id": company.pk}
    answer = save(rep_desk, adding(Activity), subject="X", **{half: whole[half]})
    assert errors(answer) == {"related_id": ["Name the class and the id of the record."]}


def test_moving_an_activity_is_checked_and_saved(rep_desk, call, company, outsider):
    hidden = Company.objects.create(name="Theirs", created_by=outsider)
    moved = {"related_type": kind(Company), "related_id": company.pk}
    assert errors(save(rep_desk, changing(call), **moved | {"related_id": hidden.pk})) == REFUSED
    assert save(rep_desk, changing(call), **moved).status_code == 302
    assert Activity.unrestricted.get().related_to == company


def test_a_hidden_target_is_a_bare_pointer_and_stays(outsider_desk, outsider, call, deal):
    share(call, outsider, "write")
    words = outsider_desk.get(listing(Activity)).content.decode()
    assert f"(hidden) {deal.pk}" in words
    assert deal.title not in words
    assert save(outsider_desk, changing(call), subject="Second call").status_code == 302
    assert (Activity.unrestricted.get().subject, Activity.unrestricted.get().related_to) == ("Second call", deal)


def test_a_visible_target_is_named(rep_desk, call, deal):
    assert deal.title in rep_desk.get(listing(Activity)).content.decode()
