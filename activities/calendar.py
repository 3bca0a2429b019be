"""Activities by the day they are due: a week or a month of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.http import urlencode

from activities.models import Activity
from activities.targets import name_targets

VIEWS = ("week", "month")
SHOWN = {"week": 50, "month": 4}  # entries of a day; behind "n more" are all
MORNING = "09:00"  # when what is added to a day is due, until somebody says otherwise


@dataclass
class Day:
    date: date
    is_out: bool = False  # of a month beside the one that is shown
    entries: list[Activity] = field(default_factory=list)
    number: int = 0
    all: str = ""  # the address of all of them

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()

    @property
    def more(self) -> int:
        return self.number - len(self.entries)

    @property
    def added(self) -> str:
        """The due date that a new activity of this day starts with."""
        return f"{self.date.isoformat()}T{MORNING}"


class Calendar:
    """The user's own tasks, or all that the user sees (``whose=all``), of the week or month that holds ``day``."""

    def __init__(self, request: HttpRequest) -> None:
        self.user: Any = request.user
        self.view = request.GET.get("view", "")
        self.whose = "all" if request.GET.get("whose") == "all" else "mine"
        self.day = _day(request.GET.get("day", ""))
        self.first, self.last = _month(self.day) if self.view == "month" else _week(self.day)
        self.days = list(self._days())

    @property
    def title(self) -> str:
        if self.view == "month":
            return formats.date_format(self.day, "F Y")
        same_year, same_month = self.first.year == self.last.year, self.first.month == self.last.month
        start = "j" if same_month else "j M" if same_year else "j M Y"
        return f"{formats.date_format(self.first, start)} – {formats.date_format(self.last, 'j M Y')}"

    @property
    def weeks(self) -> list[list[Day]]:
        return [self.days[start : start + 7] for start in range(0, len(self.days), 7)]

    @property
    def is_empty(self) -> bool:
        return not any(day.number for day in self.days)

    # --- where else to go ---------------------------------------------------------------------------------------------

    @property
    def previous(self) -> str:
        return self.at(day=self._beside(-1))

    @property
    def following(self) -> str:
        return self.at(day=self._beside(1))

    @property
    def today(self) -> str:
        return self.at(day=None)

    @property
    def mine(self) -> str:
        return self.at(whose=None)

    @property
    def all_of_them(self) -> str:
        return self.at(whose="all")

    def at(self, **changes: Any) -> str:
        """This calendar with something changed; None is left out."""
        asked = {"view": self.view, "day": self.day, "whose": "all" if self.whose == "all" else None} | changes
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def _beside(self, by: int) -> date:
        if self.view == "week":
            return self.day + timedelta(days=7 * by)
        months = self.day.year * 12 + self.day.month - 1 + by
        return date(months // 12, months % 12 + 1, 1)

    # --- what is in it ------------------------------------------------------------------------------------------------

    def rows(self) -> QuerySet:
        """What is due within: bounded by moments and not by days, so that an index can find them."""
        rows = Activity.objects.visible_to(self.user)
        rows = rows.of(self.user) if self.whose == "mine" else rows
        return rows.due_from(_midnight(self.first)).due_before(_midnight(self.last + timedelta(days=1)))

    def _days(self) -> Iterator[Day]:
        """One statement for the first entries of each day and how many there are; one for what they are about."""
        by_day = {"partition_by": TruncDate("due_date")}
        ranked = self.rows().annotate(
            day=TruncDate("due_date"),
            rank=Window(RowNumber(), order_by=[F("due_date"), F("pk")], **by_day),
            number=Window(Count("pk"), **by_day),
        )
        found: dict[date, list[Any]] = {}
        for activity in ranked.filter(rank__lte=SHOWN[self.view]).order_by("due_date", "pk"):
            found.setdefault(activity.day, []).append(activity)
        name_targets([activity for entries in found.values() for activity in entries], self.user)
        for offset in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=offset)
            entries = found.get(day, [])
            is_out = self.view == "month" and day.month != self.day.month
            yield Day(day, is_out, entries, entries[0].number if entries else 0, self._all_of(day))

    def _all_of(self, day: date) -> str:
        """The list of everything that is due on a day."""
        asked = {"due_date__gte": _midnight(day).isoformat(), "ordering": "due_date"}
        asked["due_date__lt"] = _midnight(day + timedelta(days=1)).isoformat()
        return f"?{urlencode(asked | ({'created_by': 'me'} if self.whose == 'mine' else {}))}"


def _day(text: str) -> date:
    """Today, if it is none or of a year that nobody plans for."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return day if 1900 <= day.year <= 9000 else timezone.localdate()


def _week(day: date) -> tuple[date, date]:
    """Its first day and its last, as weeks begin where the reader is."""
    sunday_is_0 = (day.weekday() + 1) % 7
    first = day - timedelta(days=(sunday_is_0 - formats.get_format("FIRST_DAY_OF_WEEK")) % 7)
    return first, first + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    """The whole weeks that hold the month."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return _week(first)[0], _week(following - timedelta(days=1))[1]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def due_date_asked(text: str) -> datetime | None:
    """Of the address of a new activity, as ``Day.added`` writes it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    return moment if 1900 <= moment.year <= 9000 else None
