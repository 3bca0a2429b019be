"""ACL as Parse writes it, to and from grants."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model

from accounts.models import EVERYONE, User
from parse.errors import INVALID_JSON, ParseError, not_found
from records.models import Record
from records.sharing import grants_of

ROLE = "role:"
MOST_ENTRIES = 200
ACL_NOT_AN_OBJECT = -1


def entries_of(value: Any) -> dict[str, str]:
    """``{"<user id>" or "role:NAME" or "*": level}``, of records/sharing.py; raises -1 or 107 for what is no ACL."""
    if value == []:  # PHP's empty array
        return {}
    if not isinstance(value, dict):
        raise ParseError(ACL_NOT_AN_OBJECT, "ACL must be a Parse ACL.")
    if len(value) > MOST_ENTRIES:
        raise ParseError(INVALID_JSON, f"An ACL has at most {MOST_ENTRIES} entries.")
    found = {}
    for name, may in value.items():
        if not isinstance(may, dict) or any(key not in ("read", "write") for key in may):
            raise ParseError(INVALID_JSON, f"ACL: {name[:100]} needs an object of read and write.")
        if any(not isinstance(one, bool) for one in may.values()):
            raise ParseError(INVALID_JSON, f"ACL: {name[:100]} needs true for read and write.")
        if may.get("write"):
            found[name] = "write" if may.get("read") else "overwrite"
        elif may.get("read"):
            found[name] = "read"
    return found


def grants_from(value: Any) -> dict[Model, str]:
    """Who is granted what. ``*`` is all who are signed in: nothing is open to strangers. Raises 101."""
    entries = entries_of(value)
    roles = {name.removeprefix(ROLE) for name in entries if name.startswith(ROLE)}
    people = {name for name in entries if name != "*" and not name.startswith(ROLE)}
    wanted = roles | ({EVERYONE} if "*" in entries else set())
    holders: dict[str, Model] = {}
    if people:
        holders |= User.objects.in_bulk(list(people))
    if wanted:
        for role in Group.objects.filter(name__in=wanted):
            holders["*" if role.name == EVERYONE and "*" in entries else f"{ROLE}{role.name}"] = role
    for name in entries:
        if name not in holders:
            raise not_found(f"ACL: there is no {name[:100]}.")
    return {holders[name]: level for name, level in entries.items()}


def is_as_it_is(record: Record, wanted: dict[Model, str]) -> bool:
    """Whether the grants are those wanted already: a client sends the whole ACL with each save of it."""
    return {grant.holder: grant.level for grant in grants_of(record)} == wanted
