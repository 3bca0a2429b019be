"""What activities are about, as far as one may see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, QuerySet, Value

if TYPE_CHECKING:
    from activities.models import Activity
    from records.models import Record


def name_targets(activities: Iterable[Activity], user: Any) -> None:
    """Puts the record each is about on ``activity.target``, if the user may see it. One statement for all classes.

    Of the record its id and its name are loaded; anything else would be asked for when it is read.
    """
    activities = list(activities)
    by_class: dict[int, set[str]] = {}
    for activity in activities:
        if activity.related_type_id and activity.related_id:
            by_class.setdefault(activity.related_type_id, set()).add(activity.related_id)
    found = {(type_id, record.pk): record for type_id, record in _visible(by_class, user)}
    for activity in activities:
        activity.target = found.get((activity.related_type_id, activity.related_id))  # type: ignore[attr-defined]


def _visible(by_class: dict[int, set[str]], user: Any) -> Iterable[tuple[int, Record]]:
    models: dict[int, Any] = {pk: ContentType.objects.get_for_id(pk).model_class() for pk in by_class}
    parts = [_names(pk, models[pk].objects.visible_to(user).filter(pk__in=ids)) for pk, ids in by_class.items()]
    if not parts:
        return
    for type_id, pk, name in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        yield type_id, models[type_id].from_db(None, ["id", _named_by(models[type_id])], [pk, name])


def _names(type_id: int, rows: QuerySet) -> QuerySet:
    kind = Value(type_id, output_field=IntegerField())
    return rows.order_by().annotate(kind=kind).values_list("kind", "pk", _named_by(rows.model))


def _named_by(model: type[Record]) -> str:
    return "title" if hasattr(model, "title") else "name"
