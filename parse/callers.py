"""Who calls: a user with a session, nobody, or the master key; and which rows that opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, F, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts.authentication import Assumed, Overtaken
from accounts.models import RoleDetail, Session, User
from accounts.principals import Rights, rights_of
from accounts.statements import run
from parse.classes import ParseClass
from parse.errors import NOT_FOUND, PERMISSION_DENIED, ParseError, denied, master_only

VERBS = {"find": "view", "get": "view", "count": "view", "create": "add", "update": "change", "delete": "delete"}
UNSEEN = {"change": "editable_by", "delete": "deletable_by"}  # nothing of the row is answered to whoever writes it
PROTECTED = frozenset({"email"})


class Master:
    """Stands where a user stands; has every right and owns nothing."""

    is_authenticated = is_active = True
    pk = None
    rights = Rights((), frozenset(), everything=True)


@dataclass
class Caller:
    """``user`` is a User, AnonymousUser or Master. ``session`` and ``token`` belong together."""

    user: Any
    session: Session | None = None
    token: str = ""
    installation_id: str = ""
    assumed: Assumed | None = None  # where the session is not proven yet
    request: HttpRequest | None = None

    def prove(self) -> None:
        """Before anything but the one statement that brings the proof along."""
        if self.assumed and not self.assumed.is_proven:
            raise Overtaken

    def prove_now(self) -> None:
        """By a statement of its own. Raises Overtaken."""
        if self.assumed and not self.assumed.is_proven:
            self.assumed.row("SELECT 1", [], keep=True)

    def prove_with_write(self) -> None:
        """By the statement that comes next, which writes; else by one of its own. Raises Overtaken, then or now."""
        if self.assumed and not self.assumed.is_proven and not self.assumed.with_write():
            self.prove_now()

    def row(self, sql: str, parameters: Sequence[Any], *, keep: bool = True) -> tuple | None:
        """The one row of a statement, and with it the proof of the session where that is still due."""
        if self.assumed and not self.assumed.is_proven:
            return self.assumed.row(sql, parameters, keep=keep)
        return next(iter(run(sql, parameters, keep=keep)), None)

    @property
    def is_master(self) -> bool:
        return isinstance(self.user, Master)

    @property
    def is_anonymous(self) -> bool:
        return isinstance(self.user, AnonymousUser)

    @cached_property
    def rights(self) -> Rights:
        return rights_of(self.user)

    def require_master(self) -> None:
        if not self.is_master:
            raise master_only()

    def refuse_unless(self, parse_class: ParseClass, action: str) -> None:
        """The class-level permission: 101 to who is not signed in, 119 to whose role does not include it.

        Of people and roles nobody sees but what is shown to him, and who is not signed in nothing.
        """
        if self.is_anonymous and parse_class.is_record:
            raise ParseError(NOT_FOUND, PERMISSION_DENIED, detail="Who calls needs to be signed in.")
        if parse_class.is_record and not self.rights.may(parse_class.permission(VERBS[action])):
            raise denied(action, parse_class.name)

    def rows(self, parse_class: ParseClass, verb: str = "view") -> QuerySet:
        """The rows that the caller may read (or change, delete): the same rule as at every other face."""
        if parse_class.is_record:
            rows = parse_class.model.objects
            return rows.visible_to(self.user) if verb == "view" else getattr(rows, UNSEEN[verb])(self.user, unseen=True)
        return OTHERS[parse_class.model](self, verb)

    def hidden_columns(self, class_name: str) -> frozenset[str]:
        """What may not be asked about: people's addresses, by whoever does not look after people."""
        return PROTECTED if class_name == "_User" and not self.manages_people else frozenset()

    @property
    def manages_people(self) -> bool:
        return self.rights.may("accounts.view_user")


def _users(caller: Caller, verb: str) -> QuerySet:
    confirmed = Case(When(confirmed_email=F("email"), then=True), output_field=BooleanField())  # absent, not false
    people = User.objects.filter(is_active=True).order_by().annotate(has_confirmed=confirmed)
    return people if caller.rights.may(f"accounts.{verb}_user") else people.filter(pk=caller.user.pk)


def _roles(caller: Caller, verb: str) -> QuerySet:
    roles = RoleDetail.objects.all()
    if caller.rights.may(f"auth.{verb}_group"):
        return roles
    column = "readers" if verb == "view" else "writers"
    return roles.filter(**{f"{column}__overlap": list(caller.rights.principals)})


def _sessions(caller: Caller, verb: str) -> QuerySet:
    sessions = Session.objects.alive().order_by().annotate(seen_at=Coalesce("last_used_at", "created_at"))
    return sessions if caller.is_master else sessions.filter(user_id=caller.user.pk)


OTHERS = {User: _users, RoleDetail: _roles, Session: _sessions}
