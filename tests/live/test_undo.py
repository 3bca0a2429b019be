"""Taking back one's own change set: what comes back, what stands in the way, and who may not."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm

from activities.models import Activity
from crm.models import Company, Contact
from live.models import Change
from pipeline.models import Deal, DealUserGrant
from records.sharing import share, unshare
from tests.conftest import make_user
from tests.records.truth import arrays, truth

pytestmark = pytest.mark.django_db
ANYTHING = "/deals/"


def now(record):
    return type(record).unrestricted.get(pk=record.pk)


def grants(record) -> set:
    return set(DealUserGrant.objects.filter(content_object=record).values_list("pk", "user_id", "permission_id"))


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["outsider", "teammate", "lead", "reader", "admin"])
def test_nobody_undoes_what_another_did(request, rep, deal, undo_of, request_of, who):
    with request_of(rep) as change_set:
        deal.move_to("won")
    assert undo_of(request.getfixturevalue(who), change_set).status_code == 404
    assert now(deal).stage_id == "won"


def test_an_unknown_change_set_is_404(rep, undo_of):
    assert undo_of(rep, "nothing000").status_code == 404


def test_undo_is_never_done_by_following_a_link(rep, deal, browser_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    assert browser_of(rep).get(f"/changes/{change_set}/undo/").status_code == 405
    assert now(deal).stage_id == "won"


def test_who_lost_the_right_since_is_refused(rep, lead, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    deal.assign_to(lead)
    unshare(deal, rep)
    assert undo_of(rep, change_set).status_code == 403
    assert now(deal).stage_id == "won"


def test_who_lost_the_role_since_is_refused(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    rep.groups.set(Group.objects.filter(name="Read only"))
    assert undo_of(rep, change_set).status_code == 403
    assert now(deal).stage_id == "won"


def test_ones_own_hand_over_is_taken_back(rep, outsider, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        unshare(deal, rep)
        deal.assign_to(outsider)
    assert not Deal.objects.visible_to(rep).filter(pk=deal.pk).exists()
    assert undo_of(rep, change_set).status_code == 303
    assert (now(deal).assigned_to, Deal.objects.editable_by(rep).filter(pk=deal.pk).exists()) == (rep, True)


def test_a_hand_over_after_which_somebody_else_gave_rights_stays(rep, outsider, teammate, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        unshare(deal, rep)
        deal.assign_to(outsider)
    share(deal, make_user("third"), "write")
    assert undo_of(rep, change_set).status_code == 403
    assert now(deal).assigned_to == outsider


# --- what comes back --------------------------------------------------------------------------------------------------


def test_an_edit_is_set_back_and_other_columns_are_left(rep, teammate, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.title, deal.amount = "Wrong", 5
        deal.save()
    Deal.unrestricted.filter(pk=deal.pk).update(notes="by a teammate")
    assert undo_of(rep, change_set)["Location"] == "/deals/"
    after = now(deal)
    assert (after.title, after.amount, after.notes) == ("Rollout", 1200, "by a teammate")


def test_a_move_is_set_back_with_the_time_it_came_there(rep, deal, undo_of, request_of):
    before = now(deal).moved_at
    with request_of(rep) as change_set:
        now(deal).move_to("won")
    undo_of(rep, change_set)
    assert (now(deal).stage_id, now(deal).moved_at) == ("lead", before)


def test_a_new_version_comes_of_it(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    moved = now(deal).version
    undo_of(rep, change_set)
    assert now(deal).version > moved


def test_a_bulk_edit_is_set_back_as_a_whole(rep, company, undo_of, request_of):
    deals = [Deal.objects.create(title=str(n), created_by=rep) for n in range(5)]
    with request_of(rep) as change_set:
        Deal.unrestricted.filter(pk__in=[deal.pk for deal in deals]).update(stage="won", company=company)
    undo_of(rep, change_set)
    assert {(now(deal).stage_id, now(deal).company_id) for deal in deals} == {("lead", None)}
    assert arrays() == truth()


def test_a_bulk_edit_is_set_back_with_one_statement_a_row(rep, company, undo_of, request_of):
    numbers = []
    for number in (3, 6):
        deals = [Deal.objects.create(title=str(n), created_by=rep) for n in range(number)]
        with request_of(rep) as change_set:
            Deal.unrestricted.filter(pk__in=[deal.pk for deal in deals]).update(stage="won", company=company)
        with CaptureQueriesContext(connection) as captured:
            assert undo_of(rep, change_set).status_code == 303
        numbers.append(len(captured))
    assert numbers[1] - numbers[0] == 3


def test_what_was_made_is_gone_with_its_grants(rep, browser_of, undo_of, last_set):
    browser_of(rep).post("/deals/new/", {"title": "By mistake", "stage": "lead"})
    made = Deal.unrestricted.get(title="By mistake")
    response = browser_of(rep).post(f"/changes/{last_set()}/undo/", {"next": f"/deals/{made.pk}/"})
    assert response["Location"] == "/deals/"
    assert not Deal.unrestricted.filter(pk=made.pk).exists()
    assert grants(made) == set()


def test_what_was_deleted_comes_back_with_activities_and_grants(
    rep, outsider, deal, call, browser_of, undo_of, last_set
):
    share(deal, outsider, "read")
    note = Activity.objects.create(subject="Of another", related_to=deal, created_by=outsider)
    held, before, made = grants(deal), {key: arrays()[key] for key in (deal.pk, call.pk, note.pk)}, now(deal).created_at
    browser_of(rep).post(f"/deals/{deal.pk}/delete/")
    assert not Activity.unrestricted.exists()
    assert undo_of(rep, last_set()).status_code == 303
    assert grants(deal) == held
    assert {key: arrays()[key] for key in before} == before
    assert (now(deal).created_at, now(deal).assigned_to, now(note).subject) == (made, rep, "Of another")
    assert arrays() == truth()


def test_pointers_that_a_deletion_cut_are_set_again_whoever_owns_the_row(rep, company, browser_of, undo_of, last_set):
    stranger = make_user("stranger")
    theirs = Contact.objects.create(name="Hidden", company=company, created_by=stranger)
    moved = Contact.objects.create(name="Moved on", company=company, created_by=stranger)
    other = Company.objects.create(name="Other", created_by=stranger)
    browser_of(rep).post(f"/companies/{company.pk}/delete/")
    Contact.unrestricted.filter(pk=moved.pk).update(company=other)
    assert undo_of(rep, last_set()).status_code == 303
    assert (now(theirs).company_id, now(moved).company_id) == (company.pk, other.pk)
    assert arrays() == truth()


def test_what_was_deleted_by_raw_sql_in_one_request_comes_back(rep, deal, call, undo_of, request_of):
    with request_of(rep) as change_set, connection.cursor() as cursor:
        cursor.execute("DELETE FROM pipeline_deal WHERE id = %s", [deal.pk])
    assert undo_of(rep, change_set).status_code == 303
    assert (now(deal).title, now(call).related_id) == ("Rollout", deal.pk)
    assert arrays() == truth()


def test_sharing_is_taken_back(rep, outsider, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        share(deal, outsider, "write")
        share(deal, Group.objects.get(name="Everyone"), "read")
    undo_of(rep, change_set)
    assert [user for _, user, _ in grants(deal)] == [rep.pk]
    assert not Deal.objects.visible_to(outsider).exists()
    assert arrays() == truth()


def test_a_grant_that_was_taken_is_given_again_once(rep, outsider, deal, undo_of, request_of):
    share(deal, outsider, "read")
    with request_of(rep) as change_set:
        unshare(deal, outsider)
    assign_perm("view_deal", outsider, deal)
    assert undo_of(rep, change_set).status_code == 303
    assert sorted(user for _, user, _ in grants(deal)) == sorted([rep.pk, outsider.pk])


def test_hooks_run(rep, deal, call, undo_of, request_of, monkeypatch):
    from accounts import hooks

    ran = []
    monkeypatch.setattr(
        hooks,
        "_hooks",
        {
            ("before_save", "Deal"): [lambda deal: ran.append(("save", deal.stage_id))],
            ("before_delete", "Activity"): [lambda row: ran.append(("delete", row.pk))],
        },
    )
    with request_of(rep) as change_set:
        deal.move_to("won")
        made = Activity.objects.create(subject="New", related_to=deal, created_by=rep)
    ran.clear()
    undo_of(rep, change_set)
    assert ran == [("save", "lead"), ("delete", made.pk)]


def test_undoing_is_undone_in_turn_and_can_be_done_again(rep, deal, undo_of, request_of, last_set):
    with request_of(rep) as change_set:
        deal.move_to("won")
    stages = []
    undo_of(rep, change_set)
    undoing = last_set()
    stages.append(now(deal).stage_id)
    undo_of(rep, undoing)
    stages.append(now(deal).stage_id)
    undo_of(rep, change_set)
    stages.append(now(deal).stage_id)
    assert stages == ["lead", "won", "lead"]


def test_the_toast_of_an_undo_offers_to_do_it_again(rep, deal, browser_of, request_of, last_set):
    with request_of(rep) as change_set:
        deal.move_to("won")
    page = browser_of(rep).post(f"/changes/{change_set}/undo/", {"next": "/deals/"}, follow=True).content.decode()
    assert f"/changes/{last_set()}/undo/" in page


def test_a_script_gets_no_page(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    response = undo_of(rep, change_set, HTTP_HX_REQUEST="true")
    assert (response.status_code, "Undone." in response["HX-Trigger"]) == (204, True)
    again = undo_of(rep, change_set, HTTP_HX_REQUEST="true")
    assert (again.status_code, again.content.decode()) == (409, "This is undone already.")


# --- what stands in the way -------------------------------------------------------------------------------------------


def test_a_field_that_somebody_changed_since_stands_in_the_way(rep, teammate, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.title, deal.amount = "Mine", 5
        deal.save()
    with request_of(teammate):
        Deal.unrestricted.filter(pk=deal.pk).update(title="Theirs")
    response = undo_of(rep, change_set)
    page = response.content.decode()
    assert (response.status_code, now(deal).title, now(deal).amount) == (409, "Theirs", 5)
    assert [words in page for words in ("<td>Title</td>", "<td>Mine</td>", "<td>Theirs</td>", "teammate")] == [True] * 4
    assert "<td>Amount</td>" not in page


def test_what_stands_in_the_way_names_nothing_hidden(rep, deal, undo_of, request_of, lead):
    stranger = make_user("stranger")
    secret = Company.objects.create(name="Zzyzx", created_by=stranger)
    other = Company.objects.create(name="Other", created_by=rep)
    with request_of(rep) as change_set:
        Contact.unrestricted.filter(pk=deal.contact_id).update(company=other)
    with request_of(stranger):
        Contact.unrestricted.filter(pk=deal.contact_id).update(company=secret)
    page = undo_of(rep, change_set).content.decode()
    assert ("Zzyzx" in page, "a hidden company" in page) == (False, True)


def test_twice_is_refused_in_words(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    undo_of(rep, change_set)
    response = undo_of(rep, change_set)
    assert (response.status_code, "This is undone already." in response.content.decode()) == (409, True)


def test_after_thirty_days_it_stays(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    Change.objects.filter(change_set=str(change_set)).update(at=timezone.now() - timedelta(days=31))
    assert undo_of(rep, change_set).status_code == 409
    assert now(deal).stage_id == "won"


def test_what_others_added_to_is_not_deleted(rep, teammate, undo_of, request_of):
    with request_of(rep) as change_set:
        made = Deal.objects.create(title="New", created_by=rep)
    Activity.objects.create(subject="Call", related_to=made, created_by=teammate)
    response = undo_of(rep, change_set)
    assert (response.status_code, "in use by now" in response.content.decode()) == (409, True)
    assert Deal.unrestricted.filter(pk=made.pk).exists()


def test_what_others_edited_is_not_deleted(rep, teammate, undo_of, request_of):
    with request_of(rep) as change_set:
        made = Deal.objects.create(title="New", created_by=rep)
    with request_of(teammate):
        Deal.unrestricted.filter(pk=made.pk).update(notes="Theirs")
    assert undo_of(rep, change_set).status_code == 409
    assert Deal.unrestricted.filter(pk=made.pk).exists()


def test_what_is_deleted_since_is_named(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.move_to("won")
    deal.delete()
    assert "Restore it first" in undo_of(rep, change_set).content.decode()


def test_an_activity_comes_back_only_to_what_is_there(rep, deal, call, undo_of, request_of):
    with request_of(rep) as change_set:
        call.delete()
    deal.delete()
    response = undo_of(rep, change_set)
    assert (response.status_code, "was about is deleted" in response.content.decode()) == (409, True)


def test_a_deal_comes_back_without_the_company_that_is_gone(rep, deal, company, undo_of, request_of):
    with request_of(rep) as change_set:
        now(deal).delete()
    Company.unrestricted.get(pk=company.pk).delete()
    assert undo_of(rep, change_set).status_code == 303
    assert (now(deal).company_id, now(deal).contact_id) == (None, deal.contact_id)


def test_changes_of_people_are_not_taken_back(admin, rep, undo_of, request_of):
    with request_of(admin) as change_set:
        rep.name = "X"
        rep.save()
    assert undo_of(admin, change_set).status_code == 409


def test_a_set_that_changed_nothing_says_so(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        deal.save()
    assert "nothing to take back" in undo_of(rep, change_set).content.decode()


def test_an_exact_amount_is_no_conflict(rep, deal, undo_of, request_of):
    with request_of(rep) as change_set:
        Deal.unrestricted.filter(pk=deal.pk).update(amount="1234567890123456.7891", custom={"share": 0.1})
    assert undo_of(rep, change_set).status_code == 303
    assert (now(deal).amount, now(deal).custom) == (1200, {})
