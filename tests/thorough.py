"""How often what is random is tried: a few times in each run, ``THOROUGH=20`` times as often where there is time."""

import os

TIMES = int(os.environ.get("THOROUGH", "1"))


def examples(number: int) -> int:
    return number * TIMES
