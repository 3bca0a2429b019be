"""The whole script, in the order it is played. The seed is a part of it: change it, and it is another comparison."""

from collections import Counter
from random import Random

from tests.differential import graph_changes, graphs
from tests.differential.people import people
from tests.differential.protocol import protocol
from tests.differential.reads import reads
from tests.differential.refusals import refusals
from tests.differential.rights import rights
from tests.differential.steps import Step
from tests.differential.sums import sums
from tests.differential.world import world
from tests.differential.writes import writes

SEED = 20260421


def script() -> list[Step]:
    random = Random(SEED)
    asked = [*reads(random), *sums(), *protocol(random), *refusals()]
    rest = [*asked, *writes(), *people(), *rights()]
    return [*world(), *graphs.reading(), *rest, *graph_changes.writing()]


def sizes() -> Counter:
    """How many requests there are of each kind: the denominators."""
    return Counter(step.kind for step in script())
