"""``/roles``: who is in them, which roles are below them, and who may see and change that."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models

from accounts.models import EVERYONE, RoleDetail, User
from accounts.principals import EVERYBODY
from parse import objects
from parse.acl import ROLE, entries_of
from parse.callers import Caller
from parse.calls import Answer, Call
from parse.classes import CLASSES, KEYS
from parse.codec import BadValue, iso, pointed_to, type_of
from parse.errors import (
    DUPLICATE_VALUE,
    FORBIDDEN,
    INCORRECT_TYPE,
    INVALID_JSON,
    INVALID_KEY_NAME,
    ParseError,
    denied,
    mismatch,
    not_found,
)
from records.transactions import atomically

ROLES = CLASSES["_Role"]
NAME = re.compile(r"\S(.{0,148}\S)?\Z")
RELATIONS = {"users": "_User", "roles": "_Role"}
MOST_MEMBERS = 1000
Changes = dict[str, tuple[list[str], list[str]]]


def create(call: Call) -> Answer:
    """Anybody who is signed in may: a new role has no permission of any class, and is in nobody's way."""
    caller = call.caller
    if caller.is_anonymous:
        raise denied("create", "_Role")
    name, acl = call.body.get("name"), call.body.get("ACL")
    if name is None:
        raise ParseError(INCORRECT_TYPE, "name is required.")
    if not isinstance(name, str):
        raise mismatch("_Role", "name", "String", type_of(name))
    if not NAME.match(name) or not name.isprintable():
        raise ParseError(INVALID_JSON, "A role's name has 1 to 150 visible characters.")
    if acl is None:
        raise ParseError(INCORRECT_TYPE, "ACL is required.")
    if "objectId" in call.body:
        raise ParseError(INVALID_KEY_NAME, "objectId is an invalid field name.")
    role = atomically(_create, caller, name, acl, _relations(call.body))
    answer = {"objectId": role.object_id, "createdAt": iso(role.created_at)}
    return Answer(answer, 201, {"Location": call.address_of(f"/classes/_Role/{role.object_id}")})


def _create(caller: Caller, name: str, acl: Any, relations: Changes) -> RoleDetail:
    if Group.objects.filter(name=name).exists():
        raise ParseError(DUPLICATE_VALUE, "A duplicate value for a field with unique values was provided")
    role = Group.objects.create(name=name).detail  # made by a trigger
    _set_acl(role, acl)
    role.save(update_fields=["readers", "writers"])
    _relate(caller, role, relations)
    return role


def update(call: Call, key: str) -> Answer:
    role = atomically(_update, call, key)
    return Answer({"updatedAt": iso(role.updated_at)})


def _update(call: Call, key: str) -> RoleDetail:
    role = _one(call.caller, key, "change")
    relations = _relations(call.body)
    if role.group.name == EVERYONE and any(add or remove for add, remove in relations.values()):
        raise ParseError(FORBIDDEN, f"{EVERYONE} stands for all who are signed in: nobody joins or leaves it.")
    _relate(call.caller, role, relations)
    if call.body.get("ACL") is not None:
        _set_acl(role, call.body["ACL"])
    role.save(update_fields=["readers", "writers", "updated_at"])
    return role


def delete(call: Call, key: str) -> Answer:
    atomically(_delete, call.caller, key)
    return Answer()


def _delete(caller: Caller, key: str) -> None:
    role = _one(caller, key, "delete")
    if role.group.name == EVERYONE:
        raise ParseError(FORBIDDEN, f"{EVERYONE} stands for all who are signed in and stays.")
    _refuse_beyond(caller, role)
    role.group.delete()


def _one(caller: Caller, key: str, verb: str) -> RoleDetail:
    if caller.is_anonymous:
        raise not_found()
    role = objects.one(caller, ROLES, key, verb).select_for_update(of=("self",)).select_related("group").first()
    if role is None:
        raise not_found()
    return role


