"""Rows straight from PostgreSQL to JSON: one prepared statement for each read, no model instances on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import CharField, Func, QuerySet, TextField, Value
from django.db.models.expressions import F
from django.db.models.functions import Cast

from accounts.principals import EVERYBODY
from accounts.statements import run
from parse import added, days
from parse.classes import ParseClass, class_named
from parse.codec import encoder

REGEX_TIMEOUT_MS = 2_000
TEAM, ROLE = "team:", "role:"


def rows_of(rows: QuerySet, around: str = "{}", *, briefly: bool = False) -> list[tuple]:
    """The rows of a ``values_list``, by a binary cursor on Django's own connection.

    ``around``: a statement to set its SQL into. ``briefly``: a pattern of the caller's is run, so the statement gets
    two seconds and no more.
    """
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    sql = around.format(sql)
    if briefly:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {REGEX_TIMEOUT_MS}")
            found = run(sql, parameters, keep=False)
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
            return found
    return run(sql, parameters, keep=False)


def fetch(rows: QuerySet, around: str = "{}", *, briefly: bool = False) -> Any:
    """The one value."""
    found = rows_of(rows, around, briefly=briefly)
    return found[0][0] if found else None


class Reader:
    """Columns of one class and how each becomes JSON. ``names``: the wire names wanted, None for all."""

    def __init__(self, parse_class: ParseClass, names: frozenset[str] | None = None) -> None:
        self.parse_class = parse_class
        self.constants: dict[str, Any] = {}
        self.columns: list[Any] = []
        self.encoders: list[tuple[str, Callable[[Any], Any] | None]] = []
        for field in parse_class.fields.values():
            if names is not None and field.name not in names:
                continue
            if field.type == "Relation":
                self.constants[field.name] = {"__type": "Relation", "className": field.targets[0]}
            elif field.type != "ACL":
                column = days.instant(field) if field.is_day else field.column or _related_text()
                if field.definition:
                    self._add(field.name, field.definition.json, added.encoder(field))
                else:
                    self._add(field.name, column, encoder(field))
            elif parse_class.acl:
                self._add("ACL", _acl_text(*parse_class.acl), None)
            elif parse_class.name == "_User":
                self._add("ACL", parse_class.key, _own_acl)

    def _add(self, name: str, column: Any, encode: Callable[[Any], Any] | None) -> None:
        self.columns.append(column)
        self.encoders.append((name, encode))

    def read(self, rows: QuerySet, *, briefly: bool = False) -> list[dict]:
        return self.objects(rows_of(rows.values_list(*self.columns), briefly=briefly))

    def objects(self, rows: list[tuple]) -> list[dict]:
        """A column without a value is absent, as it is for Parse."""
        acl = AclReader()
        encoders = [(name, encode or acl if name == "ACL" else encode) for name, encode in self.encoders]
        return [
            {
                name: encode(value) if encode else value
                for (name, encode), value in zip(encoders, row, strict=True)
                if value is not None
            }
            | self.constants
            for row in rows
        ]


@lru_cache(maxsize=256)
def reader(parse_class_name: str, names: frozenset[str] | None = None) -> Reader:
    """Kept, as its columns are expressions that take time to make."""
    return Reader(class_named(parse_class_name), names)


def _own_acl(key: str) -> dict:
    """A person's row is that person's."""
    return {key: {"read": True, "write": True}}


def _related_text() -> Func:
    kind = Cast("related_type_id", CharField())
    return Func(
        kind, Value(":"), F("related_id"), template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField()
    )


def _acl_text(readers: str, writers: str) -> Func:
    """Both arrays as one text, so that rows with the same access are told by it and worked out once."""
    parts = [Func(F(name), template="array_to_string(%(expressions)s, ' ')") for name in (readers, writers)]
    return Func(*parts, template="(%(expressions)s)", arg_joiner=" || '|' || ", output_field=TextField())


class AclReader:
    """ACL from the arrays: assignee and grants. What teams and reach add is not in it."""

    def __init__(self) -> None:
        self._known: dict[str, dict] = {}
        self._roles: dict[str, str] | None = None

    def __call__(self, text: str) -> dict:
        if text not in self._known:
            readers, _, writers = text.partition("|")
            writing = set(writers.split())
            acl = {}
            for principal in readers.split():
                if not principal.startswith(TEAM):
                    may = {"read": True, "write": True} if principal in writing else {"read": True}
                    acl[self._name(principal)] = may
            for principal in writing.difference(readers.split()):
                acl[self._name(principal)] = {"write": True}
            self._known[text] = acl
        return self._known[text]

    def _name(self, principal: str) -> str:
        if principal == EVERYBODY or not principal.startswith(ROLE):
            return principal
        if self._roles is None:
            self._roles = {str(pk): name for pk, name in Group.objects.values_list("pk", "name")}
        return f"{ROLE}{self._roles.get(principal.removeprefix(ROLE), '')}"
