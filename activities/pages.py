from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from activities.filters import ORDERINGS, ActivityFilter
from activities.forms import ActivityForm
from activities.models import ABOUT, Activity
from records.models import Record
from records.pages import ListView, RecordPages, RecordView
from records.serializers import record_named
from records.transactions import atomically

SHOWN = 30


class ActivityPages(RecordPages):
    model = Activity
    form_class = ActivityForm
    filterset_class = ActivityFilter
    orderings = ORDERINGS
    ordering = "-created_at"
    asked_for = ("q", "type", "done", "ordering")

    @classmethod
    def listed(cls, rows: QuerySet, user: Any) -> QuerySet:
        return rows.select_related("created_by").with_rights(user)

    @classmethod
    def context(cls, record: Activity, user: Any) -> dict[str, Any]:
        return {"about": name_targets([record], user)}

    @classmethod
    def initial(cls, request: HttpRequest) -> dict[str, Any]:
        about = record_named(request.GET.get("about", ""), ABOUT, request.user)
        return {"related_to": about} if about else {}


class ActivityListView(ListView):
    def render(self, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        name_targets(context["page"].rows, self.request.user)
        return super().render(page, context, status)


class CompletionView(RecordView):
    """Done, or not done after all. With htmx the row is answered, else the page it stood on."""

    pages = ActivityPages
    action = "change"

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        activity = atomically(self._complete)
        if request.headers.get("HX-Request") == "true":
            activity.may_change = True
            name_targets([activity], request.user)
            return render(request, "activities/_activity.html", {"activity": activity, "shows_target": True})
        messages.success(request, f"“{activity}” is {'done' if activity.is_done else 'open again'}.")
        return self.go(activity.get_absolute_url())

    def _complete(self) -> Activity:
        activity = self.editable_record()
        if self.request.POST.get("undo"):
            activity.reopen()
        elif not activity.is_done:
            activity.complete()
        return activity


def composer(record: Record, user: Any) -> dict[str, Any]:
    """The activities about a record, newest first, and the form to log one."""
    rows = Activity.objects.visible_to(user).about(record).select_related("created_by").with_rights(user)
    activities = list(rows.order_by("-created_at", "-id")[: SHOWN + 1])
    form = ActivityForm(user=user, initial={"related_to": record}, auto_id="log_%s")
    return {"activities": activities[:SHOWN], "more_activities": len(activities) > SHOWN, "composer": form}


def name_targets(activities: list[Activity], user: Any) -> None:
    """Puts the record each is about on ``activity.target``, if the user may see it: one statement for each class."""
    by_class: dict[int, set[str]] = {}
    for activity in activities:
        activity.target = None  # type: ignore[attr-defined]
        if activity.related_type_id and activity.related_id:
            by_class.setdefault(activity.related_type_id, set()).add(activity.related_id)
    found = {}
    for type_id, ids in by_class.items():
        model: Any = ContentType.objects.get_for_id(type_id).model_class()
        found.update({(type_id, row.pk): row for row in model.objects.visible_to(user).filter(pk__in=ids)})
    for activity in activities:
        activity.target = found.get((activity.related_type_id, activity.related_id))  # type: ignore[attr-defined]


urls = [
    path("activities/", ActivityListView.as_view(pages=ActivityPages), name="activity-list"),
    path("activities/<str:pk>/completion/", CompletionView.as_view(), name="activity-completion"),
    *ActivityPages.urls()[1:],
]
