from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

ZONES = frozenset(available_timezones())


class UserTimeZone:
    """Instants are stored in UTC and shown in the user's zone, or the server's where none was chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The session key first: asking for the user would cost a visitor without one two queries.
        zone = request.user.time_zone if request.session.session_key and request.user.is_authenticated else ""
        with timezone.override(ZoneInfo(zone) if zone in ZONES else None):
            return self.get_response(request)
