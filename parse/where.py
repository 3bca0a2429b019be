"""The compiler of ``where``: from Parse's JSON to one Django Q, by a list of what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.db.models import Exists, Q, QuerySet
from django.db.models.lookups import IsNull

from accounts.models import User
from parse import added, days
from parse.classes import ParseClass, class_named
from parse.codec import BadValue, pointed_to
from parse.errors import FORBIDDEN, INVALID_JSON, INVALID_KEY_NAME, INVALID_QUERY, ParseError, denied
from parse.matching import Matcher, Not, pattern_of

DEEPEST = 10
MOST_VALUES = 1000
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*\Z")
NOTHING = Q(pk__in=())
EVERYTHING = ~NOTHING
UNSUPPORTED = {"$nearSphere", "$within", "$geoWithin", "$geoIntersects", "$maxDistance", "$relativeTime"}


def bad(words: str) -> ParseError:
    return ParseError(INVALID_QUERY, words)


def unknown(value: Any) -> ParseError:
    """What Parse over PostgreSQL says to a constraint in which it finds nothing to ask for."""
    text = orjson.dumps(value).decode()[:200]
    return ParseError(FORBIDDEN, f"Postgres doesn't support this query type yet {text}")


@dataclass(frozen=True)
class Scope:
    """Whose rights, of which class, how deep. ``rows``: the visible rows of a class, for sub-queries.

    ``has_regex`` is told when a pattern has to be run by the database, which then gets a short time for it.
    """

    name: str
    rows: Callable[[ParseClass], QuerySet]
    hidden: Callable[[str], frozenset[str]]
    has_regex: Callable[[], None]
    depth: int = 0
    queries: int = 0

    @property
    def parse_class(self) -> ParseClass:
        return class_named(self.name)

    def deeper(self) -> Scope:
        if self.depth >= DEEPEST:
            raise bad(f"where is nested more than {DEEPEST} levels deep.")
        return replace(self, depth=self.depth + 1)

    def inner(self, name: str) -> Scope:
        if self.queries >= DEEPEST:
            raise bad(f"Sub-queries are nested more than {DEEPEST} levels deep.")
        return replace(self, name=name, queries=self.queries + 1, depth=0)


def compile_where(scope: Scope, where: Any) -> Q:
    """Raises ParseError: 102, 105, 107 or 119."""
    if not isinstance(where, dict):
        raise ParseError(INVALID_JSON, "where must be a JSON object.")
    found = Q()
    for key, value in where.items():
        found &= _clause(scope, key, value)
    return found


def _clause(scope: Scope, key: str, value: Any) -> Q:
    if key in ("$or", "$and", "$nor"):
        return _combined(scope, key, value)
    if key == "$relatedTo":
        return _related_to(scope, value)
    if key == "ACL":
        raise bad("Cannot query on ACL.")
    if not NAME.match(key):
        raise ParseError(INVALID_KEY_NAME, f"Invalid key name: {key[:100]}")
    if key in scope.hidden(scope.name):
        raise denied(f"query {key}", scope.name)
    fields = scope.parse_class.fields
    if key in fields and fields[key].type == "Relation":
        return _member(scope, key, value)
    matcher = added.matcher(scope.name, fields, key)
    if matcher is None:
        # A column that there is not has no value: that one thing is true of it.
        return EVERYTHING if isinstance(value, dict) and value.get("$exists") is False else NOTHING
    if not isinstance(value, dict) or "__type" in value:
        if isinstance(value, list):
            raise unknown(value)
        return matcher.equal(value)
    return _constraints(scope, matcher, value)


def _combined(scope: Scope, key: str, value: Any) -> Q:
    if not isinstance(value, list) or (key == "$nor" and not value):
        least = "an array of at least 1 value" if key == "$nor" else "an array value"
        raise bad(f"Bad {key} format - use {least}.")
    if len(value) > MOST_VALUES:
        raise bad(f"{key} takes at most {MOST_VALUES} queries.")
    inner = scope.deeper()
    clauses = [compile_where(inner, one) or EVERYTHING for one in value]
    found = Q()
    if key == "$and":
        for clause in clauses:
            found &= clause
        return found
    for clause in clauses:
        found |= clause
    if key == "$or":
        return found or NOTHING
    return Q(Not(found))


def _constraints(scope: Scope, matcher: Matcher, value: dict) -> Q:
    found = Q()
    if not any(name in value for name in (*SUBQUERIES, *matcher.operators, *UNSUPPORTED)) and not value.get("$regex"):
        raise unknown(value)
    for name, operand in value.items():
        if name == "$options" or (name == "$regex" and not operand):
            continue
        if name in UNSUPPORTED:
            raise bad(f"{name} is not supported: no column holds places or relative times.")
        if name in SUBQUERIES:
            found &= SUBQUERIES[name](scope.deeper(), matcher, operand)
        elif name == "$regex":
            found &= _regex(scope, matcher, operand, value.get("$options"))
        elif name in matcher.operators:
            found &= matcher.operators[name](operand)
        else:
            raise unknown(value)
    return found


def _regex(scope: Scope, matcher: Matcher, source: Any, options: Any) -> Q:
    lookup, text = pattern_of(source, options)
    found = matcher.patterned(lookup, text)
    if lookup in ("regex", "iregex"):
        scope.has_regex()
    return found


# --- sub-queries, with the caller's rights --------------------------------------------------------------------------


def _subquery(scope: Scope, query: Any, operator: str) -> tuple[Scope, QuerySet]:
    if not isinstance(query, dict) or not isinstance(query.get("className"), str):
        raise bad(f"improper usage of {operator}")
    inner = scope.inner(redirected(query["className"], query.get("redirectClassNameForKey")))
    return inner, inner.rows(inner.parse_class).filter(compile_where(inner, query.get("where", {}))).order_by()


def redirected(name: str, key: Any) -> str:
    """The class that the relation ``key`` of class ``name`` holds; ``name`` where that is no relation."""
    field = class_named(name).fields.get(key) if isinstance(key, str) else None
    return field.targets[0] if field and field.type == "Relation" else name


def _in_query(scope: Scope, matcher: Matcher, query: Any) -> Q:
    inner, rows = _subquery(scope, query, "$inQuery")
    if matcher.field.type != "Pointer":
        raise bad(f"$inQuery needs a pointer, and {matcher.where} is a {matcher.field.type}.")
    if inner.name not in matcher.field.targets:
        return NOTHING
    return matcher.among(inner.name, rows.values(inner.parse_class.key))


def _not_in_query(scope: Scope, matcher: Matcher, query: Any) -> Q:
    """Drops rows without a pointer, as ``$nin`` those without a value; finds all where nothing is excluded."""
    excluded = _in_query(scope, matcher, query)
    _, rows = _subquery(scope, query, "$notInQuery")
    return Q(Not(excluded)) | ~Q(Exists(rows))


def _selected(scope: Scope, matcher: Matcher, value: Any) -> QuerySet | None:
    """The values of ``key`` in the rows of ``query``; None where nothing in this column can be one of them."""
    if not isinstance(value, dict) or set(value) != {"query", "key"} or not isinstance(value["key"], str):
        raise bad("improper usage of $select")
    inner, rows = _subquery(scope, value["query"], "$select")
    if value["key"] in inner.hidden(inner.name):
        raise denied(f"query {value['key'][:100]}", inner.name)
    field = inner.parse_class.fields.get(value["key"])
    if field is None or not field.column or not matcher.field.column or field.type != matcher.field.type:
        return None
    if field.type == "Pointer" and field.targets != matcher.field.targets:
        return None
    if field.definition or matcher.field.definition:
        chosen = added.selected(matcher.field, field)
        return chosen and rows.filter(Q(IsNull(chosen, False))).values_list(chosen)
    found = rows.filter(**{f"{field.column}__isnull": False})
    return found.values_list(days.instant(field)) if field.is_day else found.values(field.column)


def _select(scope: Scope, matcher: Matcher, value: Any) -> Q:
    chosen = _selected(scope, matcher, value)
    return NOTHING if chosen is None else matcher.within(chosen)


def _dont_select(scope: Scope, matcher: Matcher, value: Any) -> Q:
    chosen = _selected(scope, matcher, value)
    if chosen is None:
        return EVERYTHING
    return Q(Not(matcher.within(chosen))) | ~Q(Exists(chosen))


SUBQUERIES = {
    "$inQuery": _in_query,
    "$notInQuery": _not_in_query,
    "$select": _select,
    "$dontSelect": _dont_select,
}


# --- relations of roles -----------------------------------------------------------------------------------------------

MEMBERS = {"users": "groups__detail", "roles": "parents"}


def _related_to(scope: Scope, value: Any) -> Q:
    """The rows that ``key`` of the object holds: users or roles of a role that the caller may see."""
    try:
        key = value["key"]
        name, role = pointed_to(value["object"])
    except (BadValue, KeyError, TypeError) as error:
        raise bad("improper usage of $relatedTo") from error
    if name != "_Role" or key not in MEMBERS or class_named("_Role").fields[key].targets != (scope.name,):
        return NOTHING
    roles = scope.rows(class_named("_Role")).filter(object_id=role)
    return Q(pk__in=scope.parse_class.model.objects.filter(**{f"{MEMBERS[key]}__in": roles}).values("pk"))


def _member(scope: Scope, key: str, value: Any) -> Q:
    """``{"users": <pointer>}`` on roles: those that hold the user, or the role; or one that a sub-query finds."""
    if isinstance(value, dict) and value and value.keys() <= {"$inQuery", "$notInQuery"}:
        return _members_of_query(scope, key, value)
    try:
        name, member = pointed_to(value)
    except BadValue as error:
        raise bad(f"{scope.name}.{key} is a Relation: ask for a Pointer.") from error
    if scope.parse_class.fields[key].targets != (name,):
        return NOTHING
    if key == "users":
        # Of people whom the caller may not look up, it tells the roles that open nothing by themselves.
        people = scope.rows(class_named("_User")).filter(pk=member)
        held = User.groups.through.objects.filter(user=member)
        open_ = held.filter(Q(user__in=people) | Q(group__permissions__isnull=True))
        return Q(group_id__in=open_.values("group_id"))
    below = scope.rows(class_named("_Role")).filter(object_id=member)
    return Q(pk__in=scope.parse_class.model.objects.filter(children__in=below).values("pk"))


def _members_of_query(scope: Scope, key: str, value: dict) -> Q:
    found = Q()
    for operator, query in value.items():
        inner, rows = _subquery(scope.deeper(), query, operator)
        path = {"users": "group__user__in", "roles": "children__in"}[key]
        is_fitting = scope.parse_class.fields[key].targets == (inner.name,)
        held = scope.parse_class.model.objects.filter(**{path: rows}) if is_fitting else None
        clause = NOTHING if held is None else Q(pk__in=held.values("pk"))
        found &= clause if operator == "$inQuery" else ~clause
    return found
