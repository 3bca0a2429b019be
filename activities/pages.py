from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from activities import feed
from activities.calendar import VIEWS, Calendar, due_date_asked
from activities.columns import COLUMNS, Complete
from activities.filters import ORDERINGS, ActivityFilter
from activities.forms import ActivityForm, DueDateForm
from activities.models import ABOUT, Activity
from activities.targets import name_targets
from activities.timeline import LoggedPages
from records.bulk import Delete, Share
from records.door import RecordView
from records.lists import ListView
from records.serializers import record_named
from records.toasts import toast
from records.transactions import atomically


class ActivityPages(LoggedPages):
    model = Activity
    form_class = ActivityForm
    filterset_class = ActivityFilter
    orderings = ORDERINGS
    ordering = "-created_at"
    asked_for = ("q", "type", "done", "created_by")
    columns = COLUMNS
    actions = (Complete, Share, Delete)

    @classmethod
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        return rows.select_related("created_by")

    @classmethod
    def context(cls, record: Activity, user: Any) -> dict[str, Any]:
        return {"about": name_targets([record], user)}

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        about = record_named(request.GET.get("about", ""), ABOUT, request.user)
        asked = {"related_to": about, "due_date": due_date_asked(request.GET.get("due_date", ""))}
        return {name: value for name, value in asked.items() if value}


class ActivityListView(ListView):
    """As a list, or as a calendar: ``view=week``, ``view=month``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("view") not in VIEWS:
            return super().get(request)
        may_add = request.user.has_perm("activities.add_activity")
        return render(request, "activities/calendar.html", {"calendar": Calendar(request), "may_add": may_add})


class TaskView(RecordView):
    """Changes one task where it stands. With htmx its row is answered, else the page it stood on."""

    pages = ActivityPages
    action = "change"

    def answer(self, activity: Activity, said: str, **taking_back: str) -> HttpResponse:
        """``taking_back``: what the row sends, to the address that was just posted to, in order to undo it."""
        toast(self.request, said, undo=True)
        if not self.in_place:
            return self.go(activity.get_absolute_url())
        activity.may_change = True  # type: ignore[attr-defined]
        name_targets([activity], self.request.user)
        row = "_task" if self.request.POST.get("row") == "task" else "_activity"
        context = {"activity": activity, "shows_target": True, "said": said, "undo": taking_back}
        context |= {"undo_at": self.request.path, "back": self.came_from(activity.get_absolute_url())}
        return render(self.request, f"activities/{row}.html", context)

    @property
    def in_place(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"


class CompletionView(TaskView):
    """Done, or not done after all."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        activity = atomically(self._complete)
        if activity.is_done:
            return self.answer(activity, _("“%(task)s” is done.") % {"task": activity}, undo="1")
        return self.answer(activity, _("“%(task)s” is open again.") % {"task": activity})

    def _complete(self) -> Activity:
        activity = self.editable_record()
        if self.request.POST.get("undo"):
            activity.reopen()
        elif not activity.is_done:
            activity.complete()
        return activity


class DueDateView(TaskView):
    """Another due date: ``due_date`` as a moment, or ``day``, tomorrow or the Monday of next week, at the same time."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        activity = atomically(self.editable_record)
        return self._page(activity, DueDateForm(due=activity.due_date))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        return atomically(self._reschedule)

    def _reschedule(self) -> HttpResponse:
        activity = self.editable_record()
        before = activity.due_date
        form = DueDateForm(self.request.POST, due=before)
        if not form.is_valid():
            return self._page(activity, form, 422)
        activity.reschedule(form.cleaned_data["due_date"])
        if self.request.POST.get("taken_back") or before is None:
            return self.answer(activity, _("“%(task)s” is due as before.") % {"task": activity})
        said = _("“%(task)s” is due %(when)s.") % {"task": activity, "when": form.when()}
        return self.answer(activity, said, due_date=before.isoformat(), taken_back="1")

    def _page(self, activity: Activity, form: DueDateForm, status: int = 200) -> HttpResponse:
        if self.in_place and status != 200:  # said in a toast, the form stays open as it is
            words = " ".join(word for words in form.errors.values() for word in words)
            return HttpResponse(words, status=status, content_type="text/plain")
        page = "activities/_due_date.html" if self.in_place else "activities/due_date.html"
        context = {"record": activity, "form": form, "cancel": self.came_from(activity.get_absolute_url())}
        return render(self.request, page, context, status=status)


urls = [
    path("activities/", ActivityListView.as_view(pages=ActivityPages), name="activity-list"),
    *feed.urls,
    path("activities/<str:pk>/completion/", CompletionView.as_view(), name="activity-completion"),
    path("activities/<str:pk>/due-date/", DueDateView.as_view(), name="activity-due-date"),
    *ActivityPages.urls()[1:],
]
