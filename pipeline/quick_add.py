"""A deal in one line: ``Rollout in three plants 12k @Acme fri``.

The title comes first. Amount, day and ``@Company`` follow in any order; the company may also stand before. What
cannot be read as one of them belongs to the title, so that "Office 365 licences" stays what it is.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import dates
from django.utils.translation import pgettext

from pipeline.amounts import TWO_WAYS, is_ambiguous, number_of, readings

TOKEN = re.compile(r'@"[^"]*"?|@“[^”]*”?|\S+')
AMOUNT = re.compile(
    r"(?P<sign>[$€£]?)(?P<number>\d[\d.,'\u00a0\u202f]*)(?P<unit>k|m|mio|tsd)?(?P<after>[$€£]?)\Z", re.I
)
UNITS = {"k": 1_000, "tsd": 1_000, "m": 1_000_000, "mio": 1_000_000}
MOST = Decimal(10) ** 16
YEARS = range(1900, 2100)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?\Z")


@dataclass
class Line:
    """What was understood. ``problems``: what could be read in two ways, each with what to write instead."""

    title: str = ""
    amount: Decimal | None = None
    company: str = ""
    close: date | None = None
    problems: list[str] = field(default_factory=list)


def parse(text: str, today: date) -> Line:
    """Never raises: what is not understood is title."""
    line, words = Line(), []
    for token in TOKEN.findall(text):
        if token.startswith("@") and len(token) > 1 and not line.company:
            line.company = token[1:].strip('"“” ')
        else:
            words.append(token)
    readers: list[Callable[[Line, list[str], date], int]] = [_read_day, _read_amount]
    while words:
        taken = next((count for read in readers if (count := read(line, words, today))), 0)
        if not taken:
            break
        del words[-taken:]
    line.title = " ".join(words)
    return line


# --- amounts ----------------------------------------------------------------------------------------------------------


def _read_amount(line: Line, words: list[str], today: date) -> int:
    found = AMOUNT.match(words[-1])
    if line.amount is not None or not found:
        return 0
    number, unit = found["number"], (found["unit"] or "").lower()
    is_plain = number.isdigit() and not (unit or found["sign"] or found["after"])
    if is_plain and int(number) in YEARS:
        return 0
    if not unit and is_ambiguous(number):
        said = readings(number)
        line.problems.append(TWO_WAYS % said)
        line.amount = Decimal(said["whole"])
        return 1
    value = number_of(number)
    if value is None or value * UNITS.get(unit, 1) >= MOST:
        return 0
    line.amount = value * UNITS.get(unit, 1)
    return 1


# --- days -------------------------------------------------------------------------------------------------------------


def _read_day(line: Line, words: list[str], today: date) -> int:
    if line.close is not None:
        return 0
    last = _plain(words[-1])
    before = _plain(words[-2]) if len(words) > 1 else ""
    for count, day in ((2, _two(before, last, today)), (1, _one(last, today))):
        if day:
            line.close = day
            return count
    return 0


def _plain(word: str) -> str:
    return word.casefold().strip(",")


def _one(word: str, today: date) -> date | None:
    if word in _words("today", pgettext("day", "today")):
        return today
    if word in _words("tomorrow", pgettext("day", "tomorrow")):
        return today + timedelta(days=1)
    if (weekday := _named(word, dates.WEEKDAYS, dates.WEEKDAYS_ABBR)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if found := DOTTED.match(word):
        return _day(found[1], int(found[2]), found[3], today)
    try:
        return date.fromisoformat(word) if len(word) == 10 else None
    except ValueError:
        return None


def _two(before: str, word: str, today: date) -> date | None:
    """``next fri`` is the Friday of the next week; ``24 dec`` and ``dec 24`` the next day of that name."""
    weekday = _named(word, dates.WEEKDAYS, dates.WEEKDAYS_ABBR)
    if weekday is not None and before in _words("next", pgettext("week", "next")):
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    for day, name in ((before, word), (word, before)):
        month = _named(name, dates.MONTHS, dates.MONTHS_3)
        if month is not None and re.fullmatch(r"\d{1,2}\.?", day):
            return _day(day.rstrip("."), month, None, today)
    return None


def _day(day: str, month: int, year: str | None, today: date) -> date | None:
    try:
        if year:
            return date(int(year), month, int(day))
        found = date(today.year, month, int(day))
        return found if found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _words(*words: str) -> set[str]:
    return {word.casefold() for word in words}


ENGLISH = {7: list(calendar.day_name), 12: list(calendar.month_name)[1:]}  # of the C locale, as servers run in


def _named(word: str, long: dict[int, Any], short: dict[int, Any]) -> int | None:
    """The number of a weekday or month by its name, whole or short, in the reader's language or in English."""
    word = word.rstrip(".")
    first = min(long)
    for number, name in enumerate(ENGLISH[len(long)], first):
        ours = {str(long[number]), str(short[number])}
        if word in _words(name, name[:3], *(one.rstrip(".") for one in ours)):
            return number
    return None
