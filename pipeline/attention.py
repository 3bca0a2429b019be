"""What on a card asks for attention: its next activity, and how long nothing happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import DateTimeField, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from pipeline.models import Deal

OVERDUE, TODAY, PLANNED, NONE = "overdue", "today", "planned", "none"
WORDS = {OVERDUE: _("Overdue"), TODAY: _("Today"), PLANNED: _("Planned"), NONE: _("No plan")}


def mark(deals: Iterable[Deal], user: Any) -> None:
    """Sets ``next_step``, ``next_words`` and ``idle_days`` of each: one statement, of the activities ``user`` may see.

    A task that is due keeps a deal from ageing; one that is overdue does not.
    """
    deals = list(deals)
    found = {} if not deals else {row["related_id"]: row for row in _activities(deals, user)}
    now = timezone.now()
    for deal in deals:
        known = found.get(deal.pk, {})
        deal.next_step = state(known.get("due"), now)  # type: ignore[attr-defined]
        deal.next_words = WORDS[deal.next_step]  # type: ignore[attr-defined]
        deal.idle_days = _idle_days(deal, known.get("last"), now)  # type: ignore[attr-defined]


def state(due: datetime | None, now: datetime) -> str:
    if due is None:
        return NONE
    if due < now:
        return OVERDUE
    return TODAY if timezone.localdate(due) == timezone.localdate(now) else PLANNED


def most_urgent(user: Any) -> Coalesce:
    """To sort by: overdue first, then today's, then those without a plan, then what is planned for later."""
    about = {"related_type": ContentType.objects.get_for_model(Deal), "related_id": OuterRef("pk")}
    due = Activity.objects.visible_to(user).to_do().filter(**about).order_by("due_date").values("due_date")[:1]
    tonight = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=1), time.min))
    return Coalesce(Subquery(due), Value(tonight), output_field=DateTimeField())


def _activities(deals: list[Deal], user: Any) -> Any:
    """Of each deal when its next task is due, and when something last happened."""
    kind = ContentType.objects.get_for_model(Deal)
    rows = Activity.objects.visible_to(user).filter(related_type=kind, related_id__in=[deal.pk for deal in deals])
    return (
        rows.order_by()
        .values("related_id")
        .annotate(
            due=Min("due_date", filter=Q(completed_at=None)),
            last=Max(Greatest(F("created_at"), F("completed_at"))),
        )
    )


def _idle_days(deal: Deal, last: datetime | None, now: datetime) -> int | None:
    """None unless the deal stands in a stage where deals rot, for longer than they may."""
    if not deal.is_open or not deal.stage.rot_days or deal.next_step in (TODAY, PLANNED):  # type: ignore[attr-defined]
        return None
    heard = max(moment for moment in (deal.updated_at, deal.moved_at, last) if moment)
    days = (timezone.localdate(now) - timezone.localdate(heard)).days
    return days if days >= deal.stage.rot_days else None
