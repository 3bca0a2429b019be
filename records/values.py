"""The values of custom fields: of each type what it takes, how JSON keeps it, and what it is to Python and to people.

Kept are: text, a number, true or false, an instant as ISO text to the millisecond in UTC (so that its text sorts as it
does), a list, an object, of a pointer the id. No value is the absence of the key, never null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from records.text import has_bad_text

STRING, NUMBER, BOOLEAN, DATE = "String", "Number", "Boolean", "Date"
ARRAY, OBJECT, POINTER, CHOICE = "Array", "Object", "Pointer", "Choice"
TYPES = {
    STRING: lazy("Text"),
    NUMBER: lazy("Number"),
    BOOLEAN: lazy("Yes or no"),
    DATE: lazy("Date and time"),
    CHOICE: lazy("Choice"),
    POINTER: lazy("Another record"),
    ARRAY: lazy("List"),
    OBJECT: lazy("Object (JSON)"),
}
SORTED = (STRING, NUMBER, BOOLEAN, DATE, CHOICE)
LONGEST_TEXT = 65_535
LONGEST_JSON = 65_535
DEEPEST = 20
LARGEST = 1e300
FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)  # years that every time zone can show


def stored(kind: str, value: Any) -> Any:
    """``value`` as it is kept; None for no value. Raises ValidationError, in words that say what would be right."""
    if value is None:
        return None
    return STORED[kind](value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("Write text."), code="type")
    if has_bad_text(value):
        raise ValidationError(_("Text cannot hold NUL."), code="text")
    if len(value) > LONGEST_TEXT:
        raise ValidationError(_("At most %(most)s characters."), params={"most": LONGEST_TEXT}, code="max_length")
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValidationError(_("Write a number."), code="type")
    if not math.isfinite(value) or abs(float(value)) > LARGEST:
        raise ValidationError(_("The number is too large."), code="range")
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(_("Write true or false."), code="type")
    return value


def _date(value: Any) -> str:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value[:40])
        except ValueError:
            moment = None
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    if not isinstance(moment, datetime):
        raise ValidationError(_("Write a date and time, as in 2026-03-31T09:30:00Z."), code="type")
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        moment = LAST
    if not FIRST <= moment < LAST:
        raise ValidationError(_("Write a year from 2 to 9998."), code="range")
    return f"{moment.year:04d}{moment:-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _array(value: Any) -> list:
    if not isinstance(value, list):
        raise ValidationError(_("Write a list."), code="type")
    return _json(value)


def _object(value: Any) -> dict:
    if not isinstance(value, dict):
        raise ValidationError(_('Write an object, as in {"a": 1}.'), code="type")
    return _json(value)


def _pointer(value: Any) -> str:
    key = getattr(value, "pk", value)
    if not (isinstance(key, str) and len(key) == 10 and key.isascii() and key.isalnum()):
        raise ValidationError(_("Write the id of a record: ten letters and digits."), code="type")
    return key


STORED = {
    STRING: _text,
    NUMBER: _number,
    BOOLEAN: _boolean,
    DATE: _date,
    ARRAY: _array,
    OBJECT: _object,
    POINTER: _pointer,
    CHOICE: _text,
}


def _json(value: Any) -> Any:
    for depth, one in _parts(value):
        if depth > DEEPEST:
            raise ValidationError(_("It is nested more than %(most)s levels deep."), params={"most": DEEPEST})
        if isinstance(one, str) and has_bad_text(one):
            raise ValidationError(_("Text cannot hold NUL."), code="text")
        if isinstance(one, float) and not math.isfinite(one):
            raise ValidationError(_("The number is too large."), code="range")
        # Whoever reads the row would be handed a key to the file, whoever's it is (parse/rendering.py).
        if isinstance(one, dict) and one.get("__type") == "File":
            raise ValidationError(_("Files cannot be kept within a list or an object."), code="file")
    try:
        length = len(json.dumps(value))
    except (TypeError, ValueError) as error:
        raise ValidationError(_("This cannot be written as JSON."), code="type") from error
    if length > LONGEST_JSON:
        raise ValidationError(_("At most %(most)s characters."), params={"most": LONGEST_JSON}, code="max_length")
    return value


def _parts(value: Any) -> Iterator[tuple[int, Any]]:
    ahead = [(1, value)]
    while ahead:
        depth, one = ahead.pop()
        yield depth, one
        if isinstance(one, dict):
            ahead += [(depth + 1, inner) for pair in one.items() for inner in pair]
        elif isinstance(one, list):
            ahead += [(depth + 1, inner) for inner in one]


def python(kind: str, kept: Any) -> Any:
    """What Python works with: of a date a datetime; all else as it is kept."""
    if kind != DATE or not isinstance(kept, str):
        return kept
    try:
        return datetime.fromisoformat(kept)
    except ValueError:
        return None


def in_words(kind: str, kept: Any) -> str:
    """For people, without markup; of a pointer its id."""
    if kept is None:
        return ""
    if kind == BOOLEAN:
        return _("yes") if kept else _("no")
    if kind == ARRAY and isinstance(kept, list) and all(isinstance(one, str | int | float) for one in kept):
        return ", ".join(str(one) for one in kept)
    return json.dumps(kept, ensure_ascii=False) if isinstance(kept, list | dict) else str(kept)


def local(kept: Any) -> datetime | None:
    """A kept date in the reader's time zone."""
    moment = python(DATE, kept)
    return timezone.localtime(moment) if moment else None
