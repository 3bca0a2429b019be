"""The distinct questions of all subscriptions of a process: each is asked once of a change, however many ask it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.principals import seen_of_fields
from parse.classes import ParseClass
from parse.livequery.conditions import Condition

if TYPE_CHECKING:
    from parse.livequery.holders import Holder
    from parse.livequery.subscriptions import Subscription

TOGETHER = 64  # conditions in one statement: a new one costs the planning of so many
MOST_WEIGHT = 5_000  # of the distinct questions of a process; a long one weighs more
LONG = 2_000  # characters
MOST_SLOW = 100  # questions with patterns: they share one second for each batch


@dataclass(eq=False)
class Group:
    """The subscriptions with one class and one ``where``, by who asks."""

    parse_class: ParseClass
    key: bytes
    condition: Condition
    number: int  # in the order in which they were first asked
    subscribers: dict[Holder, list[Subscription]] = field(default_factory=dict)

    def add(self, subscription: Subscription) -> None:
        self.subscribers.setdefault(subscription.holder, []).append(subscription)

    def remove(self, subscription: Subscription) -> None:
        those = self.subscribers.get(subscription.holder, [])
        if subscription in those:
            those.remove(subscription)
        if not those:
            self.subscribers.pop(subscription.holder, None)

    def __post_init__(self) -> None:
        self.weight = 1 + len(self.condition.sql) // LONG
        self.is_slow = self.condition.is_slow

    def __iter__(self) -> Iterator[Subscription]:
        return itertools.chain.from_iterable(list(self.subscribers.values()))


class Chunk:
    """Groups that are asked about in one statement. ``name``: of that statement, None while it has to be written."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.name: str | None = None
        self.asked: tuple[Group, ...] = ()  # in the order of the statement

    def is_open_to(self, group: Group) -> bool:
        if not self.groups:
            return True
        return not (group.is_slow or self.groups[0].is_slow) and len(self.groups) < TOGETHER


class ClassGroups:
    """Of one class."""

    def __init__(self, parse_class: ParseClass) -> None:
        self.parse_class = parse_class
        self.by_key: dict[bytes, Group] = {}
        self.chunks: list[Chunk] = []
        self.rows: str | None = None  # the name of the statement that reads the images
        self.fields = seen_of_fields()  # the definitions of added fields that all of it was compiled with

    @property
    def number_of_slow(self) -> int:
        return sum(chunk.groups[0].is_slow for chunk in self.chunks if chunk.groups)

    def add(self, group: Group) -> None:
        self.by_key[group.key] = group
        chunk = self.chunks[-1] if self.chunks else None
        if chunk is None or not chunk.is_open_to(group):
            chunk = next((one for one in self.chunks if one.is_open_to(group)), None) or self._new()
        chunk.groups.append(group)
        chunk.name = None

    def _new(self) -> Chunk:
        self.chunks.append(Chunk())
        return self.chunks[-1]

    def remove(self, group: Group) -> None:
        if self.by_key.get(group.key) is not group:
            return
        del self.by_key[group.key]
        for chunk in self.chunks:
            if group in chunk.groups:
                chunk.groups.remove(group)
                chunk.name = None
        self.chunks = [chunk for chunk in self.chunks if chunk.groups]

    def part(self, chunk: Chunk) -> None:
        """Each group of it into a chunk of its own: one of them makes the statement fail."""
        self.chunks.remove(chunk)
        for group in chunk.groups:
            alone = self._new()
            alone.groups.append(group)

    def forget_statements(self) -> None:
        """They were prepared on a connection that is gone."""
        self.rows = None
        for chunk in self.chunks:
            chunk.name = None


class Groups:
    """Of all classes."""

    def __init__(self) -> None:
        self.by_class: dict[str, ClassGroups] = {}
        self.weight = self.slow = 0
        self._numbers = itertools.count()

    def find(self, parse_class: ParseClass, key: bytes) -> Group | None:
        found = self.by_class.get(parse_class.name)
        return found.by_key.get(key) if found else None

    def add(self, subscription: Subscription, parse_class: ParseClass, condition: Condition) -> None:
        """``condition``: used where the subscription is the first to ask so."""
        of_class = self.by_class.setdefault(parse_class.name, ClassGroups(parse_class))
        group = of_class.by_key.get(subscription.key)
        if group is None:
            group = Group(parse_class, subscription.key, condition, next(self._numbers))
            of_class.add(group)
            self._count(group, 1)
        group.add(subscription)
        subscription.group = group

    def remove(self, subscription: Subscription) -> None:
        group = subscription.group
        if group is None:
            return
        subscription.group = None
        group.remove(subscription)
        of_class = self.by_class[group.parse_class.name]
        if not group.subscribers and of_class.by_key.get(group.key) is group:
            of_class.remove(group)
            self._count(group, -1)
            if not of_class.by_key:
                del self.by_class[group.parse_class.name]

    def _count(self, group: Group, sign: int) -> None:
        self.weight += sign * group.weight
        self.slow += sign * group.is_slow

    def has_room_for(self, condition: Condition) -> bool:
        """Asked of each new question."""
        return self.weight < MOST_WEIGHT and not (condition.is_slow and self.slow >= MOST_SLOW)

    def statements(self) -> set[str]:
        """The names of those in use."""
        chunks = [chunk for of_class in self.by_class.values() for chunk in of_class.chunks]
        names = {chunk.name for chunk in chunks} | {of_class.rows for of_class in self.by_class.values()}
        return {name for name in names if name}

    def forget_statements(self) -> None:
        for of_class in self.by_class.values():
            of_class.forget_statements()
