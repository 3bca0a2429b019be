"""What happened to a record: who changed which field from what to what, when, and through which face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import EVERYONE, User
from live import added
from live.logged import KEPT, grants, logged
from live.models import Change
from live.naming import Names, Pointer, about, label, pointer, read, words
from records.models import Record

ROWS = 4  # of the log for an entry, on average, at most: a new record comes with the grant of its creator
NEWEST = 30  # entries that are looked through for who changed a field
KINDS = {
    "created": gettext_lazy("added this"),
    "moved": gettext_lazy("moved this"),
    "edited": gettext_lazy("changed this"),
    "shared": gettext_lazy("changed who may see this"),
    "deleted": gettext_lazy("deleted this"),
}
FACES = {
    "page": "",
    "api": gettext_lazy("through the REST API"),
    "mcp": gettext_lazy("through an AI agent"),
    "parse": gettext_lazy("through a Parse client"),
    "admin": gettext_lazy("in the administration"),
    "command": gettext_lazy("by a command"),
    "sql": gettext_lazy("in the database"),
}


@dataclass(frozen=True)
class FieldChange:
    """``before`` and ``after``: in words for the reader, empty for nothing. ``old`` and ``new``: for programs."""

    name: str
    label: str
    before: str
    after: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Entry:
    """Everything that one request (or transaction of a command) did to the record.

    ``who``: None where nobody was signed in. ``kind``: created, moved (to another stage), edited, shared (grants given
    or taken) or deleted.
    """

    key: str
    at: datetime
    who: User | None
    face: str
    kind: str
    changes: list[FieldChange] = field(default_factory=list)
    change_set: str | None = None
    seq: int = 0

    @property
    def who_name(self) -> str:
        return str(self.who) if self.who else _("Somebody")

    @property
    def did(self) -> str:
        return str(KINDS[self.kind])

    @property
    def through(self) -> str:
        """Empty for the pages, by which most is done."""
        return str(FACES.get(self.face, self.face))


@dataclass(frozen=True)
class Stay:
    """How long a deal was in a stage. ``until``: None for the one that it is in."""

    value: str
    name: str
    since: datetime
    until: datetime | None
    who: User | None

    @property
    def lasted(self) -> timedelta:
        return (self.until or timezone.now()) - self.since


def entries(record: Record, user: Any, before: datetime | int | None = None, limit: int = 50) -> list[Entry]:
    """The newest first, at most ``limit``: before a moment, or before the ``seq`` of an entry.

    ``record`` was fetched through ``user``: who sees it sees its history. As many statements as there are classes
    among what its fields point to, and one. What was made before there was a log begins with an entry all the same.
    """
    found = Change.objects.edits().filter(record=record.pk)
    if before is not None:
        found = found.filter(at__lt=before) if isinstance(before, datetime) else found.filter(seq__lt=before)
    wanted = ROWS * (limit + 1)
    rows = list(found[:wanted])
    groups = [list(group) for _, group in groupby(rows, lambda change: change.change_set or change.xid)]
    is_whole = len(rows) < wanted
    if not is_whole and len(groups) > 1:
        groups.pop()  # perhaps not all of it
    names = Names(user, [*_pointers(rows), *_people(record)])
    made = list(_made(groups, record, names))
    if is_whole and len(made) < limit and _lacks_beginning(record, before, rows):
        who = names.row(User, record.created_by_id)
        made.append(Entry(f"made-{record.pk}", record.created_at, who, "page", "created"))
    return made[:limit]


def who_changed(record: Record, user: Any) -> dict[str, str]:
    """By the names of fields: who was the last to change each, as far as the newest entries tell."""
    who: dict[str, str] = {}
    for entry in entries(record, user, limit=NEWEST):
        for change in entry.changes:
            who.setdefault(change.name, entry.who_name)
    return who


def _lacks_beginning(record: Record, before: datetime | int | None, rows: list[Change]) -> bool:
    """Whether the log, read to its end, does not say that the record was made."""
    if any(change.op == "insert" and change.key == record.pk for change in rows):
        return False
    if isinstance(before, datetime) and record.created_at >= before:
        return False
    if rows or before is None:
        return True
    return not Change.objects.filter(record=record.pk, key=record.pk, op="insert").exists()


def _made(groups: Iterable[list[Change]], record: Record, names: Names) -> Iterator[Entry]:
    for group in groups:
        own = [change for change in group if change.key == record.pk]
        ops = {change.op for change in own}
        changes = [*edits(own, names), *_sharing(group, names)]
        if "insert" in ops:
            kind, changes = "created", []
        elif "delete" in ops:
            kind, changes = "deleted", []
        elif not changes:
            continue
        elif any(change.name == "stage" for change in changes):
            kind = "moved"
        else:
            kind = "edited" if any(change.name != "access" for change in changes) else "shared"
        first = group[-1]
        who = names.row(User, first.actor)
        yield Entry(f"change-{first.seq}", first.at, who, first.face, kind, changes, first.change_set, first.seq)


def edits(own: list[Change], names: Names) -> Iterator[FieldChange]:
    """Of several updates in a row what was before the first and after the last. ``own``: the newest first."""
    updates = [change for change in own if change.op == "update"]
    if not updates:
        return
    model = logged()[updates[0].model]
    old: dict[str, Any] = {}
    for change in updates:
        old |= change.before or {}
    new = updates[0].after or {}
    changed = {name for name, value in old.items() if new.get(name) != value} - KEPT
    if changed & {"related_id", "related_type_id"}:
        was, becomes = about({**new, **old}), about(new)
        yield FieldChange(
            "related_to", _("About"), _named(was, names), _named(becomes, names), *map(_reference, (was, becomes))
        )
    for column in model._meta.concrete_fields:
        if column.name == "custom" and "custom" in changed:
            both = read(column, old["custom"]), read(column, new.get("custom"))
            yield from (FieldChange(*one) for one in added.told(model, *both, names))
        elif column.column in changed and column.name not in ("related_type", "related_id", "custom"):
            before, after = old[column.column], new.get(column.column)
            both = words(column, before, names), words(column, after, names)
            yield FieldChange(column.name, label(column), *both, before, after)


def _named(target: Pointer | None, names: Names) -> str:
    return names.of(*target) if target else ""


def _reference(target: Pointer | None) -> str | None:
    return f"{target[0]._meta.model_name}:{target[1]}" if target else None


def _sharing(group: list[Change], names: Names) -> Iterator[FieldChange]:
    """What each holder might before, and may now."""
    held: dict[tuple[str, str], list[set[str]]] = {}
    for change in reversed([change for change in group if change.model in grants()]):
        row, level = change.row, _level(change.row, names)
        column = "user_id" if "user_id" in row else "group_id"
        gone, given = held.setdefault((column, str(row[column])), [set(), set()])
        for mine, other in ((gone, given),) if change.op == "delete" else ((given, gone),):
            other.discard(level) if level in other else mine.add(level)
    for (column, key), (gone, given) in held.items():
        if gone or given:
            name = names.of(User, key) if column == "user_id" else _role(names.row(Group, key))
            both = [", ".join(sorted(levels)) for levels in (gone, given)]
            holder = {column.removesuffix("_id"): key}
            stored = [{**holder, "may": words} if words else None for words in both]
            yield FieldChange("access", _("Access of %(who)s") % {"who": name}, *both, *stored)


def _role(role: Group | None) -> str:
    if role is None:
        return _("a role that is gone")
    if role.name == EVERYONE:
        return _("everyone who is signed in")
    return _("all with the role %(role)s") % {"role": role.name}


def _level(row: dict[str, Any], names: Names) -> str:
    permission = names.row(Permission, row["permission_id"])
    if permission and permission.codename.startswith("overwrite_"):
        return _("write without reading")
    return _("read and write") if permission and permission.codename.startswith("change_") else _("read")


def _people(record: Record) -> list[Pointer]:
    return [(User, record.created_by_id)] if record.created_by_id else []


def _pointers(rows: list[Change]) -> Iterator[Pointer]:
    """Everything that the words for these changes will name."""
    models_by_name = logged()
    for change in rows:
        if change.actor:
            yield User, change.actor
        if change.op == "update":
            yield from _pointers_of_update(models_by_name[change.model], change)
        elif change.model in grants():
            row = change.row
            yield Permission, str(row["permission_id"])
            yield (User, row["user_id"]) if "user_id" in row else (Group, str(row["group_id"]))


def _pointers_of_update(model: type[models.Model], change: Change) -> Iterator[Pointer]:
    before, after = change.before or {}, change.after or {}
    for column in model._meta.concrete_fields:
        if column.column in before and column.remote_field and column.remote_field.model is not ContentType:
            found = [pointer(column, image.get(column.column)) for image in (before, after)]
            yield from filter(None, found)
    if "custom" in before:
        yield from added.pointers(model, before["custom"], after.get("custom"))
    if "related_id" in before:
        yield from filter(None, [about({**after, **before}), about(after)])


def stays(record: Record, user: Any, name: str = "stage") -> list[Stay]:
    """The values of one column over time, the first one first, with who set it: of a deal, its stages."""
    column: Any = record._meta.get_field(name)
    moves = Change.objects.filter(record=record.pk, model=record._meta.model_name)
    moves = moves.filter(models.Q(op="insert") | models.Q(op="update", before__has_key=column.column)).order_by("seq")
    seen: list[tuple[Any, datetime, str | None]] = []
    for change in moves:
        if not seen and change.op == "update":
            seen.append(((change.before or {})[column.column], record.created_at, record.created_by_id))
        seen.append(((change.after or {})[column.column], change.at, change.actor))
    if not seen:
        seen.append((getattr(record, column.attname), record.created_at, record.created_by_id))
    wanted = [target for value, _, _ in seen if (target := pointer(column, value))]
    names = Names(user, [*wanted, *((User, who) for _, _, who in seen if who)])
    ends = [*(since for _, since, _ in seen[1:]), None]
    return [
        Stay(str(value), words(column, value, names), since, until, names.row(User, who))
        for (value, since, who), until in zip(seen, ends, strict=True)
    ]
