"""What is kept of how many deals stand where, beside plain counting and summing of the deals that one sees."""

import random
from decimal import Decimal

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from accounts.models import User
from pipeline.models import Deal
from pipeline.tally import Tally
from tests.records.worlds import World
from tests.thorough import examples

world_settings = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pipeline_settle_tally()")


def differences() -> dict[str, tuple]:
    """By user, where what is kept is not what is counted."""
    both = {
        user.username: (Tally.objects.of(user), Deal.objects.visible_to(user).totals()) for user in User.objects.all()
    }
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


class TallyTest(HypothesisCase):
    @settings(world_settings, max_examples=examples(4))
    @given(st.randoms(use_true_random=False))
    def test_what_is_kept_equals_what_is_counted_after_anything_that_happens(self, choose):
        world = World(choose)
        for _ in range(60):
            thing = world.happen()
            if choose.random() < 0.1:
                settle()
            if "deal" in thing or choose.random() < 0.2:
                assert differences() == {}, thing


def test_an_outsider_is_told_of_nothing(outsider, deal):
    assert Tally.objects.of(outsider) == {}


@pytest.mark.django_db
def test_after_settling_there_is_one_line_for_each_stage_and_set_of_readers():
    world = World(random.Random(7))
    for _ in range(12):
        world.do_deals_in_bulk()
        world.do_move_deals()
    settle()
    lines = list(Tally.objects.values_list("readers", "stage", "deals", "priced"))
    sets = {(tuple(readers), stage) for readers, stage in Deal.unrestricted.values_list("readers", "stage_id")}
    assert sorted((tuple(readers), stage) for readers, stage, *_ in lines) == sorted(sets)
    assert min(deals for *_, deals, _ in lines) > 0


def test_counting_anew_mends_what_came_in_without_triggers(rep, deal):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Deal.unrestricted.filter(pk=deal.pk).update(amount=7, stage_id="won")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert Tally.objects.of(rep) == {"lead": (1, Decimal(1200))}
    call_command("count_deals", verbosity=0)
    assert Tally.objects.of(rep) == {"won": (1, Decimal(7))}


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_wait_for_nobody_and_lose_nothing(rep, deal):
    """One has moved a deal and not committed; the other moves one too, settles, and is through first."""
    other = Deal.objects.create(title="Other", amount=5, created_by=rep, assigned_to=rep)
    move = "UPDATE pipeline_deal SET stage_id = 'won' WHERE id = %s"
    with psycopg.connect(**_address(), options="-c lock_timeout=5s -c pgtrigger.ignore={}") as slow:
        slow.execute(move, [deal.pk])
        slow.execute("SELECT pipeline_settle_tally()")
        Deal.unrestricted.filter(pk=other.pk).update(stage_id="won")
        settle()
        assert Tally.objects.of(rep) == {"lead": (1, Decimal(1200)), "won": (1, Decimal(5))}
        slow.commit()
    settle()
    assert Tally.objects.of(rep) == {"won": (2, Decimal(1205))}


def _address() -> dict[str, str]:
    given = connection.get_connection_params()
    return {name: given[name] for name in ("dbname", "host", "port", "user") if given.get(name)}
