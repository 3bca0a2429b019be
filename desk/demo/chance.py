"""Chance that comes out the same for the same seed."""

from random import Random

from accounts.ids import ALPHABET, LENGTH


def dice(seed: int, what: str) -> Random:
    """Each class throws its own, so that more companies do not change the deals' amounts."""
    return Random(f"{seed}:{what}")  # noqa: S311 - invented data, nothing secret


def new_id(rng: Random) -> str:
    """As accounts.ids makes them, but the same for the same seed."""
    return "".join(rng.choices(ALPHABET, k=LENGTH))
