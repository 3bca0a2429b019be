"""What happened to a field that an administrator added: who made it, renamed it, hid it, deleted it, and when."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from accounts.models import User
from live.history import Entry, edits
from live.logged import FIELD
from live.models import Change
from live.naming import Names

ROWS = 200  # of the log, at most
OWN = {"index_state", "deleted_at"}  # columns that nobody writes by hand


def field_entries(key: str, user: Any) -> list[Entry]:
    """The newest first; what jobs did for its index is left out. Two statements. Also of a field that is deleted."""
    changes = list(Change.objects.edits().filter(model=FIELD, record=key)[:ROWS])
    names = Names(user, [(User, change.actor) for change in changes if change.actor])
    return list(_entries(changes, names))


def _entries(changes: list[Change], names: Names) -> Iterator[Entry]:
    for _, found in groupby(changes, lambda change: change.change_set or change.xid):
        group = list(found)
        told = [one for one in edits(group, names) if one.name not in OWN]
        kind = _kind(group)
        if kind == "edited" and not told:
            continue
        one, who = group[-1], names.row(User, group[-1].actor)
        seen = told if kind == "edited" else []
        yield Entry(f"change-{one.seq}", one.at, who, one.face, kind, seen, one.change_set, one.seq)


def _kind(group: list[Change]) -> str:
    if any(change.op == "insert" for change in group):
        return "created"
    is_deleted = any("deleted_at" in (change.before or {}) for change in group)
    return "deleted" if is_deleted else "edited"
