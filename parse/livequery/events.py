"""Which event a change is to whom. Before and after it a row matches or not, and is seen or not: that decides."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from live.follower import Entry
from parse.classes import CLASSES, NAMES, ParseClass
from parse.livequery.groups import Group
from parse.livequery.holders import Holder
from parse.livequery.images import Image
from parse.livequery.subscriptions import Subscription, limited

BREATH = 50  # messages


@dataclass
class Step:
    """What one transaction did to one row, from the first of its changes to the last."""

    parse_class: ParseClass
    first: Entry
    last: Entry

    @property
    def seqs(self) -> tuple[int, ...]:
        return (self.first.seq,) if self.first is self.last else (self.first.seq, self.last.seq)


def steps_of(entries: list[Entry]) -> list[Step]:
    """In the order of their last changes: who shares a new row, or deletes one with its grants, does one thing."""
    steps: dict[tuple[str, str, str], Step] = {}
    for entry in entries:
        which = entry.xid, entry.model, entry.key
        begun = steps.pop(which, None)
        steps[which] = Step(CLASSES[NAMES[entry.model]], begun.first if begun else entry, entry)
    return list(steps.values())


class Event:
    """One step, with the row before and after it; None where there was none."""

    def __init__(self, step: Step, before: Image | None, after: Image | None) -> None:
        self.parse_class = step.parse_class
        self.xid = int(step.last.xid)
        self.before, self.after = before, after
        self.is_same = before is not None and after is not None and before.text == after.text
        self._bare = orjson.dumps({"className": step.parse_class.name, "objectId": step.last.key}).decode()
        self._told = 0
        self._seen: dict[Holder, tuple[bool, bool]] = {}
        self._tails: dict[tuple[Any, ...], str] = {}
        self._rows: dict[str, dict[str, Any]] = {}

    async def deliver(self) -> None:
        """Lets others have their turn after each few messages."""
        groups = (self.before.groups if self.before else set()) | (self.after.groups if self.after else set())
        for group in sorted(groups, key=lambda one: one.number):
            for holder, subscriptions in list(group.subscribers.items()):
                kind = self._kind(group, holder)
                if kind is None:
                    continue
                for subscription in list(subscriptions):
                    if holder.is_alive and subscription.group is group and self.xid not in subscription.since:
                        self._tell(subscription, kind, *self._sees(holder))
                        self._told += 1
                        if self._told % BREATH == 0:
                            await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _kind(self, group: Group, holder: Holder) -> str | None:
        saw, sees = self._sees(holder)
        was = saw and self.before is not None and group in self.before.groups
        now = sees and self.after is not None and group in self.after.groups
        if was and now:
            return None if self.is_same else "update"
        if was:
            return "delete" if self.after is None else "leave"
        if now:
            return "create" if self.before is None else "enter"
        return None

    def _sees(self, holder: Holder) -> tuple[bool, bool]:
        """The row before, the row after: by the readers of each, and the rights of now."""
        if holder not in self._seen:
            sight = holder.sight(self.parse_class)
            both = (self.before, self.after)
            saw, sees = (image is not None and sight.sees(image.readers) for image in both)
            self._seen[holder] = saw, sees
        return self._seen[holder]

    def _tell(self, subscription: Subscription, kind: str, saw: bool, sees: bool) -> None:
        if subscription.watch and kind in ("update", "create") and not self._is_changed(subscription.watch):
            return
        told = kind, saw, sees, subscription.keys
        if told not in self._tails:
            self._tails[told] = self._tail(*told)
        subscription.tell(kind, self._tails[told])

    def _tail(self, kind: str, saw: bool, sees: bool, keys: tuple[str, ...] | None) -> str:
        if kind == "leave" and not sees:
            return f',"object":{self._bare}}}'  # no word more of what may not be read
        row = self._text(self.before if kind == "delete" else self.after, keys)
        with_original = kind in ("update", "leave") or (kind == "enter" and saw)
        original = f',"original":{self._text(self.before, keys)}' if with_original else ""
        return f',"object":{row}{original}}}'

    def _text(self, image: Image | None, keys: tuple[str, ...] | None) -> str:
        assert image is not None  # noqa: S101 - each kind of event has the rows that it tells of
        return limited(f'{{"className":"{self.parse_class.name}",{image.text[1:]}', keys)

    def _is_changed(self, watch: tuple[str, ...]) -> bool:
        before, after = self._row(self.before), self._row(self.after)
        return any(before.get(name) != after.get(name) for name in watch)

    def _row(self, image: Image | None) -> dict[str, Any]:
        if image is None:
            return {}
        if image.text not in self._rows:
            self._rows[image.text] = orjson.loads(image.text)
        return self._rows[image.text]
