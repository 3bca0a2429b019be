"""On whose behalf and through which face rows are written: told to the database with every statement that writes.

The triggers of the change log (``live``) read it there. It goes in front of the statement, in the same round trip and
for the length of its transaction: so it holds outside of transactions too, survives the rollback of a savepoint, and
can never stay behind on a pooled connection for somebody else's request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.ids import new_id

SETTING = "parsley.acting"
PLAIN = re.compile(r"[A-Za-z0-9_-]*\Z")
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE|WITH\b.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b)", re.I | re.S)
COMMAND = "command"
OFF = "off"  # in place of names: the log stays silent


class ChangeSet:
    """Everything that is written in one request. False until something was written; its text is its id."""

    def __init__(self) -> None:
        self.has_changes = False

    @cached_property
    def id(self) -> str:
        return new_id()  # most requests only read

    def __bool__(self) -> bool:
        return self.has_changes

    def __str__(self) -> str:
        return self.id


class Acting:
    """``who``: the user, or what tells the user once something is written (a page may know only later who asks)."""

    def __init__(self, who: Any, face: str, change_set: ChangeSet | None = None) -> None:
        self.who = who
        self.face = face
        self.change_set = change_set
        self._is_asking = False

    @property
    def actor(self) -> str:
        """Asking who it is may itself write: an ended session is deleted then, on behalf of nobody."""
        if self._is_asking:
            return ""
        self._is_asking = True
        try:
            user = self.who() if callable(self.who) else self.who
            return getattr(user, "pk", None) or ""
        finally:
            self._is_asking = False

    def told(self) -> str:
        """As the triggers read it. Made of ids and words of ours, which hold nothing to escape; and checked for it."""
        if self.face == OFF:
            return OFF
        parts = [self.actor, self.face, self.change_set.id if self.change_set else ""]
        if not all(PLAIN.match(part) for part in parts):
            raise ValueError(f"{parts} is not written in letters and digits.")
        return ",".join(parts)


_acting: ContextVar[Acting] = ContextVar("acting")
NOBODY = Acting(None, COMMAND)  # a command, a shell, a test


@contextmanager
def acting(who: Any, face: str, change_set: ChangeSet | None = None) -> Iterator[Acting]:
    """Within the block all that is written is written by ``who``. Blocks nest; the innermost holds."""
    now = Acting(who, face, change_set)
    token = _acting.set(now)
    try:
        yield now
    finally:
        _acting.reset(token)


@contextmanager
def unlogged() -> Iterator[None]:
    """Within the block, in a transaction, nothing is logged: for loading rows that nobody wrote, COPY included."""
    with acting(None, OFF):
        _set(OFF)
        yield
    _set("")


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {SETTING} = '{value}'")


def present() -> Acting:
    return _acting.get(NOBODY)


def noted() -> str:
    """What the triggers are to be told of a statement that is about to write."""
    now = present()
    if now.change_set is not None:
        now.change_set.has_changes = True
    return now.told()


def tell(execute: Callable, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's wrapper of every statement. Reads go through as they are."""
    if not isinstance(sql, str) or not WRITES.match(sql):
        return execute(sql, params, many, context)
    setting = f"SET LOCAL {SETTING} = '{noted()}'"
    if many:
        return _many(execute, setting, sql, params, context)
    result = execute(f"{setting}; {sql}", params, many, context)
    context["cursor"].cursor.nextset()  # past the answer to SET
    return result


def _many(execute: Callable, setting: str, sql: str, params: Any, context: dict[str, Any]) -> Any:
    """A statement that is sent for many parameters takes no other in front."""
    with transaction.atomic(using=context["connection"].alias), context["connection"].cursor() as cursor:
        cursor.cursor.execute(setting)
        return execute(sql, params, True, context)


def install(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """On each new connection of a thread, once."""
    if tell not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, tell)  # Django pops what it appended itself
