"""Under which names a user may read and write: the caller's side of the access rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from accounts.models import User

EVERYBODY = "*"
KEPT = 10_000

# ``{user}`` in all of these: a parameter, or the id's column of a statement around it.

# Numbers that change with the rights of the user, in the same transaction: triggers write them (migration 0004).
# Everybody's, that of the definitions of fields (records/fields.py), and the user's own, if there is one.
FIELDS = "+"
STAMPS = """
ARRAY(SELECT stamp FROM accounts_rightsstamp WHERE holder IN ('*', '+', {user}) ORDER BY holder COLLATE "C")"""
RIGHTS = """
WITH RECURSIVE led(id) AS (
    SELECT team_id FROM accounts_team_leads WHERE user_id = {user}
    UNION
    SELECT t.id FROM accounts_team t JOIN led ON t.parent_id = led.id
), roles(id) AS (
    SELECT group_id FROM accounts_user_groups WHERE user_id = {user}
    UNION
    SELECT c.from_roledetail_id FROM accounts_roledetail_children c JOIN roles ON c.to_roledetail_id = roles.id
)
SELECT ARRAY(SELECT id FROM roles),
       ARRAY(SELECT id FROM led),
       ARRAY(SELECT DISTINCT c.app_label || '.' || p.codename
               FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
              WHERE p.id IN (SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = {user}
                             UNION
                             SELECT permission_id FROM auth_group_permissions WHERE group_id IN (
                                 SELECT id FROM roles UNION SELECT id FROM auth_group WHERE name = 'Everyone'))),
       {stamps}
"""


@dataclass(frozen=True)
class Rights:
    """Everything the access rule asks about a user, in one statement.

    ``principals`` are matched against a record's ``readers`` and ``writers``: the user's id, ``role:<id>`` of each
    role and of the roles above it, ``team:<id>`` of each team led and of all below it, and ``*``. ``permissions`` are
    the class-level ones of all these roles and of Everyone.
    """

    principals: tuple[str, ...]
    permissions: frozenset[str]
    everything: bool

    @classmethod
    def of(cls, user: User) -> Rights:
        return cls.held_by(user) if user.is_active else NOTHING

    @classmethod
    def held_by(cls, user: User) -> Rights:
        """Also of somebody who is not active, and so may use none of them."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {STAMPS.format(user='%(user)s')}", {"user": user.pk})
            return cls.as_of(user, *cursor.fetchone())

    @classmethod
    def as_of(cls, user: User, stamps: list[int]) -> Rights:
        """As the stamps were read, from memory where they have been seen: asking costs a millisecond."""
        note_fields(stamps[1])
        key = (user.pk, user.is_superuser)
        known = _known.get(key)
        if known is not None and known[0] == stamps:
            return known[1]
        with connection.cursor() as cursor:
            cursor.execute(RIGHTS.format(user="%(user)s", stamps=STAMPS.format(user="%(user)s")), {"user": user.pk})
            *row, stamps = cursor.fetchone()
        if len(_known) >= KEPT:
            _known.clear()
        rights = cls._made_of(user, *row)
        _known[key] = stamps, rights
        return rights

    @classmethod
    def _made_of(cls, user: User, roles: list[int], teams: list[int], permissions: list[str]) -> Rights:
        names = [user.pk, EVERYBODY, *(f"role:{role}" for role in roles), *(f"team:{team}" for team in teams)]
        return cls(tuple(names), frozenset(permissions), user.is_superuser)

    def may(self, permission: str) -> bool:
        """``permission`` as Django writes it: ``pipeline.change_deal``."""
        return self.everything or permission in self.permissions


_fields = 0


def note_fields(stamp: int) -> None:
    """What the database said last of the definitions of fields."""
    global _fields
    _fields = stamp


def seen_of_fields() -> int:
    return _fields


def fields_changed() -> None:
    """By this process, just now: whatever it remembers of them is to be read again."""
    note_fields(-1)


NOTHING = Rights((), frozenset(), False)
_known: dict[tuple[str, bool], tuple[list[int], Rights]] = {}


def rights_of(user) -> Rights:
    """Of anybody: who is not signed in has none."""
    return user.rights if user.is_authenticated else NOTHING
