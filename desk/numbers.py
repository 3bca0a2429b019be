"""The numbers of My day. Each is a link to the rows that add up to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Sum, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from activities.models import Activity
from desk.day import start_of_today
from pipeline.models import Deal, Stage
from pipeline.tally import Tally

MINE, ALL = "mine", "all"


@dataclass(frozen=True)
class Number:
    label: str
    address: str
    count: int
    total: Decimal | None = None


@dataclass(frozen=True)
class Bar(Number):
    stage: Stage | None = None
    share: str = "0%"  # of the longest bar, as SVG takes it


class Numbers:
    """Of the user's own deals and tasks (``mine``), or of all that the user sees (``all``). Four statements at most."""

    def __init__(self, user: Any, scope: str) -> None:
        self.user = user
        self.scope = ALL if scope == ALL else MINE
        self.today = timezone.localdate()
        self.stages = list(Stage.objects.filter(kind=Stage.Kind.OPEN))
        self.parts = self._counted()
        self.bars = self._bars()
        self.open = self._number(_("Open deals"), "stage", state="open")
        first, last = _month(self.today)
        period = {"expected_close_date__gte": first, "expected_close_date__lte": last}
        self.closing = self._number(_("Closing this month"), "closing", state="open", **period)
        self.won = self._won()
        self.tasks = self._tasks()

    def _won(self) -> list[Number]:
        """This month, and the month before."""
        this, until, before = self._moments()
        return [
            self._number(_("Won this month"), "won", state="won", **_period(this, until)),
            self._number(_("Won last month"), "won_before", state="won", **_period(before, this)),
        ]

    def _bars(self) -> list[Bar]:
        """The open stages, empty ones too."""
        found = dict(self.parts["stage"])
        longest = max((total or 0 for _count, total in found.values()), default=0)
        bars = []
        for stage in self.stages:
            count, total = found.get(stage.pk, (0, None))
            total = total or Decimal()
            share = f"{100 * max(total, Decimal()) / longest:.1f}%" if longest > 0 else "0%"
            address = self._address("pipeline:deal-list", "assigned_to", stage=stage.pk)
            bars.append(Bar(str(stage), address, count, total, stage, share))
        return bars

    def _tasks(self) -> list[Number]:
        """Open ones, and those of them that are overdue since yesterday or longer. One statement."""
        rows = Activity.objects.visible_to(self.user).to_do()
        rows = rows.of(self.user) if self.scope == MINE else rows
        today = start_of_today()
        found = rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_date__lt=today)))
        every = {"state": "open", "ordering": "due_date"}
        late = every | {"due_date__lt": today.isoformat()}
        return [
            Number(
                _("Overdue tasks"), self._address("activities:activity-list", "created_by", **late), found["overdue"]
            ),
            Number(_("Open tasks"), self._address("activities:activity-list", "created_by", **every), found["open"]),
        ]

    def _number(self, label: str, part: str, **asked: Any) -> Number:
        counts = [count for _stage, (count, _total) in self.parts[part]]
        totals = [total for _stage, (_count, total) in self.parts[part] if total is not None]
        address = self._address("pipeline:deal-list", "assigned_to", **asked)
        return Number(label, address, sum(counts), sum(totals, Decimal()) if totals else None)

    def _address(self, page: str, owner: str, **asked: Any) -> str:
        mine = {owner: "me"} if self.scope == MINE else {}
        return f"{reverse(page)}?{urlencode(asked | mine)}"

    def _counted(self) -> dict[str, list[tuple[str, tuple[int, Decimal | None]]]]:
        """Counts and sums by stage, of all open deals and of those of the months: one statement, of all users' two."""
        deals = Deal.objects.visible_to(self.user)
        deals = deals.assigned_to(self.user) if self.scope == MINE else deals
        opened, won = deals.filter(stage__kind=Stage.Kind.OPEN), deals.filter(stage__kind=Stage.Kind.WON)
        this, until, before = self._moments()
        parts = {
            "stage": opened,
            "closing": opened.filter(expected_close_date__range=_month(self.today)),
            "won": won.filter(**_period(this, until, raw=True)),
            "won_before": won.filter(**_period(before, this, raw=True)),
        }
        found: dict[str, list] = {name: [] for name in parts}
        if self.scope == ALL:
            del parts["stage"]
            kept = Tally.objects.of(self.user)
            found["stage"] = [(stage.pk, kept[stage.pk]) for stage in self.stages if stage.pk in kept]
        first, *others = [_by_stage(name, rows) for name, rows in parts.items()]
        for name, stage, count, total in first.union(*others, all=True):
            found[name].append((stage, (count, total)))
        return found

    def _moments(self) -> tuple[datetime, datetime, datetime]:
        """Where this month begins and ends, and where the last one begins."""
        this = self.today.replace(day=1)
        return _midnight(this), _midnight(_following(this)), _midnight(_preceding(this))


def _by_stage(name: str, rows: QuerySet) -> QuerySet:
    kept = rows.order_by().values("stage_id").annotate(number=Count("*"), total=Sum("amount"))
    return kept.annotate(part=Value(name, output_field=CharField())).values_list("part", "stage_id", "number", "total")


def _period(since: datetime, until: datetime, *, raw: bool = False) -> dict[str, Any]:
    moments: Iterable[Any] = (since, until) if raw else (since.isoformat(), until.isoformat())
    return dict(zip(("moved_at__gte", "moved_at__lt"), moments, strict=True))


def _month(day: date) -> tuple[date, date]:
    """Its first day and its last."""
    first = day.replace(day=1)
    return first, date.fromordinal(_following(first).toordinal() - 1)


def _following(first: date) -> date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _preceding(first: date) -> date:
    return date.fromordinal(first.toordinal() - 1).replace(day=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
