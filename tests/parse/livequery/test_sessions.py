"""A socket is worth no more than the session behind it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import Session
from pipeline.models import Deal
from records.sharing import share
from tests.parse.livequery.conftest import in_thread, opened, playing


@pytest.fixture
def role(transactional_db):
    role = Group.objects.create(name="Of this test")
    yield role
    role.delete()


def log_out(user) -> None:
    user.sessions.all().delete()


def change_password(user) -> None:
    user.set_password("another battery")
    user.save()


def expire(user) -> None:
    Session.objects.filter(user=user).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("end", [log_out, change_password, type(None), expire])
def test_an_ended_session_ends_the_socket_and_nothing_is_told_after_it(rep, teammate, token_of, end):
    token, other = token_of(rep), token_of(teammate)
    ending = end if end is not type(None) else type(rep).deactivate

    async def story():
        async with opened() as client, opened() as unharmed:
            await client.subscribe(token)
            await unharmed.subscribe(other)
            await in_thread(lambda: ending(rep))
            await in_thread(lambda: Deal.objects.create(title="x", created_by=teammate, assigned_to=rep))
            await client.until(lambda: client.closed)
            return client.heard, client.closed, (await unharmed.event())[0], unharmed.closed

    heard, closed, kind, unharmed = playing(story)
    told = {"op": "error", "code": 209, "error": "Invalid session token", "reconnect": False, "requestId": 1}
    assert (heard, closed) == ([told], (1008, "The session has ended."))
    assert (kind, unharmed) == ("create", None)


def test_a_session_that_runs_out_of_time_ends_its_socket(rep, token_of):
    token = token_of(rep)
    Session.objects.update(expires_at=timezone.now() + timedelta(seconds=1))

    async def story():
        async with opened() as client:
            await client.subscribe(token)
            await client.until(lambda: client.closed)
            return client.closed

    assert playing(story)[0] == 1008


def test_rights_that_were_taken_hold_for_the_next_event(rep, lead, team, token_of):
    token, own = token_of(lead), token_of(rep)

    async def story():
        async with opened() as client, opened() as rep_client:
            await client.subscribe(token)
            await rep_client.subscribe(own)
            await in_thread(lambda: Deal.objects.create(title="Led", created_by=rep))
            seen = await client.event()
            await in_thread(lambda: team.leads.remove(lead))
            await in_thread(lambda: Deal.objects.create(title="No longer led", created_by=rep))
            await rep_client.event()
            await rep_client.event()
            await in_thread(lambda: team.leads.add(lead))
            await in_thread(lambda: Deal.objects.create(title="Led again", created_by=rep))
            return seen, await client.event()

    first, second = playing(story)
    assert [(one[0], one[2]["title"]) for one in (first, second)] == [("create", "Led"), ("create", "Led again")]


def test_a_role_that_is_given_or_taken_tells_of_no_row_and_holds_for_the_next_event(outsider, deal, role, token_of):
    """As with Parse's own server: the row did not change."""
    share(deal, role, "read")
    token = token_of(outsider)

    async def story():
        async with opened() as client:
            await client.subscribe(token)
            await in_thread(lambda: outsider.groups.add(role))
            await in_thread(lambda: Deal.unrestricted.filter(pk=deal.pk).update(title="Seen"))
            seen = await client.event()  # told by the rights of that moment
            await in_thread(lambda: outsider.groups.remove(role))
            await in_thread(lambda: Deal.unrestricted.filter(pk=deal.pk).update(title="Hidden"))
            await in_thread(lambda: Deal.objects.create(title="Own", created_by=outsider))
            return [seen, await client.event()], client.heard

    events, more = playing(story)
    assert [(kind, row["title"]) for kind, _, row in events] == [("update", "Seen"), ("create", "Own")]
    assert more == []


def test_rows_that_come_and_go_with_a_member_of_a_team_enter_and_leave(lead, team, outsider, token_of):
    own = Deal.objects.create(title="Own", created_by=outsider)
    token = token_of(lead)

    async def story():
        async with opened() as client:
            await client.subscribe(token)
            await in_thread(lambda: team.members.add(outsider))
            await in_thread(lambda: team.members.remove(outsider))
            return [await client.event() for _ in range(2)]

    entered, left = playing(story)
    assert (entered[0], entered[2]["title"]) == ("enter", "Own")
    assert (left[0], left[2]) == ("leave", {"className": "Deal", "objectId": own.pk})


def test_a_class_that_is_closed_to_a_role_is_silent_from_then_on(rep, reader, role, token_of):
    role.permissions.set(Group.objects.get(name="Sales rep").permissions.all())
    rep.groups.set([role])
    token, own = token_of(rep), token_of(reader)

    async def story():
        async with opened() as client, opened() as other:
            await client.subscribe(token)
            await other.subscribe(own)
            await in_thread(role.permissions.clear)
            await in_thread(lambda: Deal.objects.create(title="x", created_by=reader, assigned_to=rep))
            await other.event()
            return client.heard

    assert playing(story) == []