def _refuse_beyond(caller: Caller, role: RoleDetail) -> None:
    """Nobody hands out, or takes away, rights that he does not hold himself."""
    if caller.rights.everything:
        return
    held = Permission.objects.filter(group__in=_with_above(role)).select_related("content_type")
    if not {f"{one.content_type.app_label}.{one.codename}" for one in held} <= caller.rights.permissions:
        raise ParseError(FORBIDDEN, f"The role {role} may do more than you: you cannot change who is in it.")


def _with_above(role: RoleDetail) -> set[int]:
    """The groups whose rights the members of ``role`` have."""
    found: set[int] = set()
    ahead = {role.pk}
    while ahead:
        found |= ahead
        ahead = set(RoleDetail.objects.filter(children__in=ahead).values_list("pk", flat=True)) - found
    return found


def _relations(body: dict) -> Changes:
    """Of users and roles those to add and those to remove; refuses the rest of ``body`` by name."""
    found: Changes = {}
    for name, value in body.items():
        if name in RELATIONS:
            found[name] = _relation(name, value)
        elif name not in (*KEYS, "name", "__type", "className"):
            raise denied(f"addField ({name[:100]})", "_Role")
    return found


def _relation(name: str, value: Any) -> tuple[list[str], list[str]]:
    if isinstance(value, dict) and value.get("__type") == "Relation":
        return [], []
    operations = value.get("ops") if isinstance(value, dict) and value.get("__op") == "Batch" else [value]
    found: tuple[list[str], list[str]] = ([], [])
    for one in operations if isinstance(operations, list) else []:
        operation = one.get("__op") if isinstance(one, dict) else None
        if operation not in ("AddRelation", "RemoveRelation") or not isinstance(one.get("objects"), list):
            raise mismatch("_Role", name, f"Relation<{RELATIONS[name]}>", type_of(value))
        found[operation == "RemoveRelation"].extend(_key(name, pointer) for pointer in one["objects"])
    if len(found[0]) + len(found[1]) > MOST_MEMBERS:
        raise ParseError(INVALID_JSON, f"At most {MOST_MEMBERS} members at a time.")
    return found


def _key(name: str, value: Any) -> str:
    try:
        class_name, key = pointed_to(value)
    except BadValue as error:
        raise ParseError(INVALID_JSON, f"{name}: {error}.") from error
    if class_name != RELATIONS[name]:
        raise mismatch("_Role", name, f"Relation<{RELATIONS[name]}>", f"Relation<{class_name[:60]}>")
    return key


def _relate(caller: Caller, role: RoleDetail, relations: Changes) -> None:
    if any(add or remove for add, remove in relations.values()):
        _refuse_beyond(caller, role)
    users, gone = relations.get("users", ([], []))
    role.group.user_set.add(*_found(User.objects.directory(), "pk", users))
    role.group.user_set.remove(*User.objects.filter(pk__in=gone))
    below, out = relations.get("roles", ([], []))
    children = _found(caller.rows(ROLES).exclude(group__name=EVERYONE), "object_id", below)
    role.children.add(*children)
    role.children.remove(*RoleDetail.objects.filter(object_id__in=out))


def _found(rows: models.QuerySet, column: str, keys: list[str]) -> list:
    found = list(rows.filter(**{f"{column}__in": keys}))
    if len(found) < len(set(keys)):
        raise not_found()
    return found


def _set_acl(role: RoleDetail, value: Any) -> None:
    names = entries_of(value)
    groups = dict(Group.objects.filter(name__in=[name.removeprefix(ROLE) for name in names]).values_list("name", "pk"))
    people = set(User.objects.filter(pk__in=[name for name in names if len(name) <= 10]).values_list("pk", flat=True))
    principals = {}
    for name, level in names.items():
        group = groups.get(name.removeprefix(ROLE)) if name.startswith(ROLE) else None
        principal = f"{ROLE}{group}" if group else name
        if name != EVERYBODY and not group and name not in people:
            raise not_found(f"ACL: there is no {name[:100]}.")
        principals[principal] = level
    role.readers = sorted(principals)
    role.writers = sorted(name for name, level in principals.items() if level == "write")
