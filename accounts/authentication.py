"""Who calls the REST API: a program with a token, or the browser's own session."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import Session, User

KEYWORDS = {"token", "bearer"}
SEEN_EVERY = timedelta(minutes=5)  # a row written for every request would cost more than most requests


def session_of(token: str, request: HttpRequest) -> Session | None:
    """The living session behind a token, its user loaded; notes time and place of the use every five minutes."""
    session = Session.objects.alive().select_related("user").filter(digest=Session.digest_of(token)).first()
    if session:
        note_use(session, request)
    return session


def note_use(session: Session, request: HttpRequest) -> None:
    now = timezone.now()
    if session.last_used_at is None or now - session.last_used_at > SEEN_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
        Session.objects.filter(stale, pk=session.pk).update(**Session.place_of(request))


class SessionTokenAuthentication(BaseAuthentication):
    """``Authorization: Token r:…`` or ``Authorization: Bearer r:…``."""

    def authenticate(self, request) -> tuple[User, Session] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].decode("latin-1").lower() not in KEYWORDS:
            return None
        if len(words) != 2:
            raise AuthenticationFailed("The Authorization header must be: Token <token>.")
        session = session_of(words[1].decode("latin-1"), request)
        if session is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        return session.user, session

    def authenticate_header(self, request) -> str:
        return "Token"


class BrowserAuthentication(SessionAuthentication):
    """The cookie of the pages, with CSRF. Second in line, so that a caller without either is told 401, not 403."""
