"""The rule of docs/permissions.md, a claim at a time."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, ProgrammingError, connection, transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import Team, User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share, unshare
from records.transactions import explicit_acl
from tests.records.truth import arrays, truth


def again(user: User) -> User:
    """As the next request loads him: rights are asked once for each loaded user."""
    return User.objects.get(pk=user.pk)


def seen(user: User, model: type = Deal) -> set[str]:
    return set(model.objects.visible_to(again(user)).values_list("pk", flat=True))


def written(user: User, model: type = Deal) -> set[str]:
    return set(model.objects.editable_by(again(user)).values_list("pk", flat=True))


def test_outsider_sees_nothing_of_others(outsider, deal, contact, company, call):
    assert [seen(outsider, model) for model in (Deal, Contact, Company, Activity)] == [set()] * 4


def test_teammate_sees_nothing_of_a_member(teammate, deal):
    assert seen(teammate) == set()


def test_lead_reads_and_writes_what_a_member_owns(lead, deal):
    assert (seen(lead), written(lead)) == ({deal.pk}, {deal.pk})


def test_lead_of_a_team_above_sees_what_members_below_own(outsider, team, deal):
    above = Team.objects.create(name="World")
    above.leads.add(outsider)
    assert seen(outsider) == set()
    Team.objects.filter(pk=team.pk).update(parent=above)
    assert seen(outsider) == {deal.pk}


def test_administrator_sees_all_without_being_named(admin, deal, contact, company, call):
    assert [seen(admin, model) for model in (Deal, Contact, Company, Activity)] == [
        {deal.pk},
        {contact.pk},
        {company.pk},
        {call.pk},
    ]
    assert admin.pk not in Deal.unrestricted.get().readers


def test_who_reads_a_deal_reads_its_contact_company_and_activities_only(outsider, deal, contact, company, call):
    share(deal, outsider, "read")
    assert [seen(outsider, model) for model in (Deal, Contact, Company, Activity)] == [
        {deal.pk},
        {contact.pk},
        {company.pk},
        {call.pk},
    ]
    assert [written(outsider, model) for model in (Deal, Contact, Company, Activity)] == [set()] * 4


def test_who_reads_a_contact_does_not_read_its_company_or_deals(outsider, deal, contact, company):
    share(contact, outsider, "read")
    assert [seen(outsider, model) for model in (Deal, Contact, Company)] == [set(), {contact.pk}, set()]


def test_unsharing_takes_reach_back(outsider, deal, contact, call):
    share(deal, outsider, "write")
    unshare(deal, outsider)
    assert [seen(outsider, model) for model in (Deal, Contact, Activity)] == [set()] * 3


def test_a_grant_to_a_role_is_a_grant_to_its_people(outsider, reader, deal):
    share(deal, Group.objects.get(name="Read only"), "read")
    assert (seen(reader), seen(outsider)) == ({deal.pk}, set())


def test_everyone_means_all_who_are_signed_in(outsider, deal):
    share(deal, Group.objects.get(name="Everyone"), "read")
    assert Deal.unrestricted.get().readers[0] == "*"
    assert seen(outsider) == {deal.pk}


def test_everyone_keeps_its_name_and_cannot_be_deleted(db):
    for change in (lambda rows: rows.update(name="All"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(Group.objects.filter(name="Everyone"))


def test_reassigning_hands_over_but_the_creator_keeps_his_grant(outsider, rep, deal):
    deal.assign_to(outsider)
    assert (written(outsider), written(rep)) == ({deal.pk}, {deal.pk})


def test_a_creator_without_his_grant_is_a_stranger_and_so_is_his_lead(rep, lead, outsider, deal):
    deal.assign_to(outsider)
    remove_perm("change_deal", rep, deal)
    assert (seen(rep), seen(lead)) == (set(), set())


def test_an_explicit_acl_gives_the_creator_nothing(rep, outsider):
    with transaction.atomic(), explicit_acl():
        deal = Deal.objects.create(title="d", created_by=rep)
        assign_perm("change_deal", outsider, deal)
    assert (seen(rep), written(outsider)) == (set(), {deal.pk})
    assert arrays() == truth()


def test_class_level_permission_gates_before_any_row(rep, reader, deal):
    share(deal, reader, "write")
    assert (seen(reader), written(reader)) == ({deal.pk}, set())
    rep.groups.clear()
    assert seen(rep) == set()


def test_has_perm_answers_from_the_rule(rep, outsider, reader, deal):
    share(deal, reader, "read")
    assert [user.has_perm("pipeline.view_deal", deal) for user in (outsider, reader, rep)] == [False, True, True]
    assert [user.has_perm("pipeline.change_deal", deal) for user in (outsider, reader, rep)] == [False, False, True]
    assert not rep.has_perm("crm.view_company", deal)


def test_deleting_a_record_deletes_its_activities_and_grants_by_raw_sql_too(rep, deal, call):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pipeline_deal")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT count(*) FROM pipeline_dealuserobjectpermission")
        assert cursor.fetchone() == (0,)
    assert not Activity.objects.exists()


def test_deleting_a_company_leaves_contacts_and_deals_without_it(company, contact, deal):
    company.delete()
    contact.refresh_from_db()
    deal.refresh_from_db()
    assert (contact.company_id, deal.company_id) == (None, None)


def test_deleting_a_person_deactivates_and_keeps_what_he_owns(rep, deal):
    rep.delete()
    User.objects.filter(username="rep").delete()
    assert again(rep).is_active is False
    assert Deal.unrestricted.get().assigned_to == rep


def test_an_activity_is_about_a_contact_deal_or_company_or_nothing(rep, deal):
    for wrong in (rep, Group.objects.first()):
        with pytest.raises(Exception, match="related_to"):
            Activity(subject="x", related_to=wrong).full_clean()


def test_the_database_refuses_a_pointer_that_is_half_wrong_or_dangling(rep, deal):
    deal_type = ContentType.objects.get_for_model(Deal)
    user_type = ContentType.objects.get_for_model(User)
    wrong = [(None, deal.pk), (deal_type, None), (user_type, rep.pk), (deal_type, "nowhere123")]
    for related_type, related_id in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.create(subject="x", related_type=related_type, related_id=related_id)


def test_an_unknown_stage_is_refused(rep):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.create(title="d", stage_id="nope", created_by=rep)
