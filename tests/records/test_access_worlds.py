"""The arrays that the triggers keep, compared with the naive truth over random worlds."""

import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from accounts.models import User
from tests.records.truth import CLASSES, arrays, expected, truth
from tests.records.worlds import World
from tests.thorough import examples

# Without shrinking: a smaller world would take minutes to find, and the seed that failed is printed anyway.
world_settings = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)


class ArraysTest(HypothesisCase):
    @settings(world_settings, max_examples=examples(6))
    @given(st.randoms(use_true_random=False))
    def test_arrays_equal_the_truth_after_anything_that_happens(self, choose):
        world = World(choose)
        for _ in range(30):
            thing = world.happen()
            may = truth()
            assert arrays() == may, thing

    @settings(world_settings, max_examples=examples(4))
    @given(st.randoms(use_true_random=False))
    def test_each_user_reads_and_writes_exactly_what_the_truth_says(self, choose):
        world = World(choose)
        for _ in range(40):
            world.happen()
        may = truth()
        for user in User.objects.all():
            for model in CLASSES:
                seen = set(model.objects.visible_to(user).values_list("pk", flat=True))
                written = set(model.objects.editable_by(user).values_list("pk", flat=True))
                assert seen == expected(user, model, may)
                assert written == (expected(user, model, may, write=True) if user.rights.may(change(model)) else set())


def change(model: type) -> str:
    return f"{model._meta.app_label}.change_{model._meta.model_name}"


@pytest.mark.django_db
def test_a_long_life_of_one_world_never_departs_from_the_truth():
    world = World(random.Random(8203))
    for step in range(300):
        thing = world.happen()
        if step % 10 == 0 or "raw" in thing:
            assert arrays() == truth(), thing
