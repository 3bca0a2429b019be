"""What is on a rep's desk today."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from activities.models import Activity
from activities.targets import name_targets

SHOWN = 25  # of what is due
NEXT = 10


def my_day(user: Any) -> dict[str, Any]:
    """The user's own open tasks: overdue, today and next, each in the order they are due."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    tomorrow = today + timedelta(days=1)
    tasks = Activity.objects.visible_to(user).of(user).to_do().select_related("created_by").with_rights(user)
    tasks = tasks.order_by("due_date", "id")
    overdue = list(tasks.due_before(today)[:SHOWN])
    due_today = list(tasks.filter(due_date__gte=today, due_date__lt=tomorrow)[:SHOWN])
    upcoming = list(tasks.filter(due_date__gte=tomorrow)[:NEXT])
    name_targets([*overdue, *due_today, *upcoming], user)
    return {"overdue": overdue, "today": due_today, "upcoming": upcoming, "shown": SHOWN, "next": NEXT}
