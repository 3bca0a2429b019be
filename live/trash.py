"""What was deleted in the last thirty days, and its way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from accounts.models import User
from live.folding import Folds, fold
from live.logged import records
from live.models import Change
from live.naming import Names
from live.undo import DAYS, TakingBack


@dataclass(frozen=True)
class Deleted:
    """One record in the trash. ``change``: its deletion."""

    change: Change
    title: str
    model: Any
    who: User | None


def deletions(user: Any) -> QuerySet[Change]:
    """Of records that are not there, the newest first: one's own; of who may write all records, everybody's.

    What went along with another record (its activities) comes back with it, and is not listed.
    """
    last = Change.objects.filter(op="delete", model__in=records(), at__gt=timezone.now() - timedelta(days=DAYS))
    if not (user.rights.may("records.write_all") and user.rights.may("records.read_all")):
        last = last.filter(actor=user.pk)
    last = last.annotate(target=KT("before__related_id"))
    later = Change.objects.filter(record=OuterRef("record"), key=OuterRef("key"), op__in=("insert", "delete"))
    along = Change.objects.filter(xid=OuterRef("xid"), op="delete", record=OuterRef("target"), model__in=records())
    return last.exclude(Exists(later.filter(seq__gt=OuterRef("seq")))).exclude(Exists(along))


def described(changes: list[Change], user: Any) -> list[Deleted]:
    """Two statements, however many they are."""
    names = Names(user, [(User, change.actor) for change in changes if change.actor])
    rows = []
    for change in changes:
        [one] = fold([change])
        rows.append(Deleted(change, one.title, one.model, names.row(User, change.actor)))
    return rows


def restore(change: Change, user: Any) -> Any:
    """Brings back the record of a deletion, its activities and grants, and the pointers to it that it cut.

    Within a transaction. Raises NotTakenBack.
    """
    same = Change.objects.filter(xid=change.xid).order_by("seq")
    if change.change_set:
        same = same.filter(change_set=change.change_set)
    taking = TakingBack(Folds(same).only(change.record), user)
    taking.run()
    return taking.present[change.model, change.key]
