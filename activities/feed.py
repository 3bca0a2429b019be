"""A person's tasks as an iCalendar file, and the private address from which calendar programs fetch it."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from unicodedata import category

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from activities.models import Activity, CalendarFeed
from activities.targets import name_targets

RECENT = timedelta(days=90)
MOST = 1_000  # entries, the latest due first: a calendar program asks several times an hour
LASTS = {"meeting": timedelta(hours=1)}
LASTS_ELSE = timedelta(minutes=30)


def entries(user: Any) -> list[Activity]:
    """The user's own: all that is open, and what was due within the last 90 days. What has no due date has no place."""
    rows = Activity.objects.visible_to(user).of(user).filter(due_date__isnull=False)
    recent = rows.filter(Q(completed_at=None) | Q(due_date__gte=timezone.now() - RECENT))
    found = list(recent.order_by("-due_date", "-id")[:MOST])
    name_targets(found, user)
    return found


def calendar_of(user: Any, activities: Iterable[Activity], request: HttpRequest) -> bytes:
    """The same rows give the same bytes: nothing in it is of the moment of asking."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Parsley CRM//Activities//EN")
    calendar.add("x-wr-calname", f"Parsley: {user}")
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for activity in activities:
        calendar.add_component(_event(activity, request))
    return calendar.to_ical()


def _event(activity: Activity, request: HttpRequest) -> Event:
    """An event, not a VTODO, which most calendar programs do not show. A task takes no time off; a meeting does."""
    event, is_meeting = Event(), activity.type == "meeting"
    address = request.build_absolute_uri(activity.get_absolute_url())
    event.add("uid", f"{activity.pk}@parsley")
    event.add("dtstamp", activity.updated_at)
    event.add("last-modified", activity.updated_at)
    event.add("created", activity.created_at)
    event.add("dtstart", activity.due_date)
    event.add("duration", LASTS.get(activity.type or "", LASTS_ELSE))
    event.add("summary", _plain(f"✓ {activity}" if activity.is_done else str(activity)))
    event.add("description", _plain("\n".join(_described(activity, address))))
    event.add("url", address)
    event.add("categories", [_plain(activity.get_type())])
    event.add("transp", "OPAQUE" if is_meeting and not activity.is_done else "TRANSPARENT")
    return event


def _described(activity: Activity, address: str) -> Iterable[str]:
    if activity.target:  # type: ignore[attr-defined]
        yield _("About: %(record)s") % {"record": activity.target}  # type: ignore[attr-defined]
    if activity.description:
        yield activity.description
    yield address


def _plain(text: str) -> str:
    """Without control characters, which RFC 5545 forbids in a text."""
    return "".join(character for character in text if character in "\n\t" or category(character) != "Cc")


@method_decorator(never_cache, name="dispatch")
class FeedView(View):
    """The page on which a person makes, replaces and revokes the address of their feed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """The address is in the answer and nowhere else; after a redirect it would have to be kept to be shown."""
        token = CalendarFeed.start(request.user)
        return self._page(request, request.build_absolute_uri(reverse("activities:feed-file", args=[token])))

    def _page(self, request: HttpRequest, address: str = "") -> HttpResponse:
        feed = CalendarFeed.objects.filter(user=request.user.pk).first()
        return render(request, "activities/feed.html", {"feed": feed, "address": address})


class RevocationView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        CalendarFeed.objects.filter(user=request.user.pk).delete()
        messages.success(request, _("The address is revoked. No calendar can read your tasks by it any more."))
        return HttpResponseRedirect(reverse("activities:feed"), status=303)


@login_not_required
@require_safe
def feed_file(request: HttpRequest, token: str) -> HttpResponse:
    """Public, as calendar programs cannot sign in: whoever knows the token is taken for the user who made it."""
    feed = CalendarFeed.found(token)
    if feed is None:
        raise Http404
    feed.touch()
    found = entries(feed.user)
    with translation.override(getattr(feed.user, "language", "") or settings.LANGUAGE_CODE):
        body = calendar_of(feed.user, found, request)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="parsley.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if found:
        response.headers["Last-Modified"] = http_date(max(row.updated_at for row in found).timestamp())
    # Asked of the ETag alone: a task that was deleted leaves no later date behind.
    return get_conditional_response(request, etag=etag, response=response) or response


urls = [
    path("activities/feed/", FeedView.as_view(), name="feed"),
    path("activities/feed/revocation/", RevocationView.as_view(), name="feed-revocation"),
    path("calendar/<str:token>.ics", feed_file, name="feed-file"),
]
