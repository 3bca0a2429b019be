"""Days and hours, counted from today: the only thing that differs between two runs with the same seed."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

SATURDAY = 5


class Calendar:
    """``today`` and the moments around it. An age is a number of days before today."""

    def __init__(self, today: date | None = None) -> None:
        self.today = today or timezone.localdate()
        self.midnight = timezone.make_aware(datetime.combine(self.today, time.min))

    def day(self, age: int) -> date:
        return self.today - timedelta(days=age)

    def workday(self, age: int) -> date:
        """The day itself, or from a weekend the Friday before (past) or the Monday after (future). Today is today."""
        day = self.day(age)
        if age == 0 or day.weekday() < SATURDAY:
            return day
        return day - timedelta(days=day.weekday() - 4) if age > 0 else day + timedelta(days=7 - day.weekday())

    def moment(self, rng: Random, age: int) -> datetime:
        """A quarter of an hour between 8:00 and 17:45 of that day."""
        return self.midnight - timedelta(days=age, minutes=-(480 + 15 * rng.randrange(40)))

    def working_moment(self, rng: Random, age: int) -> datetime:
        return self.moment(rng, (self.today - self.workday(age)).days)
