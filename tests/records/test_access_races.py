"""Several sessions at once: the arrays still equal the truth, whoever commits first."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import OperationalError, close_old_connections, connection, transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import Membership, Team, User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.transactions import atomically
from tests.conftest import make_user
from tests.records.truth import arrays, truth

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works) -> None:
    """Runs each in a session of its own; whatever one raises is raised here."""
    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(_in_own_session, work) for work in works]:
            future.result(timeout=60)


def _in_own_session(work) -> None:
    close_old_connections()
    try:
        work()
    finally:
        connection.close()


def halfway(first, second) -> None:
    """Both have written and neither has committed when the other goes on: the forced form of the race."""
    written = threading.Barrier(2, timeout=0.5)

    def run(work) -> None:
        with transaction.atomic():
            work()
            with suppress(threading.BrokenBarrierError):  # the other waits for our lock, as it should
                written.wait()

    together(lambda: run(first), lambda: run(second))


def test_two_deals_of_one_company_reassigned_at_once_lose_no_reader():
    rep, teammate, lead = (make_user(name) for name in ("rep", "teammate", "lead"))
    company = Company.objects.create(name="Acme", created_by=rep)
    one, two = (Deal.objects.create(title="d", company=company, created_by=rep) for _ in range(2))
    halfway(lambda: one.assign_to(teammate), lambda: two.assign_to(lead))
    assert set(Company.unrestricted.get().readers) == {rep.pk, teammate.pk, lead.pk}
    assert arrays() == truth()


def test_a_grant_and_a_reassignment_of_one_deal_at_once_keep_both():
    rep, teammate, lead = (make_user(name) for name in ("rep", "teammate", "lead"))
    deal = Deal.objects.create(title="d", created_by=rep)
    halfway(lambda: deal.assign_to(lead), lambda: assign_perm("view_deal", teammate, deal))
    assert arrays() == truth()


def test_an_activity_logged_while_its_deal_is_reassigned_is_read_by_the_new_owner():
    rep, lead = make_user("rep"), make_user("lead")
    deal = Deal.objects.create(title="d", created_by=rep)
    halfway(lambda: deal.assign_to(lead), lambda: Activity.objects.create(subject="a", related_to=deal, created_by=rep))
    assert set(Activity.unrestricted.get().readers) == {rep.pk, lead.pk}
    assert arrays() == truth()


def test_a_deal_made_while_its_owner_joins_a_team_is_read_by_the_lead():
    rep = make_user("rep")
    team = Team.objects.create(name="North")
    halfway(lambda: team.members.add(rep), lambda: Deal.objects.create(title="d", created_by=rep, assigned_to=rep))
    assert f"team:{team.pk}" in Deal.unrestricted.get().readers
    assert arrays() == truth()


def test_sessions_that_write_at_random_leave_the_truth_behind():
    users = [make_user(f"user{number}") for number in range(4)]
    teams = [Team.objects.create(name=f"team{number}") for number in range(2)]
    companies = [Company.objects.create(name="c", created_by=users[0]) for _ in range(2)]
    contacts = [Contact.objects.create(name="p", created_by=users[1], company=companies[0]) for _ in range(2)]
    for number in range(8):
        Deal.objects.create(
            title="d", created_by=users[number % 4], company=companies[number % 2], contact=contacts[number // 4]
        )
    together(*(lambda seed=seed: _scribble(seed, users, teams, companies) for seed in range(4)))
    assert arrays() == truth()


def _scribble(seed: int, users: list[User], teams: list[Team], companies: list[Company]) -> None:
    choose = random.Random(seed)
    deals = list(Deal.unrestricted.order_by("pk"))

    def something() -> None:
        deal, user = choose.choice(deals), choose.choice(users)
        what = choose.randrange(8)
        if what == 0:
            deal.assign_to(user)
        elif what == 1:
            assign_perm("view_deal", user, deal)
        elif what == 2:
            remove_perm("change_deal", user, deal)
        elif what == 3:
            Deal.unrestricted.filter(pk__in=[row.pk for row in choose.sample(deals, 3)]).update(assigned_to=user)
        elif what == 4:
            Activity.objects.create(subject="a", related_to=choose.choice([deal, *companies]), created_by=user)
        elif what == 5:
            Membership.objects.get_or_create(user=user, team=choose.choice(teams))
        elif what == 6:
            Membership.objects.filter(user=user).delete()
        else:
            Deal.unrestricted.filter(pk=deal.pk).update(company=choose.choice([None, *companies]))

    for _ in range(25):
        try:
            atomically(something)
        except OperationalError:
            connection.close()  # a deadlock three times over; the next thing goes on
