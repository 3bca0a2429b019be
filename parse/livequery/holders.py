"""On whose behalf sockets listen: each token once in a process, with what it may see, asked anew when that changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from accounts.authentication import living_session
from accounts.models import Session
from accounts.principals import FIELDS, note_fields
from live.sight import Sight
from parse.callers import Caller, Master
from parse.classes import ParseClass

if TYPE_CHECKING:
    from parse.livequery.subscriptions import Subscription

EVERYBODY = "*"
STAMPS = "SELECT holder, stamp FROM accounts_rightsstamp WHERE holder IN ('*', %s)"


class Holder:
    """Somebody with a token, the master key, or neither; the last two never end."""

    def __init__(
        self,
        user: Any,
        digest: str = "",
        expires_at: datetime | None = None,
        stamps: dict[str, int] | None = None,
    ) -> None:
        """``stamps``: of the rights, not younger than these."""
        self.digest = digest
        self.stamps = stamps or {}
        self.subscriptions: set[Subscription] = set()
        self.is_alive = True
        self.become(user, expires_at)

    def become(self, user: Any, expires_at: datetime | None) -> None:
        self.caller = Caller(user)
        self.expires_at = expires_at
        self._sights: dict[str, Sight] = {}

    @property
    def user_id(self) -> str | None:
        return self.caller.user.pk

    def sight(self, parse_class: ParseClass) -> Sight:
        if parse_class.name not in self._sights:
            self._sights[parse_class.name] = Sight(self.caller.rights, parse_class.permission("view"))
        return self._sights[parse_class.name]

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class Holders:
    """Those with tokens, and the stamps of their rights: before each delivery it is asked whether these still hold."""

    def __init__(self) -> None:
        self.master = Holder(Master())
        self.nobody = Holder(AnonymousUser())
        self.by_digest: dict[str, Holder] = {}
        self.stamps: dict[str, int] = {FIELDS: 0}

    def of_people(self, names: set[str]) -> list[Holder]:
        """``names``: ids of users, or ``*``."""
        return [one for one in self.by_digest.values() if EVERYBODY in names or one.user_id in names]

    def note(self, stale: dict[str, int]) -> None:
        """Once what they stand for was read anew."""
        self.stamps |= stale
        if FIELDS in stale:
            note_fields(stale[FIELDS])

    def put(self, holder: Holder) -> Holder:
        """Answers the one of the same token that is known. An older stamp only has us ask once more."""
        if not holder.digest:
            return holder
        for name, stamp in holder.stamps.items():
            self.stamps.setdefault(name, stamp)
        return self.by_digest.setdefault(holder.digest, holder)

    def drop_unused(self, holder: Holder) -> None:
        if holder.digest and not holder.subscriptions and self.by_digest.get(holder.digest) is holder:
            del self.by_digest[holder.digest]
            if not self.of_people({str(holder.user_id)}):
                self.stamps.pop(str(holder.user_id), None)


def load(token: str) -> Holder | None:
    """Not in an event loop. None: the token is of no living session."""
    session, stamps = _living(Session.digest_of(token)) if len(token) <= 100 else (None, {})
    return Holder(session.user, session.digest, session.expires_at, stamps) if session else None


def renew(holders: list[Holder]) -> list[Holder]:
    """Gives them the rights of now; answers those whose session has ended. Not in an event loop."""
    ended = []
    for holder in holders:
        session, _ = _living(holder.digest)
        if session is None:
            holder.is_alive = False
            ended.append(holder)
        else:
            holder.become(session.user, session.expires_at)
    return ended


def _living(digest: str) -> tuple[Session | None, dict[str, int]]:
    """The stamps are older than what is told of the session: what changes in between is noticed by them."""
    session = living_session(digest)
    if session is None:
        return None, {}
    with connection.cursor() as cursor:
        cursor.execute(STAMPS, [session.user_id])
        stamps = {EVERYBODY: 0, session.user_id: 0, **dict(cursor.fetchall())}
    return living_session(digest), stamps


def expired(holders: Holders) -> list[Holder]:
    now = timezone.now()
    return [one for one in holders.by_digest.values() if one.is_expired(now)]
