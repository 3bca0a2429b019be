"""Who is behind the socket of a page: signed in by the browser's cookie, and asked again when rights change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.principals import STAMPS, Rights


@dataclass(frozen=True)
class Guest:
    """``digest``: of the key of the session, as the database tells that it ended."""

    user: User
    session: str
    digest: str

    @property
    def rights(self) -> Rights:
        return self.user.rights

    @property
    def mark(self) -> str:
        return mark_of(self.rights)


@lru_cache(maxsize=2_000)
def mark_of(rights: Rights) -> str:
    """The same for the same rights. A page keeps it, to be told everything if it comes back to others."""
    held = [sorted(rights.principals), sorted(rights.permissions), rights.everything]
    return hashlib.blake2b(repr(held).encode(), digest_size=6).hexdigest()


def key_in(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The key of the browser's session; empty where no cookie brought one."""
    sent = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    return parse_cookie(sent).get(settings.SESSION_COOKIE_NAME, "")[:64]


def guests(keys: Iterable[str]) -> dict[str, Guest]:
    """By their keys those sessions that are alive, as Django's middleware would find them: two statements for all."""
    found = Session.objects.filter(session_key__in=set(keys), expire_date__gt=timezone.now())
    told = {session.session_key: session.get_decoded() for session in found}
    people = with_rights(User.objects.filter(is_active=True, pk__in={data.get(SESSION_KEY) for data in told.values()}))
    users = {user.pk: user for user in people}
    return {
        key: Guest(users[data[SESSION_KEY]], key, hashlib.sha256(key.encode()).hexdigest())
        for key, data in told.items()
        if data.get(SESSION_KEY) in users and _is_theirs(users[data[SESSION_KEY]], data)
    }


def with_rights(people: QuerySet[User]) -> list[User]:
    """With the rights that they hold at this moment, in the same statement where these were seen before."""
    stamps = RawSQL(STAMPS.format(user="accounts_user.id"), [], output_field=ArrayField(BigIntegerField()))  # noqa: S611
    users: list[Any] = list(people.annotate(stamps=stamps))
    for user in users:
        user.take_rights(user.stamps)
    return users


def _is_theirs(user: User, data: dict[str, Any]) -> bool:
    """A new password leaves the session where it is, but without the right hash in it."""
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), one) for one in hashes)
