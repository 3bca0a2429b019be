"""A change set, row by row: what each row was before all of it, and what it was left as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from live.logged import grants, logged, records
from live.models import Change
from live.naming import about, read
from records.models import Record

NEVER_PUT_BACK = frozenset({"updated_at", "readers", "writers", "readers_own", "readers_reach", "search"})


@dataclass
class Fold:
    """``was``: None if the set made the row. ``left``: None if the set deleted it."""

    name: str
    key: str
    record: str
    was: dict[str, Any] | None
    left: dict[str, Any] | None
    is_edited: bool = False

    @cached_property
    def model(self) -> Any:
        return logged()[self.name]

    @property
    def is_record(self) -> bool:
        return self.name in records()

    @property
    def is_grant(self) -> bool:
        return self.name in grants()

    @property
    def is_made(self) -> bool:
        return self.was is None and self.left is not None

    @property
    def is_deleted(self) -> bool:
        return self.was is not None and self.left is None

    @property
    def image(self) -> dict[str, Any]:
        return (self.was if self.left is None else self.left) or {}

    @cached_property
    def columns(self) -> list[models.Field]:
        """Those that an image holds and that can be set."""
        found = self.model._meta.concrete_fields
        return [one for one in found if one.column in self.image and one.column not in NEVER_PUT_BACK]

    @cached_property
    def changed(self) -> list[models.Field]:
        """The columns of a row that was there before and after."""
        if self.was is None or self.left is None:
            return []
        return [one for one in self.columns if self.was.get(str(one.column)) != self.left.get(str(one.column))]

    def old(self, column: models.Field) -> Any:
        return read(column, (self.was or {}).get(str(column.column)))

    def new(self, column: models.Field) -> Any:
        return read(column, (self.left or {}).get(str(column.column)))

    @property
    def title(self) -> str:
        """As the record calls itself, told by its image alone."""
        values = {one.attname: read(one, self.image[str(one.column)]) for one in self.columns}
        return str(self.model(**values))


def fold(changes: Iterable[Change]) -> list[Fold]:
    """``changes``: of one set, the oldest first, touches included: they tell who could write a row before."""
    folds: dict[tuple[str, str], Fold] = {}
    for change in changes:
        one = folds.get((change.model, change.key))
        if one is None:
            was = None if change.op == "insert" else change.old_row
            one = Fold(change.model, change.key, change.record, was, change.after)
            folds[change.model, change.key] = one
        one.left = change.after
        one.is_edited |= change.op != "touch"
    return list(folds.values())


class Folds:
    """The rows of a set, by what became of them. What is gone as it was, and what was only touched, is in none."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.all = fold(changes)
        done = [one for one in self.all if one.is_edited]
        self.made = [one for one in done if one.is_made]
        self.deleted = [one for one in done if one.is_deleted]
        self.edited = [one for one in done if one.changed]
        self.by_record = {one.key: one for one in self.all if one.is_record}

    def __iter__(self):
        return iter([*self.made, *self.deleted, *self.edited])

    def deleted_keys(self) -> set[str]:
        return {one.key for one in self.deleted if one.is_record}

    def follows(self, one: Fold) -> bool:
        """Whether it happened only because another record was deleted: the rights to that one are enough for it."""
        gone = self.deleted_keys()
        if one.is_grant:
            return one.is_deleted and one.record in gone
        if one.is_deleted:
            target = about(one.was or {})
            return target is not None and target[1] in gone
        return bool(one.changed) and all(self._was_cut(one, column, gone) for column in one.changed)

    def _was_cut(self, one: Fold, column: models.Field, gone: set[str]) -> bool:
        remote = column.remote_field and column.remote_field.model
        is_pointer = isinstance(remote, type) and issubclass(remote, Record)
        return is_pointer and one.new(column) is None and one.old(column) in gone

    def only(self, key: str) -> Folds:
        """The part that has to do with one deleted record."""
        kept = Folds(())
        kept.all = [one for one in self.all if one.record == key or self._hangs_on(one, key)]
        keys = {one.key for one in kept.all if one.is_record and one.is_deleted}
        kept.all += [one for one in self.all if one.is_grant and one.record in keys and one not in kept.all]
        kept.deleted = [one for one in kept.all if one.is_edited and one.is_deleted]
        kept.edited = [one for one in kept.all if one.is_edited and one.changed and one.key != key]
        kept.by_record = {one.key: one for one in kept.all if one.is_record}
        return kept

    def _hangs_on(self, one: Fold, key: str) -> bool:
        if one.is_deleted and one.is_record:
            target = about(one.was or {})
            return target is not None and target[1] == key
        return bool(one.changed) and all(self._was_cut(one, column, {key}) for column in one.changed)
