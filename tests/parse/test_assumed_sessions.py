"""A read takes the session as it was last seen, and proves it in the same statement: what changed meanwhile counts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.utils import timezone

from accounts.models import Session, Team
from pipeline.models import Deal
from records.sharing import share
from tests.parse.conftest import ParseClient

DEALS = "/classes/Deal"


@pytest.fixture(params=["by_url", "by_loop"], autouse=True)
def way(request, monkeypatch):
    monkeypatch.setattr(ParseClient, "way", getattr(ParseClient, request.param))


@pytest.fixture
def warm(as_rep, deal):
    """The rep's client, whose session is remembered."""
    for _ in range(3):
        assert as_rep.get(DEALS).ids == {deal.pk}
    return as_rep


@pytest.fixture(params=["get", "list", "count", "include", "update", "create"])
def ask(request, warm, deal):
    asked = {
        "get": lambda: warm.get(f"{DEALS}/{deal.pk}"),
        "list": lambda: warm.get(DEALS),
        "count": lambda: warm.get(DEALS, count=1, limit=0),
        "include": lambda: warm.get(DEALS, include="contact"),
        "update": lambda: warm.put(f"{DEALS}/{deal.pk}", {"notes": "x"}),
        "create": lambda: warm.post(DEALS, {"title": "x"}),
    }[request.param]
    for _ in range(2):
        assert asked().status in (200, 201)
    return asked


def refused(answer):
    return (answer.status, answer.code) == (400, 209)


def test_a_session_that_ended_is_refused_at_once(ask, rep):
    rep.end_sessions()
    assert refused(ask())


def test_so_is_one_that_was_ended_by_plain_sql(ask):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_session")
    assert refused(ask())


def test_so_is_one_that_expired(ask):
    Session.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(ask())


def test_so_is_that_of_somebody_who_was_deactivated(ask, rep):
    type(rep).objects.filter(pk=rep.pk).update(is_active=False)
    assert refused(ask())


def test_a_role_that_was_taken_away_counts_at_once(ask, rep):
    rep.groups.clear()
    assert ask().status != 200


def test_a_permission_that_a_role_lost_counts_at_once(ask):
    for verb in ("view", "change"):
        permission = Permission.objects.get(codename=f"{verb}_deal")
        for group in Group.objects.all():
            group.permissions.remove(permission)
    assert ask().status != 200


def test_a_grant_that_was_taken_counts_at_once(ask, deal, outsider):
    deal.assign_to(outsider)
    Deal.unrestricted.filter(pk=deal.pk).update(created_by=outsider)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pipeline_dealuserobjectpermission")
    answer = ask()
    assert answer.code == 101 or answer.status == 201 or not (answer.body["results"] or answer.body.get("count"))


def test_a_team_that_one_begins_to_lead_counts_at_once(warm, rep, outsider, deal):
    team = Team.objects.create(name="South")
    team.members.add(outsider)
    theirs = Deal.objects.create(title="Theirs", created_by=outsider, assigned_to=outsider)
    assert warm.get(DEALS).ids == {deal.pk}
    team.leads.add(rep)
    assert warm.get(DEALS).ids == {deal.pk, theirs.pk}
    team.leads.remove(rep)
    assert warm.get(DEALS).ids == {deal.pk}


def test_a_role_above_counts_at_once(warm, rep, outsider, deal):
    sales, above = Group.objects.get(name="Sales rep"), Group.objects.create(name="Above")
    theirs = Deal.objects.create(title="Theirs", created_by=outsider, assigned_to=outsider)
    share(theirs, above, "read")
    assert warm.get(DEALS).ids == {deal.pk}
    above.detail.children.add(sales.detail)
    assert warm.get(DEALS).ids == {deal.pk, theirs.pk}


def test_statements_that_one_caller_left_behind_tell_another_nothing(client_of, rep, outsider, deal):
    """Included people are found by the caller's own id, which stands in the statement beside the principals."""
    first, second = client_of(rep), client_of(outsider)
    theirs = Deal.objects.create(title="Theirs", created_by=outsider, assigned_to=outsider)
    Deal.unrestricted.filter(pk=deal.pk).update(assigned_to=rep)
    for _ in range(3):
        for client, row, user in ((first, deal, rep), (second, theirs, outsider)):
            (found,) = client.get(DEALS, include="assignedTo").body["results"]
            assert (found["objectId"], found["assignedTo"]["email"]) == (row.pk, user.email)
