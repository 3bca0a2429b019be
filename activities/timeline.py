"""What happened to a record, newest first: activities, and the changes that the log knows of; and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import ngettext

from activities.forms import ActivityForm
from activities.models import Activity
from live.history import entries, who_changed
from records.door import RecordView
from records.forms import RecordForm
from records.models import Record
from records.pages import RecordPages

SHOWN = 30
TASKS = 5  # beside a record; the list behind the link has them all


@dataclass(frozen=True)
class Entry:
    """``kind`` is ``activity`` or ``change``; ``row`` the Activity or the entry of the log. Ties: by kind, then id."""

    at: datetime
    kind: str
    id: str
    row: Any

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Day:
    """``goes_on``: its first entries stand on the page before, under the same heading."""

    date: date
    entries: list[Entry]
    goes_on: bool


class BadPlace(ValueError):
    """The place in a timeline was not made by us."""


class Timeline:
    """One page of it. ``before``: the place where the page before this one ended."""

    def __init__(self, record: Record, user: Any, before: str = "") -> None:
        self._record, self._user = record, user
        self._last = _decoded(before) if before else None
        self.tasks: list[Activity] = []  # open ones, of the first page
        found = sorted([*self._activities(), *self._changes()], key=_order, reverse=True)
        self.entries = found[:SHOWN]
        self.more = _encoded(self.entries[-1]) if len(found) > SHOWN else ""

    @property
    def days(self) -> list[Day]:
        last = timezone.localdate(self._last[0]) if self._last else None
        grouped = groupby(self.entries, lambda entry: entry.day)
        return [Day(day, list(entries), day == last) for day, entries in grouped]

    @property
    def last_activity(self) -> Activity | None:
        return next((entry.row for entry in self.entries if entry.kind == "activity"), None)

    def _activities(self) -> list[Entry]:
        """What was logged, and tasks since they were done: what is still to do has not happened.

        On the first page what is to do comes along, in the same statement.
        """
        rows = _shown(happened(self._record, self._user), self._user)
        if self._last:
            at, kind, pk = self._last
            rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk) if kind == "activity" else Q(at__lte=at))
        rows = rows.order_by("-at", "-pk")[: SHOWN + 1]
        if not self._last:
            rows = rows.union(to_do(self._record, self._user)[: TASKS + 1], all=True)
        found: list[Any] = list(rows)
        self.tasks = sorted((row for row in found if row.due_date and not row.is_done), key=lambda row: row.at)
        return [Entry(row.at, "activity", row.pk, row) for row in found if not row.due_date or row.is_done]

    def _changes(self) -> list[Entry]:
        """Moves and edits, as the log of changes has them. Within one request they are one entry, in its place."""
        before: datetime | int | None = None
        if self._last:
            at, kind, pk = self._last
            before = int(pk) if kind == "change" else at
        found = entries(self._record, self._user, before, SHOWN + 1)
        return [Entry(change.at, "change", f"{change.seq:020}", change) for change in found]


def happened(record: Record, user: Any) -> Any:
    rows: Any = Activity.objects.visible_to(user).about(record)
    rows = rows.filter(Q(due_date=None) | Q(completed_at__isnull=False))
    return rows.annotate(at=Coalesce("completed_at", "created_at"))


def to_do(record: Record, user: Any) -> Any:
    rows: Any = Activity.objects.visible_to(user).about(record).to_do()
    return _shown(rows.annotate(at=Coalesce("completed_at", "due_date")), user).order_by("due_date", "pk")


def _shown(rows: Any, user: Any) -> Any:
    return rows.select_related("created_by").with_rights(user)


def _next(tasks: list[Activity]) -> dict[str, Any]:
    return {"tasks": tasks[:TASKS], "more_tasks": len(tasks) > TASKS, "next_step": tasks[0] if tasks else None}


def _order(entry: Entry) -> tuple[datetime, str, str]:
    return entry.at, entry.kind, entry.id


def _encoded(entry: Entry) -> str:
    return _signer().sign_object([entry.at.isoformat(), entry.kind, entry.id])


def _decoded(place: str) -> tuple[datetime, str, str]:
    try:
        at, kind, pk = _signer().unsign_object(place)
    except BadSignature as error:
        raise BadPlace from error
    return datetime.fromisoformat(at), kind, pk


def _signer() -> Signer:
    return Signer(sep=".", salt="activities.timeline")


class LoggedPages(RecordPages):
    """The pages of a class whose changes the log tells of."""

    @classmethod
    def name_who_changed(cls, form: RecordForm) -> None:
        who = who_changed(form.instance, form.user)
        for conflict in form.merge.conflicts:
            conflict.who = who.get(conflict.name, "")


class TimelinePages(LoggedPages):
    """The pages of a class that activities can be about."""

    @classmethod
    def context(cls, record: Any, user: Any) -> dict[str, Any]:
        timeline = Timeline(record, user)
        form = ActivityForm(user=user, initial={"related_to": record}, auto_id="log_%s")
        last = timeline.last_activity or (cls._last(record, user) if timeline.more else None)
        return {"timeline": timeline, "composer": form, "last": last, **_next(timeline.tasks)}

    @classmethod
    def summary(cls, record: Any, user: Any) -> dict[str, Any]:
        return {"last": cls._last(record, user), **_next(list(to_do(record, user)[: TASKS + 1]))}

    @classmethod
    def _last(cls, record: Any, user: Any) -> Activity | None:
        return happened(record, user).select_related("created_by").order_by("-at", "-pk").first()

    @classmethod
    def hanging_on(cls, record: Any, user: Any) -> list[str]:
        count = record.activities_for(user).order_by().count()
        words = ngettext("%(count)s activity is deleted with it.", "%(count)s activities are deleted with it.", count)
        return [words % {"count": count}] if count else []

    @classmethod
    def urls(cls) -> list[URLPattern]:
        address, name = f"{cls.model.plural}/<str:pk>/timeline/", f"{cls.model._meta.model_name}-timeline"
        return [*super().urls(), path(address, TimelineView.as_view(pages=cls), name=name)]


class TimelineView(RecordView):
    """What happened before: for the button under a timeline, and as a page of its own."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        record = self.get_record(self.visible())
        try:
            timeline = Timeline(record, request.user, request.GET.get("before", ""))
        except BadPlace:
            return redirect(record)
        fragment = request.headers.get("HX-Request") == "true"
        page = "activities/_timeline.html" if fragment else "activities/timeline.html"
        return render(request, page, {"record": record, "timeline": timeline, "model": self.model})
