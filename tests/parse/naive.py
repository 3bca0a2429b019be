"""``where`` once more, naively, over rows as the client got them: what the compiler is compared with.

As in SQL, three things can be said of a row: it matches, it does not, or (None) that is not known for want of a value.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

KNOWN = {"objectId", "title", "amount", "stage", "contact", "company", "expectedCloseDate", "notes", "assignedTo",
         "createdAt", "updatedAt"}  # fmt: skip


def matches(row: dict, where: dict) -> bool:
    return _matches(row, where) is True


def _matches(row: dict, where: dict) -> bool | None:
    return _all(_clause(row, key, value) for key, value in where.items())


def _all(said: Iterable[bool | None]) -> bool | None:
    found = set(said)
    return False if False in found else None if None in found else True


def _not(said: bool | None) -> bool | None:
    return None if said is None else not said


def _any(said: Iterable[bool | None]) -> bool | None:
    return _not(_all(_not(one) for one in said))


def _clause(row: dict, key: str, value: Any) -> bool | None:
    if key == "$and":
        return _all(_matches(row, one) for one in value)
    if key in ("$or", "$nor"):
        found = _any(_matches(row, one) for one in value)
        return found if key == "$or" else _not(found)
    has = _plain(row.get(key))
    if key not in KNOWN:
        return value == {"$exists": False}
    if not (isinstance(value, dict) and any(name.startswith("$") for name in value)):
        return _equal(has, _plain(value))
    return _all(_holds(name, has, operand, value) for name, operand in value.items() if name != "$options")


def _equal(has: Any, wanted: Any) -> bool | None:
    return None if has is None and wanted is not None else has == wanted


def _holds(name: str, has: Any, operand: Any, constraint: dict) -> bool | None:
    if name == "$exists":
        return (has is not None) == operand
    if name == "$regex":
        return None if has is None else _pattern(has, operand, constraint.get("$options", ""))
    if name in ("$in", "$nin"):
        return _among(name, has, operand)
    operand = _plain(operand)
    if name == "$eq":
        return _equal(has, operand)
    if name == "$ne":
        return has != operand
    if has is None:
        return None
    return {"$lt": has < operand, "$lte": has <= operand, "$gt": has > operand, "$gte": has >= operand}[name]


def _among(name: str, has: Any, operand: list) -> bool | None:
    values = [_plain(one) for one in operand if one is not None]
    found = None if has is None and values else has in values
    if name == "$in":
        return found
    return _all([_not(found), has is not None]) if None in operand else _not(found)


def _pattern(has: str, source: str, options: str) -> bool:
    start, end = source.startswith("^"), source.endswith("$")
    word = source.removeprefix("^").removesuffix("$").removeprefix(r"\Q").removesuffix(r"\E")
    if "i" in options:
        has, word = has.lower(), word.lower()
    if start and end:
        return has == word
    return has.startswith(word) if start else has.endswith(word) if end else word in has


def _plain(value: Any) -> Any:
    """Comparable: an instant for a date, the id for a pointer."""
    if isinstance(value, dict) and value.get("__type") == "Pointer":
        return value["objectId"]
    text = value.get("iso") if isinstance(value, dict) and value.get("__type") == "Date" else value
    if isinstance(text, str) and text.endswith("Z") and text[4:5] == "-":
        return datetime.fromisoformat(text)
    return text
