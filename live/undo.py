"""Taking a change set back: deletes what it made, restores what it deleted, sets back the columns that it changed.

Who made it may, for thirty days, as far as they may still write the rows (docs/decisions on the change log). Nothing
that somebody wrote since is lost: then it is refused, with what stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from live import added
from live.folding import Fold, Folds
from live.logged import FIELD, logged, records
from live.models import Change, Undoing
from live.naming import Names, Pointer, about, label, pointer, words
from records.models import Record
from records.transactions import explicit_acl

DAYS = 30
LOCKED = ("deal", "contact", "company", "activity")  # in the order of records/access.py
RESTORED = ("company", "contact", "deal", "activity")  # what is pointed to before what points


@dataclass(frozen=True)
class Conflict:
    """A field that somebody changed since: what the set had written, what stands there, who wrote that and when."""

    record: str
    label: str
    yours: str
    theirs: str
    who: User | None
    at: datetime | None


class NotTakenBack(Exception):
    """``status``: 403 where one may not any more, 409 where something stands in the way."""

    def __init__(self, reason: str, conflicts: Iterable[Conflict] = (), status: int = 409) -> None:
        super().__init__(reason)
        self.reason = reason
        self.conflicts = list(conflicts)
        self.status = status


def own_changes(change_set: str, user: Any) -> list[Change]:
    """Of a set of the user's own, the oldest first; empty for another's, which reads as if there were none."""
    changes = list(Change.objects.filter(change_set=change_set).order_by("seq"))
    return changes if changes and all(change.actor == user.pk for change in changes) else []


def is_undone(change_set: str) -> bool:
    """Whether the set was taken back, and that was not taken back in turn."""
    return any(not is_undone(by) for by in Undoing.objects.filter(undone=change_set).values_list("by", flat=True))


def undo(changes: list[Change], user: Any, by: str) -> Folds:
    """Takes back one's own set; what that writes is the set ``by``. Within a transaction. Raises NotTakenBack.

    A field that a program added by writing to it stays: others may have written to it since.
    """
    change_set = str(changes[0].change_set)
    if timezone.now() - changes[0].at > timedelta(days=DAYS):
        raise NotTakenBack(_("This was done more than %(days)s days ago. It stays.") % {"days": DAYS})
    if is_undone(change_set):
        raise NotTakenBack(_("This is undone already."))
    folds = Folds([change for change in changes if change.model != FIELD] or changes)
    TakingBack(folds, user).run()
    Undoing.objects.create(undone=change_set, by=by)
    return folds


@dataclass
class TakingBack:
    """One run, in order: lock, ask for the rights, look for what stands in the way, write."""

    folds: Folds
    user: Any
    present: dict[tuple[str, str], Any] = field(default_factory=dict)  # the rows as they are now, locked
    missing: set[Pointer] = field(default_factory=set)  # what rows would point to again, but is gone

    def run(self) -> None:
        if not list(self.folds):
            raise NotTakenBack(_("There is nothing to take back: nothing was changed."))
        if any(not (one.is_record or one.is_grant) for one in self.folds):
            raise NotTakenBack(_("Changes of people, stages and fields are not taken back here. Change them by hand."))
        self._lock()
        self._ask_for_rights()
        self._refuse_conflicts()
        self._refuse_used()
        self._refuse_impossible()
        self._write()

    def _lock(self) -> None:
        keys: dict[str, set[str]] = {name: set() for name in LOCKED}
        grants: dict[str, set[str]] = {}
        for one in self.folds:
            keys[self._record_name(one)].add(one.record)
            if one.is_grant:
                grants.setdefault(one.name, set()).add(one.key)
        for name in LOCKED:
            rows = records()[name].unrestricted.filter(pk__in=keys[name]).order_by("pk")
            self.present |= {(name, row.pk): row for row in rows.select_for_update(of=("self",))}
        for name, found in grants.items():
            held = logged()[name]._default_manager.filter(pk__in=found)
            self.present |= {(name, str(row.pk)): row for row in held}

    def row(self, one: Fold) -> Any:
        return self.present.get((one.name, one.key))

    # --- rights -------------------------------------------------------------------------------------------------------

    def _ask_for_rights(self) -> None:
        for one in self.folds:
            if not (self._may_class(one) and self._may_row(one)):
                name = self._title_of(one)
                raise NotTakenBack(_("You may not change “%(name)s” any more.") % {"name": name}, status=403)

    def _may_class(self, one: Fold) -> bool:
        if self.folds.follows(one):
            return True
        verb = "change"
        if one.is_record:
            verb = "delete" if one.is_made else "add" if one.is_deleted else "change"
        model = self._record_model(one)
        return self.user.rights.may(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")

    def _may_row(self, one: Fold) -> bool:
        """By the writers of now; of a row that is gone, by those it had.

        A hand-over of one's own is taken back too: where the set itself took the right and nobody gave another since.
        """
        if self.user.rights.may("records.write_all") or self.folds.follows(one):
            return True
        record = one if one.is_record else self.folds.by_record.get(one.record)
        row = self._record(one)
        if row is None:
            return record is None or record.was is None or self._is_among(record.was["writers"])
        if self._is_among(row.writers):
            return True
        if record is None or record.was is None or record.left is None:
            return False
        handed_over = self._is_among(record.was["writers"]) and not self._is_among(record.left["writers"])
        return handed_over and set(row.writers) == set(record.left["writers"])

    def _is_among(self, writers: Iterable[str]) -> bool:
        return not set(writers).isdisjoint(self.user.rights.principals)

    def _record_name(self, one: Fold) -> str:
        return one.name.removesuffix("usergrant").removesuffix("rolegrant")

    def _record_model(self, one: Fold) -> type[Record]:
        return records()[self._record_name(one)]

    def _record(self, one: Fold) -> Any:
        """The record that a row belongs to, if it is there."""
        return self.present.get((self._record_name(one), one.record))

    def _title_of(self, one: Fold) -> str:
        record = one if one.is_record else self.folds.by_record.get(one.record)
        return record.title if record else str(self._record_model(one)._meta.verbose_name)

    # --- what stands in the way ---------------------------------------------------------------------------------------

    def _refuse_conflicts(self) -> None:
        conflicts: list[Conflict] = []
        for one in self.folds.edited:
            row = self.row(one)
            if row is None and not self.folds.follows(one):
                raise NotTakenBack(_("“%(name)s” is deleted. Restore it first.") % {"name": self._title_of(one)})
            if row is not None and not self.folds.follows(one):
                conflicts += self._conflicts(one, row, one.changed)
        for one in self.folds.made:
            if self.row(one) is not None:
                conflicts += self._conflicts(one, self.row(one), one.columns)
        if conflicts:
            reason = _("Somebody has changed this since. What they wrote stays.")
            raise NotTakenBack(reason, conflicts)

    def _conflicts(self, one: Fold, row: Any, columns: list) -> list[Conflict]:
        """The columns in which ``row`` is not as the set left it."""
        differing = [one_of for one_of in columns if not _is_as_left(one, row, one_of)]
        if not differing:
            return []
        latest = Change.objects.edits().filter(record=one.record, key=one.key)
        wanted: list[Pointer] = [(User, self.user.pk)]
        found = []
        for column in differing:
            values = getattr(row, column.attname), (one.left or {}).get(column.column)
            wanted += filter(None, (pointer(column, value) for value in values))
            change = latest.filter(before__has_key=column.column).first()
            wanted += [(User, change.actor)] if change and change.actor else []
            found.append((column, values, change))
        names = Names(self.user, wanted)
        return [
            Conflict(
                self._title_of(one),
                label(column),
                words(column, yours, names),
                words(column, theirs, names),
                names.row(User, change.actor) if change else None,
                change.at if change else None,
            )
            for column, (theirs, yours), change in found
        ]

    def _refuse_used(self) -> None:
        """What the set made may carry what others added since: that is not deleted along."""
        made = [one for one in self.folds.made if one.is_record]
        rows = [row for one in made if (row := self.row(one)) is not None]
        if made and not rows and not self.folds.deleted and not self.folds.edited:
            raise NotTakenBack(_("“%(name)s” is deleted already.") % {"name": made[0].title})
        ours = {(one.name, one.key) for one in self.folds.all}
        for row in rows if _hanging_on(rows) - ours else ():
            if _hanging_on([row]) - ours:
                name = {"name": str(row)}
                raise NotTakenBack(_("“%(name)s” is in use by now. Delete it by hand if it has to go.") % name)

    def _refuse_impossible(self) -> None:
        self.missing = _missing(self._pointers()) if self.folds.deleted or self.folds.edited else set()
        for one in self.folds.deleted:
            if one.is_record and self.row(one) is not None:
                raise NotTakenBack(_("“%(name)s” is there again.") % {"name": one.title})
            if one.is_record and self._is_missing(about(one.was or {})):
                raise NotTakenBack(_("What “%(name)s” was about is deleted. Restore that first.") % {"name": one.title})
        for one in self.folds.edited:
            for column in one.changed:
                about_it = about(one.was or {}) if column.name == "related_id" else None
                if self._is_missing(pointer(column, one.old(column))) or self._is_missing(about_it):
                    what = {"name": self._title_of(one), "field": label(column)}
                    raise NotTakenBack(_("“%(name)s”: what was in “%(field)s” before is deleted.") % what)

    def _is_missing(self, target: Pointer | None) -> bool:
        return target is not None and target in self.missing and target[1] not in self.folds.deleted_keys()

    def _pointers(self) -> Iterator[Pointer]:
        for one in [*self.folds.deleted, *self.folds.edited]:
            for column in one.changed or one.columns:
                if target := pointer(column, one.old(column)):
                    yield target
            if one.is_record and (target := about(one.was or {})):
                yield target

    # --- writing ------------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        with explicit_acl():
            for one in sorted(self.folds.deleted, key=_rank):
                if one.is_record:
                    self._restore(one)
        for one in self.folds.edited:
            self._put_back(one)
        dying = {one.record for one in self.folds.made if one.is_record}
        for name in {one.name for one in self.folds if one.is_grant}:
            self._put_grants_back(name, dying)
        for one in sorted(self.folds.made, key=_rank, reverse=True):
            if one.is_record and self.row(one) is not None:
                self.row(one).delete()

    def _restore(self, one: Fold) -> None:
        values = {column.attname: one.old(column) for column in one.columns}
        for column in one.columns:
            if column.null and self._is_missing(pointer(column, values[column.attname])):
                values[column.attname] = None  # as the deletion of what it points to would have left it
        row = one.model(**values, updated_at=timezone.now())
        row.put_back()
        self.present[one.name, one.key] = row

    def _put_back(self, one: Fold) -> None:
        row = self.row(one)
        if self.folds.follows(one):
            for column in one.changed:  # a pointer that was cut: where nobody has set another
                empty = one.model.unrestricted.filter(pk=one.key, **{column.attname: None})
                empty.update(**{column.attname: one.old(column)})
            return
        for column in one.changed:
            setattr(row, column.attname, _put_back(one, row, column))
        columns = [column.name for column in one.changed]
        if one.is_grant:
            row.save(update_fields=columns)
            return
        row.updated_at = timezone.now()
        row.put_back([*columns, "updated_at"])

    def _put_grants_back(self, name: str, dying: set[str]) -> None:
        manager = logged()[name]._default_manager
        taken = [one.key for one in self.folds.made if one.name == name and one.record not in dying]
        if taken:
            manager.filter(pk__in=taken).delete()
        gone = [one for one in self.folds.deleted if one.name == name and self._record(one) and not self.row(one)]
        rows = [one.model(**{column.attname: one.old(column) for column in one.columns}) for one in gone]
        if rows:
            self._leave_out_what_is_there(rows)
            manager.bulk_create(rows)

    def _leave_out_what_is_there(self, rows: list[Any]) -> None:
        """Given again by somebody since; or to a role that is gone."""
        columns = ["content_object_id", "permission_id", "user_id" if hasattr(rows[0], "user_id") else "group_id"]
        held = type(rows[0])._default_manager.filter(content_object__in=[row.content_object_id for row in rows])
        there = set(held.values_list(*columns))
        groups = set(Group.objects.values_list("pk", flat=True))
        rows[:] = [
            row
            for row in rows
            if tuple(getattr(row, name) for name in columns) not in there
            and getattr(row, "group_id", None) in {None, *groups}
        ]


def _rank(one: Fold) -> int:
    return RESTORED.index(one.name) if one.name in RESTORED else len(RESTORED)


def _missing(wanted: Iterable[Pointer]) -> set[Pointer]:
    """Those that point to no row: one statement for each class."""
    keys: dict[type[Model], set[str]] = {}
    for model, key in wanted:
        keys.setdefault(model, set()).add(key)
    missing: set[Pointer] = set()
    for model, asked in keys.items():
        rows: Any = model.unrestricted if issubclass(model, Record) else model._default_manager
        there = {str(key) for key in rows.filter(pk__in=asked).values_list("pk", flat=True)}
        missing |= {(model, key) for key in asked - there}
    return missing


def _is_as_left(one: Fold, row: Any, column: Any) -> bool:
    """Custom fields share a column: those that the set did not write do not count."""
    held = getattr(row, column.attname)
    if column.name == "custom" and one.was is not None:
        return added.is_as_left(held, one.old(column), one.new(column))
    return held == one.new(column)


def _put_back(one: Fold, row: Any, column: Any) -> Any:
    if column.name == "custom":
        return added.put_back(row.custom, one.old(column), one.new(column))
    return one.old(column)


def _hanging_on(rows: list[Any]) -> set[tuple[str, str]]:
    """What their deletion would delete or change, themselves included."""
    found: set[tuple[str, str]] = set()
    for model in {type(row) for row in rows}:
        collector = Collector(using="default")
        collector.collect([row for row in rows if type(row) is model])
        found |= {(_name(one), str(one.pk)) for group in collector.data.values() for one in group}
        for quick in collector.fast_deletes:
            found |= {(str(quick.model._meta.model_name), str(key)) for key in quick.values_list("pk", flat=True)}
        for groups in collector.field_updates.values():
            found |= {(_name(one), str(one.pk)) for group in groups for one in group}  # type: ignore[attr-defined]
    return {pair for pair in found if pair[0] in logged()}


def _name(row: Model) -> str:
    return str(row._meta.model_name)
