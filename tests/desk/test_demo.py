"""``manage.py demo``: invented, the same each time, and never on top of real rows."""

import io
import re

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Team, User
from activities.models import Activity
from crm.models import Company, Contact
from desk.demo.loading import Progress
from pipeline.models import Deal
from tests.records.truth import arrays, truth

SMALL = {"companies": 12, "contacts": 30, "deals": 40, "activities": 60, "users": 7}
KEPT = {
    User: ("id", "username", "email", "name"),
    Company: ("id", "name", "website", "address", "created_by", "created_at"),
    Contact: ("id", "name", "email", "phone", "company"),
    Deal: ("id", "title", "amount", "stage", "expected_close_date", "contact", "company", "assigned_to", "updated_at"),
    Activity: ("id", "type", "subject", "due_date", "completed_at", "related_id", "created_by", "created_at"),
}


def demo(**options):
    call_command("demo", **{**SMALL, "seed": 3, "verbosity": 0, **options})


def rows():
    return {
        model: list(getattr(model, "unrestricted", model.objects).order_by("id").values_list(*names))
        for model, names in KEPT.items()
    }


def rows_of_a_world(**options):
    """Of one that is taken back, to make room for another."""
    before = transaction.savepoint()
    demo(**options)
    seen = rows()
    transaction.savepoint_rollback(before)
    return seen


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_rows():
    assert rows_of_a_world() == rows_of_a_world()


@pytest.mark.django_db
def test_another_seed_makes_other_rows():
    one, other = rows_of_a_world(), rows_of_a_world(seed=4)
    shared = {model: {row[0] for row in one[model]} & {row[0] for row in other[model]} for model in KEPT}
    assert shared == {model: set() for model in KEPT}


@pytest.mark.django_db
def test_there_are_as_many_rows_as_asked_for():
    made = {model: len(found) for model, found in rows_of_a_world().items()}
    assert made == {User: 7, Company: 12, Contact: 30, Deal: 40, Activity: 60}


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["companies", "contacts", "deals", "activities"])
def test_a_class_may_be_left_out(missing):
    made = rows_of_a_world(**{missing: 0})
    assert [model.plural for model in KEPT if not made[model]] == [missing]


@pytest.mark.django_db
def test_a_world_of_users_and_loose_activities_can_be_made():
    made = rows_of_a_world(companies=0, contacts=0, deals=0)
    assert {row[5] for row in made[Activity]} == {None}


@pytest.mark.django_db
def test_arrays_equal_the_truth():
    demo()
    assert arrays() == truth()


@pytest.mark.django_db
def test_the_three_logins_work(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2id"]
    demo()
    signed_in = [authenticate(None, username=name, password="parsley-demo") for name in ("rep", "lead", "admin")]
    assert [user and user.username for user in signed_in] == ["rep", "lead", "admin"]


@pytest.mark.django_db
def test_roles_are_those_of_the_three_jobs():
    demo()
    roles = [User.objects.get(username=name).groups.get().name for name in ("rep", "lead", "admin")]
    assert roles == ["Sales rep", "Sales lead", "Administrator"]


@pytest.mark.django_db
def test_the_admin_alone_may_enter_the_administration():
    demo()
    assert list(User.objects.filter(is_staff=True, is_superuser=True).values_list("username", flat=True)) == ["admin"]
    assert User.objects.filter(is_staff=True).count() == 1


@pytest.mark.django_db
def test_the_lead_leads_the_team_of_the_rep_below_the_head_office():
    demo()
    team = Membership.objects.get(user__username="rep").team
    assert (team.leads.get().username, team.parent) == ("lead", Team.objects.get(name="Sales"))


@pytest.mark.django_db
def test_the_rep_has_a_board_and_a_day_to_look_at():
    call_command("demo", verbosity=0)
    rep = User.objects.get(username="rep")
    board = Deal.unrestricted.filter(assigned_to=rep).totals()
    assert set(board) == {"lead", "qualified", "proposal", "negotiation", "won", "lost"}
    assert 30 <= sum(number for stage, (number, _) in board.items() if stage not in ("won", "lost")) <= 60


@pytest.mark.django_db
def test_the_day_of_the_rep_has_late_things_things_for_today_and_next_ones():
    call_command("demo", verbosity=0)
    rep = User.objects.get(username="rep")
    due = [moment.date() for moment in Activity.unrestricted.all().of(rep).to_do().values_list("due_date", flat=True)]
    day = timezone.localdate()
    assert 2 <= sum(moment < day for moment in due) <= 4
    assert 3 <= sum(moment == day for moment in due) <= 6
    assert sum(moment > day for moment in due) > 4


@pytest.mark.django_db
def test_addresses_and_numbers_belong_to_nobody():
    made = rows_of_a_world(contacts=400, companies=200)
    mails = [row[2] for row in [*made[User], *made[Contact]]]
    sites = [row[2] for row in made[Company]]
    phones = [row[3] for row in made[Contact] if row[3]]
    assert [text for text in [*mails, *sites] if not text.endswith(".example")] == []
    assert [text for text in phones if not re.fullmatch(r"\+1 \d{3} 555 01\d\d|\+44 1632 960\d{3}", text)] == []
    assert len(set(mails)) == len(mails)


@pytest.mark.django_db
@pytest.mark.parametrize(("present", "named"), [("rep", "users"), ("deal", "companies, contacts, deals, users")])
def test_it_refuses_where_rows_are_and_says_which(request, present, named):
    request.getfixturevalue(present)
    with pytest.raises(CommandError, match=f"already holds {named}"):
        demo()


@pytest.mark.django_db
def test_where_rows_are_it_changes_nothing_and_is_quiet_if_asked(deal):
    before = rows()
    out, err = io.StringIO(), io.StringIO()
    call_command("demo", if_empty=True, stdout=out, stderr=err)
    assert (rows(), out.getvalue(), err.getvalue()) == (before, "", "")


@pytest.mark.django_db
def test_an_empty_database_is_filled_with_if_empty_too():
    assert rows_of_a_world(if_empty=True) == rows_of_a_world()


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"users": 2}, {"deals": -1}])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(CommandError):
        demo(**wrong)


@pytest.mark.django_db
def test_a_failure_leaves_nothing(monkeypatch):
    monkeypatch.setattr("desk.demo.world.Activities.rows", lambda *_: iter([("too", "short")]))
    with pytest.raises(Exception, match="missing data"), transaction.atomic():
        demo()
    assert rows() == {model: [] for model in KEPT}


def test_progress_is_silent_for_two_seconds_and_then_tells_every_table():
    stream = io.StringIO()
    progress = Progress(stream)
    progress.done("users 8")
    quiet = stream.getvalue()
    progress.start -= 3
    progress.done("deals 300")
    assert (quiet, [line.split(",")[0] for line in stream.getvalue().splitlines()]) == ("", ["users 8", "deals 300"])
