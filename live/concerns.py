"""What a change in the log concerns: the records whose pages show it, and who may hear of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType

from accounts.principals import Rights
from live.logged import records
from live.sight import Sight
from records.models import Record

NAMES = {"name", "title"}  # columns that other records show of this one


@lru_cache
def kinds() -> dict[int, str]:
    """The classes that an activity may be about, by what it keeps of them. Asks the database, once."""
    found = ContentType.objects.get_for_models(*records().values())
    return {kind.pk: str(model._meta.model_name) for model, kind in found.items()}


@lru_cache
def pointers(name: str) -> tuple[tuple[str, str], ...]:
    """The columns of a class that point to records, and the class they point to; none of what is no class."""
    columns = records()[name]._meta.concrete_fields if name in records() else []
    found = [(str(one.column), one.remote_field.model) for one in columns if one.remote_field]
    return tuple((column, str(to._meta.model_name)) for column, to in found if issubclass(to, Record))


@lru_cache(maxsize=2_000)
def sight(rights: Rights, name: str) -> Sight:
    return Sight(rights, f"{records()[name]._meta.app_label}.view_{name}")


def is_read_by(rights: Rights, name: str, readers: Collection[str]) -> bool:
    return sight(rights, name).sees(readers)


def seen_beside(reference: str, user: Any) -> frozenset[str] | None:
    """What a record points to; None where ``user`` does not see the record."""
    name, _, key = reference.partition(":")
    row = records()[name].objects.visible_to(user).filter(pk=key).values().first()
    return None if row is None else frozenset(_pointed(name, row))


def _pointed(name: str, image: dict[str, Any]) -> Iterator[str]:
    for column, to in pointers(name):
        if image.get(column):
            yield f"{to}:{image[column]}"
    if image.get("related_id") and image.get("related_type_id") in kinds():
        yield f"{kinds()[image['related_type_id']]}:{image['related_id']}"


class Concern:
    """What one transaction did to one row, read once for all who may have to hear of it."""

    def __init__(self, entries: Sequence[Any]) -> None:
        """``entries``: of the log, in their order."""
        self._entries, last = entries, entries[-1]
        self.name, self.key = last.model, last.key
        self.actor, self.change_set = last.actor, last.change_set
        self._row = last.after

    @classmethod
    def all_of(cls, entries: Iterable[Any]) -> list[Concern]:
        """Whoever loses one right and gets another at once lost nothing: so not entry by entry."""
        found: dict[tuple[Any, str, str], list[Any]] = {}
        for entry in entries:
            which = entry.xid, entry.model, entry.key
            found[which] = [*found.pop(which, ()), entry]
        return [cls(one) for one in found.values()]

    @property
    def own(self) -> str:
        return f"{self.name}:{self.key}"

    @cached_property
    def is_record(self) -> bool:
        return self.name in records()

    @cached_property
    def images(self) -> list[dict[str, Any]]:
        """The row as it was and as it is, and in between, as far as there is one."""
        found = []
        for entry in self._entries:
            found += [entry.before] if entry.op == "delete" else [entry.old_row, entry.after]
        return [image for image in found if image]

    @cached_property
    def readers(self) -> frozenset[str]:
        """Before and after: who lost sight of it has to hear of that."""
        return frozenset(reader for image in self.images for reader in image.get("readers") or ())

    @cached_property
    def moved_readers(self) -> bool:
        return any("readers" in (entry.before or {}) for entry in self._entries)

    @cached_property
    def renamed(self) -> bool:
        updates = [entry.before or {} for entry in self._entries if entry.op == "update"]
        return any(not NAMES.isdisjoint(before) for before in updates)

    @cached_property
    def records(self) -> frozenset[str]:
        """Whose pages show the row: its own, and those of what it points to or is about."""
        return frozenset([self.own, *(one for image in self.images for one in _pointed(self.name, image))])

    def may_be_seen(self, rights: Rights) -> bool:
        """The row as it is now."""
        return bool(self._row) and is_read_by(rights, self.name, self._row.get("readers") or ())

    @cached_property
    def _told(self) -> dict[Rights, bool]:
        return {}

    def may_be_told(self, rights: Rights) -> bool:
        if rights not in self._told:
            self._told[rights] = is_read_by(rights, self.name, self.readers)
        return self._told[rights]
