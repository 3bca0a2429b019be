"""The log for integrators: what happened since a cursor to the records that the caller may see, without a gap."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.principals import rights_of
from live import naming
from live.feed import BadCursor, Cursor, changes_since
from live.logged import KEPT, records
from live.models import Change
from live.sight import Sight
from live.undo import DAYS
from records.fields import shown_fields

KINDS = ("created", "changed", "deleted", "gained", "lost")


@dataclass(frozen=True)
class Happening:
    """What one transaction did to one record, as the caller sees it.

    ``gained``: it can be seen from now on. ``lost``: it cannot any more. ``changes``: by field, before and after; empty
    for what is gone. ``who``: None where nobody was signed in.
    """

    kind: str
    model: str
    key: str
    at: datetime
    who: str | None
    face: str
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def written(cursor: Cursor) -> str:
    """As programs keep it, with the day on which it was given: the log is not kept for ever."""
    return base64.urlsafe_b64encode(f"{cursor};{int(time.time())}".encode()).decode().rstrip("=")


def read(text: str) -> Cursor:
    """Raises BadCursor: for what is none, and for one that is so old that the log may not reach back to it."""
    try:
        cursor, _, given = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().rpartition(";")
        age = time.time() - int(given)
    except (binascii.Error, ValueError) as error:
        raise BadCursor(text[:100]) from error
    if not 0 <= age + 60 < DAYS * 86_400:
        raise BadCursor(text[:100])
    return Cursor.parse(cursor)


def happenings(user: Any, cursor: Cursor, limit: int) -> tuple[list[Happening], Cursor, bool]:
    """Of at most ``limit`` changes in the log; the cursor after them; whether there may be more. Raises BadCursor.

    A record is told of as it was then only to who may see it now.
    """
    changes, after = changes_since(cursor, limit)
    steps = [step for step in _steps(changes) if step[0].model in records()]
    seen = _Seen(user, steps)
    found = [happening for step in steps if (happening := seen.happening(*step))]
    return found, after, len(changes) == limit


def _steps(changes: Iterable[Change]) -> list[tuple[Change, Change]]:
    """The first and the last change of each row in each transaction."""
    steps: dict[tuple[Any, str, str], tuple[Change, Change]] = {}
    for change in changes:
        which = change.xid, change.model, change.key
        begun = steps.pop(which, None)
        steps[which] = (begun[0] if begun else change), change
    return list(steps.values())


class _Seen:
    """Asks once for each class which of its records the caller sees now."""

    def __init__(self, user: Any, steps: list[tuple[Change, Change]]) -> None:
        rights = rights_of(user)
        self.sights: dict[str, Sight] = {}
        self.now: dict[str, set[str]] = {}
        for name, model in records().items():
            keys = {last.key for _, last in steps if last.model == name}
            self.sights[name] = Sight(rights, f"{model._meta.app_label}.view_{name}")
            visible = model.objects.visible_to(user).filter(pk__in=keys)
            self.now[name] = set(visible.values_list("pk", flat=True)) if keys else set()

    def happening(self, first: Change, last: Change) -> Happening | None:
        sight, is_seen_now = self.sights[last.model], last.key in self.now[last.model]
        old, new = first.old_row if first.op != "insert" else None, last.after
        saw, sees = (row is not None and sight.sees(row.get("readers") or []) for row in (old, new))
        if sees and is_seen_now:
            changes = dict(_changes(last.model, old if saw else None, new or {}))
            kind = "changed" if saw else "created" if old is None else "gained"
            return self._told(kind, last, changes) if changes else None
        if saw and not sees:
            return self._told("deleted" if new is None else "lost", last, {})
        return None

    def _told(self, kind: str, last: Change, changes: dict[str, tuple[Any, Any]]) -> Happening:
        return Happening(kind, last.model, last.key, last.at, last.actor, last.face, changes)


def _changes(name: str, old: dict[str, Any] | None, new: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """By the names of the REST API. Of a record that the caller did not see before: all that it holds."""
    was = old or {}
    if naming.about(was) != naming.about(new):
        yield "related_to", (_reference(was), _reference(new))
    for column in records()[name]._meta.concrete_fields:
        kept = str(column.column)
        if column.name in KEPT or column.name in ("related_type", "related_id", "search"):
            continue
        if column.name == "custom":
            yield from _added(name, *(naming.read(column, row.get(kept)) or {} for row in (was, new)))
        elif was.get(kept) != new.get(kept):
            yield column.name, (was.get(kept), new.get(kept))


def _added(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The custom fields that history tells of too."""
    for one in shown_fields(name):
        if old.get(one.key) != new.get(one.key):
            yield one.api_name, (old.get(one.key), new.get(one.key))


def _reference(row: dict[str, Any]) -> str | None:
    target = naming.about(row)
    return f"{target[0]._meta.model_name}:{target[1]}" if target else None
