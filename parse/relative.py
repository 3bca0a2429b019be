"""``{"$relativeTime": "2 weeks 3 days ago"}``: an instant told from now, as Parse reads it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from parse.codec import BadValue

SECONDS = {"year": 31_536_000, "yr": 31_536_000, "week": 604_800, "wk": 604_800, "day": 86_400, "hour": 3_600,
           "hr": 3_600, "minute": 60, "min": 60, "second": 1, "sec": 1}  # fmt: skip
WORDS = "write now, in 2 days, or 3 hours ago"


def moment_from_now(text: object) -> datetime:
    """Raises BadValue."""
    words = text.lower().split() if isinstance(text, str) and len(text) <= 100 else []
    if words == ["now"]:
        return timezone.now()
    ahead, ago = words[:1] == ["in"], words[-1:] == ["ago"]
    pairs = words[1:] if ahead else words[:-1]
    if ahead == ago or not pairs or len(pairs) % 2:
        raise BadValue(WORDS)
    span = sum(_seconds(number, unit) for number, unit in zip(pairs[::2], pairs[1::2], strict=True))
    try:
        return timezone.now() + timedelta(seconds=span if ahead else -span)
    except OverflowError as error:
        raise BadValue("write a year from 2 to 9998") from error


def _seconds(number: str, unit: str) -> int:
    known = SECONDS.get(unit) or SECONDS.get(unit.removesuffix("s"))
    if known is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BadValue(WORDS)
    return int(number) * known
