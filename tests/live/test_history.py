"""The history of a record, as one of its readers may see it."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Activity
from crm.models import Company, Contact
from live.history import Entry, entries, stays
from live.models import Change
from pipeline.models import Deal
from records.acting import ChangeSet, acting
from records.sharing import share, unshare
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@contextmanager
def request_of(user, face="page"):
    with acting(user, face, ChangeSet()) as now:
        yield now.change_set


def told(entry: Entry) -> list[tuple[str, str, str]]:
    return [(change.label, change.before, change.after) for change in entry.changes]


def history(record, user, **asked) -> list[Entry]:
    return entries(type(record).objects.visible_to(user).get(pk=record.pk), user, **asked)


@pytest.fixture
def mine(rep, company, contact):
    with request_of(rep):
        return Deal.objects.create(title="D", company=company, contact=contact, assigned_to=rep, created_by=rep)


def test_it_begins_with_who_made_the_record(rep, mine):
    [made] = history(mine, rep)
    assert (made.kind, made.who, made.face, made.changes) == ("created", rep, "page", [])


def test_an_edit_says_field_old_and_new_as_the_pages_write_them(rep, teammate, mine):
    with request_of(teammate, "api"):
        mine.amount, mine.title, mine.expected_close_date = Decimal("1200.5"), "E", date(timezone.now().year, 3, 12)
        mine.save()
    edited, _ = history(mine, rep)
    assert (edited.kind, edited.who, edited.face) == ("edited", teammate, "api")
    day = f'<time datetime="{timezone.now().year}-03-12">12 Mar</time>'
    assert sorted(told(edited)) == [("Amount", "", "$1,200.50"), ("Expected close", "", day), ("Title", "D", "E")]


def test_a_move_names_both_stages(rep, mine):
    with request_of(rep):
        mine.move_to("proposal")
    moved, _ = history(mine, rep)
    assert (moved.kind, told(moved)) == ("moved", [("Stage", "Lead", "Proposal")])


def test_sharing_names_who_and_what_they_may(rep, outsider, mine):
    with request_of(rep):
        share(mine, outsider, "read")
    with request_of(rep):
        share(mine, outsider, "write")
    with request_of(rep):
        unshare(mine, outsider)
        share(mine, Group.objects.get(name="Everyone"), "read")
    last, second, first, _ = history(mine, rep)
    assert [entry.kind for entry in (last, second, first)] == ["shared"] * 3
    assert told(first) == [("Access of outsider", "", "read")]
    assert told(second) == [("Access of outsider", "read", "read and write")]
    assert told(last) == [
        ("Access of outsider", "read and write", ""),
        ("Access of everyone who is signed in", "", "read"),
    ]


def test_the_rewriting_of_access_arrays_is_no_entry(rep, outsider, mine, contact):
    with request_of(rep):
        share(mine, outsider, "read")
    with request_of(rep):
        contact.save()
    assert [entry.kind for entry in history(contact, rep)] == ["created"]


def test_changes_of_one_request_are_one_entry_from_first_to_last(rep, mine):
    with request_of(rep):
        mine.move_to("qualified")
        mine.move_to("won")
        Deal.unrestricted.filter(pk=mine.pk).update(notes="x")
        Deal.unrestricted.filter(pk=mine.pk).update(notes=None)
    moved, _ = history(mine, rep)
    assert told(moved) == [("Stage", "Lead", "Won")]


def test_what_the_reader_may_not_see_is_not_named(rep, mine):
    stranger = make_user("stranger")
    secret = Company.objects.create(name="Zzyzx", created_by=stranger)
    hidden = Deal.objects.create(title="Zzyzx", created_by=stranger)
    call = Activity.objects.create(subject="Call", related_to=mine, created_by=rep)
    with request_of(stranger):
        contact = Contact.objects.create(name="P", company=secret, created_by=rep)
    with request_of(stranger):
        Contact.unrestricted.filter(pk=contact.pk).update(company=mine.company)
        Activity.unrestricted.filter(pk=call.pk).update(related_id=hidden.pk)
    assert told(history(contact, rep)[0]) == [("Company", "a hidden company", "Acme")]
    assert told(history(call, rep)[0]) == [("About", "D", "a hidden deal")]


def test_a_deleted_target_reads_as_a_hidden_one(rep, mine, company):
    with request_of(rep):
        Company.unrestricted.get(pk=company.pk).delete()
    assert told(history(mine, rep)[0]) == [("Company", "a hidden company", "")]


def test_custom_fields_are_told_one_by_one(rep, mine):
    with request_of(rep):
        mine.custom = {"size": 5, "plant": "Graz"}
        mine.save()
    with request_of(rep):
        mine.custom = {"size": 6, "plant": "Graz"}
        mine.save()
    second, first, _ = history(mine, rep)
    assert (sorted(told(first)), told(second)) == ([("plant", "", "Graz"), ("size", "", "5")], [("size", "5", "6")])


def test_nobody_signed_in_is_somebody(rep, mine):
    mine.move_to("won")
    with connection.cursor() as cursor:
        cursor.cursor.execute("UPDATE pipeline_deal SET title = 'typed' WHERE id = %s", [mine.pk])
    moved = history(mine, rep)[0]
    assert (moved.who, moved.who_name) == (None, "Somebody")


def test_a_record_older_than_the_log_begins_all_the_same(rep, mine):
    Change.objects.all().delete()
    [made] = history(mine, rep)
    assert (made.kind, made.who, made.at) == ("created", rep, mine.created_at)
    with request_of(rep):
        mine.move_to("won")
    assert [entry.kind for entry in history(mine, rep)] == ["moved", "created"]


@pytest.mark.parametrize("logged", [True, False])
@pytest.mark.parametrize("by", ["at", "seq"])
def test_pages_follow_each_other_without_gap_or_repetition(rep, mine, logged, by):
    if not logged:
        Change.objects.all().delete()
    for stage in ("qualified", "proposal", "negotiation", "won", "lead"):
        with request_of(rep):
            mine.move_to(stage)
    found, page = [], history(mine, rep, limit=2)
    while page:
        found += page
        page = history(mine, rep, limit=2, before=getattr(page[-1], by)) if page[-1].seq else []
    whole = history(mine, rep)
    assert [entry.key for entry in found] == [entry.key for entry in whole]
    assert len(whole) == 6


def test_the_history_takes_as_many_statements_for_six_edits_as_for_three(rep, mine):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            entries(mine, rep)
        return len(captured)

    def edit(number: int) -> None:
        for n in range(number, number + 3):
            person = make_user(f"p{n}")
            with request_of(person):
                share(mine, person, "read")
                mine.company = Company.objects.create(name=str(n), created_by=rep)
                mine.contact = Contact.objects.create(name=str(n), created_by=rep)
                mine.assigned_to, mine.stage_id = person, ["won", "lead", "proposal"][n % 3]
                mine.save()

    assert rep.rights
    edit(0)
    three = statements()
    edit(3)
    assert statements() == three == 6


def test_stages_over_time(rep, teammate, mine):
    for user, stage in ((teammate, "proposal"), (rep, "won")):
        with request_of(user):
            mine.move_to(stage)
    first, second, third = stays(mine, rep)
    assert [(stay.value, stay.name, stay.who) for stay in (first, second, third)] == [
        ("lead", "Lead", rep),
        ("proposal", "Proposal", teammate),
        ("won", "Won", rep),
    ]
    assert (first.until, second.until, third.until) == (second.since, third.since, None)
    assert min(stay.lasted.total_seconds() for stay in (first, second, third)) >= 0


def test_stages_of_a_deal_older_than_the_log(rep, mine):
    Change.objects.all().delete()
    assert [(stay.value, stay.since) for stay in stays(mine, rep)] == [("lead", mine.created_at)]
    mine.move_to("won")
    assert [stay.value for stay in stays(mine, rep)] == ["lead", "won"]
