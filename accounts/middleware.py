"""Who asks, and what follows from it for the answer: its language, its zone, and what a browser may keep of it."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

Answer = Callable[[HttpRequest], HttpResponse]
ZONES = frozenset(available_timezones())
PROGRAMS = ("/api/v1/", "/parse", "/graphql", "/healthz")


def is_signed_in(request: HttpRequest) -> bool:
    # The session key first: asking for the user would cost a visitor without one two queries.
    return bool(request.session.session_key) and request.user.is_authenticated


def page_of(address: str) -> str:
    """The page that a header names, without its host; empty where it is none or pretends to be another site's."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return page if page.startswith("/") and url_has_allowed_host_and_scheme(page, None) else ""


class Place:
    """Words in the language and moments in the zone that the user chose; else the browser's and the server's.

    Instants are stored in UTC. Programs are told everything in English, whatever their library says it accepts.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.user.time_zone if is_signed_in(request) else ""  # type: ignore[union-attr]
        language, asked = self._language(request)
        with timezone.override(ZoneInfo(zone) if zone in ZONES else None), translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if asked:
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def _language(self, request: HttpRequest) -> tuple[str, bool]:
        """Its code, and whether the browser's headers decided."""
        if request.path.startswith(PROGRAMS):
            return settings.LANGUAGE_CODE, False
        chosen = request.user.language if is_signed_in(request) else ""  # type: ignore[union-attr]
        if chosen in dict(settings.LANGUAGES):
            return chosen, False
        return translation.get_language_from_request(request), True


class EndedSession:
    """Keeps the sign-in page out of panels, and pages out of the browser's memory.

    htmx would follow the redirect to the sign-in page and put that into the place of a panel. It is told 401 instead,
    with a toast that leads there in a tab of its own: what was typed stays where it is.

    A page that was made for somebody is not stored, so that Back after signing out asks us, and shows nothing.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") == "true" and self._leads_to_sign_in(response):
            return self._told(request)
        if response.headers.get("Content-Type", "").startswith("text/html") and is_signed_in(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _leads_to_sign_in(self, response: HttpResponse) -> bool:
        login = resolve_url(settings.LOGIN_URL)
        return response.status_code == 302 and urlsplit(response.headers["Location"]).path == login

    def _told(self, request: HttpRequest) -> HttpResponse:
        text = _("You are signed out. Nothing that you typed is lost: sign in, come back here and send it again.")
        back = urlencode({"next": page_of(request.headers.get("HX-Current-URL", "")) or "/"})
        link = {"url": f"{resolve_url(settings.LOGIN_URL)}?{back}", "text": _("Sign in")}
        response = HttpResponse(text, status=401, content_type="text/plain; charset=utf-8")
        trigger_client_event(response, "toast", {"text": text, "kind": "error", "link": link})
        return response
