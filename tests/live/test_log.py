"""Every change of a row is in the log, whoever wrote it and however."""

import pytest
from django.db import connection
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import User
from activities.models import Activity
from crm.models import Company, Contact
from live.logged import logged, records
from live.models import Change
from pipeline.models import Deal, Stage
from records.acting import ChangeSet, acting, unlogged
from records.definitions import CustomField

pytestmark = pytest.mark.django_db

TRIGGERS = """
SELECT t.tgrelid::regclass::text, encode(t.tgargs, 'escape'), count(*) FROM pg_trigger t
 WHERE t.tgfoid = 'live_log'::regproc AND t.tgenabled = 'O' GROUP BY 1, 2
"""


def log(**asked) -> list[tuple[str, str, str]]:
    return list(Change.objects.filter(**asked).order_by("seq").values_list("model", "op", "key"))


def last(record) -> Change:
    return Change.objects.filter(record=record.pk).latest("seq")


def raw(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_every_logged_table_has_its_triggers():
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        found = {table: (arguments.split("\\000"), number) for table, arguments, number in cursor.fetchall()}
    wanted = {}
    for name, model in logged().items():
        record = "content_object_id" if name.endswith("grant") else model._meta.pk.column
        wanted[model._meta.db_table] = ([name, model._meta.pk.column, record, ""], 2)
    assert found == wanted


def test_the_classes_of_the_crm_are_logged():
    named = {Company, Contact, Deal, Activity, User, Stage, CustomField}
    assert set(records().values()) == {Company, Contact, Deal, Activity}
    assert named < set(logged().values())
    assert len(logged()) == len(named) + 8


def test_a_row_is_logged_when_made_changed_and_deleted(rep, deal):
    deal.move_to("won")
    Deal.unrestricted.filter(pk=deal.pk).update(amount=7)
    raw("UPDATE pipeline_deal SET notes = 'raw' WHERE id = %s", deal.pk)
    raw("DELETE FROM pipeline_deal WHERE id = %s", deal.pk)
    ops = ("insert", "update", "update", "update", "delete")
    assert log(model="deal") == [("deal", op, deal.pk) for op in ops]
    stages = Change.objects.filter(model="deal", op="update").order_by("seq").values_list("before", flat=True)
    assert [set(before) - {"updated_at", "moved_at"} for before in stages] == [{"stage_id"}, {"amount"}, {"notes"}]


def test_images_hold_what_was_and_what_is_with_readers(rep, teammate, deal):
    deal.assign_to(teammate)
    change = last(deal)
    assert (change.before["assigned_to_id"], change.after["assigned_to_id"]) == (rep.pk, teammate.pk)
    assert (rep.pk in change.old_row["readers"], teammate.pk in change.old_row["readers"]) == (True, False)
    assert teammate.pk in change.row["readers"]
    assert change.old_row["title"] == change.row["title"] == "Rollout"


def test_a_column_that_a_table_gets_later_is_in_the_images(deal):
    raw("SET CONSTRAINTS ALL IMMEDIATE")
    raw("ALTER TABLE pipeline_deal ADD COLUMN colour text")
    raw("UPDATE pipeline_deal SET colour = 'green' WHERE id = %s", deal.pk)
    assert (last(deal).before, last(deal).after["colour"]) == ({"colour": None}, "green")


def test_readers_computed_anew_are_a_touch_and_no_edit(rep, teammate, deal, call):
    Change.objects.all().delete()
    assign_perm("view_deal", teammate, deal)
    assert [(change.op, change.model) for change in Change.objects.order_by("seq")] == [
        ("insert", "dealusergrant"),
        *[("touch", name) for name in ("deal", "contact", "company", "activity")],
    ]
    touched = Change.objects.get(model="activity")
    assert (teammate.pk in touched.old_row["readers"], teammate.pk in touched.row["readers"]) == (False, True)


def test_grants_are_logged_under_their_record(teammate, deal):
    assign_perm("view_deal", teammate, deal)
    remove_perm("view_deal", teammate, deal)
    found = Change.objects.filter(record=deal.pk, model="dealusergrant", op__in=["insert", "delete"]).order_by("seq")
    assert [(change.op, change.row["user_id"]) for change in found][-2:] == [
        ("insert", teammate.pk),
        ("delete", teammate.pk),
    ]


def test_what_changes_nothing_is_not_logged(deal):
    before = Change.objects.count()
    raw("UPDATE pipeline_deal SET title = title WHERE id = %s", deal.pk)
    assert Change.objects.count() == before


def test_a_save_without_changes_is_a_touch(deal):
    deal.save()
    assert (last(deal).op, set(last(deal).before)) == ("touch", {"updated_at"})


def test_a_password_is_never_in_the_log(rep):
    rep.set_password("another one, quite long")
    rep.save()
    assert (last(rep).op, last(rep).before["password"], last(rep).after["password"]) == ("update", "***", "***")
    assert not Change.objects.filter(model="user", after__password__contains="$").exists()


def test_signing_in_is_no_change_of_a_person(rep, client):
    before = Change.objects.filter(record=rep.pk).count()
    client.login(username="rep", password="correct horse battery")
    rep.refresh_from_db()
    assert rep.last_login is not None
    assert Change.objects.filter(record=rep.pk, op="update").count() + 1 == before


def test_a_stage_is_logged_under_its_word():
    Stage.objects.filter(pk="won").update(label="Yes!")
    change = Change.objects.filter(model="stage").latest("seq")
    assert (change.key, change.record, change.before) == ("won", "won", {"label": "Won"})


def test_the_log_is_silent_where_rows_are_loaded_that_nobody_wrote(rep, deal):
    before = Change.objects.count()
    with unlogged():
        deal.move_to("won")
        raw("UPDATE pipeline_deal SET title = 'loaded'")
        Company.objects.create(name="loaded")
    assert Change.objects.count() == before
    with connection.cursor() as cursor:
        cursor.cursor.execute("UPDATE pipeline_deal SET title = 'typed'")
    assert [change.face for change in Change.objects.all()[:1]] == ["sql"]
    assert Change.objects.count() == before + 1


def test_a_bulk_edit_is_one_change_set(rep, deal, contact):
    with acting(rep, "page", ChangeSet()) as now:
        Deal.unrestricted.filter(pk=deal.pk).update(amount=1)
        Contact.unrestricted.filter(pk=contact.pk).update(phone="1")
    found = Change.objects.filter(change_set=now.change_set.id)
    assert {(change.model, change.actor, change.face) for change in found} == {
        ("deal", rep.pk, "page"),
        ("contact", rep.pk, "page"),
    }
