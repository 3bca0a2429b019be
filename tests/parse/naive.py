"""``where`` once more, naively, over rows as the client got them: what the compiler is compared with."""

from datetime import datetime
from typing import Any

KNOWN = {"objectId", "title", "amount", "stage", "contact", "company", "expectedCloseDate", "notes", "assignedTo",
         "createdAt", "updatedAt"}  # fmt: skip


def matches(row: dict, where: dict) -> bool:
    return all(_clause(row, key, value) for key, value in where.items())


def _clause(row: dict, key: str, value: Any) -> bool:
    if key == "$and":
        return all(matches(row, one) for one in value)
    if key == "$or":
        return any(matches(row, one) for one in value)
    if key == "$nor":
        return not any(matches(row, one) for one in value)
    has = _plain(row.get(key))
    if key not in KNOWN:
        return value == {"$exists": False}
    if not (isinstance(value, dict) and any(name.startswith("$") for name in value)):
        return has == _plain(value)
    return all(_holds(name, has, operand, value) for name, operand in value.items() if name != "$options")


def _holds(name: str, has: Any, operand: Any, constraint: dict) -> bool:
    if name == "$exists":
        return (has is not None) == operand
    if name == "$regex":
        return has is not None and _pattern(has, operand, constraint.get("$options", ""))
    if name in ("$in", "$nin"):
        among = has in [_plain(one) for one in operand]
        return among if name == "$in" else not operand or (has is not None and not among)
    operand = _plain(operand)
    if name in ("$eq", "$ne"):
        return (has == operand) == (name == "$eq")
    if has is None:
        return False
    return {"$lt": has < operand, "$lte": has <= operand, "$gt": has > operand, "$gte": has >= operand}[name]


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
