"""Who calls the REST API: a program with a token, or the browser's own session."""

import time
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from psycopg import Cursor
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import Session, User
from accounts.principals import RIGHTS

KEYWORDS = {"token", "bearer"}
SESSION_FIELDS = [field.attname for field in Session._meta.concrete_fields]
USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
LIVING = f"""
SELECT {", ".join(f"s.{name}" for name in SESSION_FIELDS)}, {", ".join(f"u.{name}" for name in USER_FIELDS)}, r.*
  FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
  CROSS JOIN LATERAL ({RIGHTS.format(user="u.id")}) r
 WHERE s.digest = %s AND s.expires_at > %s AND u.is_active
"""  # noqa: S608 - column names of our own models
SEEN_EVERY = timedelta(minutes=5)  # a row written for every request would cost more than most requests


def session_of(token: str, request: HttpRequest) -> Session | None:
    """The living session behind a token, its user loaded; notes time and place of the use every five minutes."""
    session = living_session(Session.digest_of(token))
    if session:
        note_use(session, request)
    return session


def living_session(digest: str) -> Session | None:
    """Session, user and the user's rights in one prepared statement: it is asked for on every call of a program."""
    connection.ensure_connection()
    started = time.monotonic()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        row = cursor.execute(LIVING, [digest, timezone.now()], prepare=True, binary=True).fetchone()
    if connection.queries_logged:
        connection.queries_log.append({"sql": LIVING, "time": f"{time.monotonic() - started:.3f}"})
    if row is None:
        return None
    users, rest = len(SESSION_FIELDS), len(SESSION_FIELDS) + len(USER_FIELDS)
    session = Session.from_db("default", SESSION_FIELDS, row[:users])
    session.user = User.from_db("default", USER_FIELDS, row[users:rest])
    session.user.take_rights(*row[rest:])
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
