"""What is on a rep's desk today: tasks, and deals that nobody looks after."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.models import Activity
from activities.targets import name_targets
from pipeline.filters import DealFilter
from pipeline.models import Deal, Stage

SHOWN = 25  # of what is due
NEXT = 10
DEALS = 5
LATEST = 10


def start_of_today() -> datetime:
    """In the zone of the person who asks."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


def my_day(request: Any) -> dict[str, Any]:
    """The user's own open tasks, overdue, today and next, in the order they are due; deals; the latest of all."""
    parts = _activities(request.user) | _deals(request)
    return {**parts, "shown": SHOWN, "next_shown": NEXT, "deals_shown": DEALS, **addresses()}


def addresses() -> dict[str, str]:
    """Where all rows are of which My day shows the first."""
    today = start_of_today()
    tomorrow = (today + timedelta(days=1)).isoformat()
    tasks, deals = reverse("activities:activity-list"), reverse("pipeline:deal-list")
    mine = {"created_by": "me", "state": "open", "ordering": "due_date"}
    open_deals = {"assigned_to": "me", "state": "open"}
    yesterday = {"expected_close_date__lte": timezone.localdate() - timedelta(days=1)}
    return {
        "all_overdue": f"{tasks}?{urlencode(mine | {'due_date__lt': today.isoformat()})}",
        "all_today": f"{tasks}?{urlencode(mine | {'due_date__gte': today.isoformat(), 'due_date__lt': tomorrow})}",
        "all_next": f"{tasks}?{urlencode(mine | {'due_date__gte': tomorrow})}",
        "all_late": f"{deals}?{urlencode(open_deals | yesterday)}",
        "all_idle": f"{deals}?{urlencode({'assigned_to': 'me', 'next_step': 'none'})}",
    }


def _activities(user: Any) -> dict[str, list[Activity]]:
    """One statement; what they are about in another."""
    today = start_of_today()
    tomorrow = today + timedelta(days=1)
    rows = Activity.objects.visible_to(user).select_related("created_by").with_rights(user)
    tasks = rows.of(user).to_do().order_by("due_date", "id")
    found = _together(
        overdue=tasks.due_before(today)[:SHOWN],
        today=tasks.due_from(today).due_before(tomorrow)[:SHOWN],
        upcoming=tasks.due_from(tomorrow)[:NEXT],
        latest=rows.order_by("-created_at", "-id")[:LATEST],
    )
    name_targets([activity for part in found.values() for activity in part], user)
    for name in ("overdue", "today", "upcoming"):
        found[name].sort(key=lambda activity: (activity.due_date, activity.pk))
    found["latest"].sort(key=lambda activity: (activity.created_at, activity.pk), reverse=True)
    return found


def _deals(request: Any) -> dict[str, list[Deal]]:
    """Open ones that are assigned to the user: past their close date, and without a next step. Two statements."""
    visible: Any = Deal.objects.visible_to(request.user)
    mine = visible.assigned_to(request.user).order_by("expected_close_date", "id")
    idle = DealFilter({"next_step": "none"}, mine, request=request).qs
    parts = {"late": mine.closing_before(timezone.localdate()), "idle": idle}
    stages = Stage.objects.filter(kind=Stage.Kind.OPEN)
    ids = list(stages.values_list(*(deals.first_of_stages(DEALS) for deals in parts.values())))
    rows = visible.with_parties().in_bulk({pk for stage in ids for part in stage for pk in part or ()})
    found = {name: [rows[pk] for stage in ids for pk in stage[at] or () if pk in rows] for at, name in enumerate(parts)}
    for name, deals in found.items():
        deals.sort(key=lambda deal: (deal.expected_close_date or date.max, deal.pk))
        found[name] = deals[:DEALS]
    return found


def _together(**parts: QuerySet) -> dict[str, list]:
    """The rows of several queries of one class in one statement, apart again by ``part``."""
    named = [rows.annotate(part=Value(name, output_field=CharField())) for name, rows in parts.items()]
    found: dict[str, list] = {name: [] for name in parts}
    rows: Iterable[Any] = named[0].union(*named[1:], all=True)
    for row in rows:
        found[row.part].append(row)
    return found
