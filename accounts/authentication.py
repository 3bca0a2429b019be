"""Who calls the REST API: a program with a token, or the browser's own session."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.loop import in_loop
from accounts.models import Session, User
from accounts.principals import STAMPS
from accounts.statements import run

KEYWORDS = {"token", "bearer"}
SESSION_FIELDS = [field.attname for field in Session._meta.concrete_fields]
USER_FIELDS = [field.attname for field in User._meta.concrete_fields if field.name != "password"]
LIVING = f"""
SELECT {", ".join(f"s.{name}" for name in SESSION_FIELDS)}, {", ".join(f"u.{name}" for name in USER_FIELDS)},
       {STAMPS.format(user="u.id")}
  FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
 WHERE s.digest = %s AND s.expires_at > %s AND u.is_active
"""  # noqa: S608 - column names of our own models
COLUMNS = len(SESSION_FIELDS) + len(USER_FIELDS) + 1  # and the stamps
KEPT = 2_000
OVERTAKEN = "PR001"  # accounts_prove()
PROOF = f", accounts_prove({STAMPS.format(user='$2')}, translate($3, '[]', '{{}}')::bigint[])".encode()
_last: dict[str, tuple] = {}  # by digest
PROVEN = f"""
SELECT proof.stamps, found.*
  FROM (SELECT {STAMPS.format(user="%s")} stamps) proof LEFT JOIN ({{}}) found ON true
"""  # noqa: S608 - set around statements of our own
SEEN_EVERY = timedelta(minutes=5)  # a row written for every request would cost more than most requests


def session_of(token: str, request: HttpRequest) -> Session | None:
    """The living session behind a token, its user loaded; notes time and place of the use every five minutes."""
    session = living_session(Session.digest_of(token))
    if session:
        note_use(session, request)
    return session


def living_session(digest: str) -> Session | None:
    """Session, user and the stamps of the user's rights in one prepared statement: asked on every call of a program."""
    row = next(iter(run(LIVING, [digest, timezone.now()])), None)
    if row is None:
        _last.pop(digest, None)
        return None
    if len(_last) >= KEPT:
        _last.clear()
    _last[digest] = row
    return _session(row)


def _session(row: tuple) -> Session:
    users = len(SESSION_FIELDS)
    session = Session.from_db("default", SESSION_FIELDS, row[:users])
    session.user = User.from_db("default", USER_FIELDS, row[users : COLUMNS - 1])
    session.user.take_rights(row[COLUMNS - 1])
    return session


class Overtaken(Exception):
    """The session ended, or it, its user or the user's rights changed, since it was last asked about."""


class Assumed:
    """A session as it last was. Nothing may be answered on the strength of it before ``row`` has proven it.

    The proof are the stamps: a trigger changes them with the session, the user, or the user's rights.
    """

    def __init__(self, session: Session, stamps: list[int]) -> None:
        self.session = session
        self.is_proven = False
        self._stamps = stamps

    @classmethod
    def of(cls, token: str) -> "Assumed | None":
        row = _last.get(Session.digest_of(token))
        if row is None:
            return None
        session = _session(row)
        return cls(session, row[-1]) if session.expires_at > timezone.now() else None

    def row(self, sql: str, parameters: Sequence[Any], *, keep: bool) -> tuple:
        """The one row of ``sql``, in one round trip with the proof; all None where there is none. Raises Overtaken."""
        stamps, *found = run(PROVEN.format(sql), [self.session.user_id, *parameters], keep=keep)[0]
        if stamps != self._stamps:
            raise Overtaken
        self.is_proven = True
        return tuple(found)

    @property
    def everybodys_stamp(self) -> int:
        return self._stamps[0]

    def with_write(self) -> bool:
        """Leaves the proof to the next write, where there is a loop to send both at once."""
        here = in_loop()
        if here is not None:
            here.assumed = self
        return here is not None

    @contextmanager
    def proven_by_write(self) -> Iterator[tuple[bytes, list[bytes]]]:
        """Gives the SQL that goes in front of the write, and its parameters from the second on."""
        try:
            yield PROOF, [self.session.user_id.encode(), str(self._stamps).encode()]
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) != OVERTAKEN:
                raise
            here = in_loop()
            if here is not None:
                here.has_written = False
            raise Overtaken from error
        self.is_proven = True


def is_fresh(session: Session) -> bool:
    """Whether its last use was noted lately."""
    return session.last_used_at is not None and timezone.now() - session.last_used_at <= SEEN_EVERY


def note_use(session: Session, request: HttpRequest) -> None:
    if not is_fresh(session):
        now = timezone.now()
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
