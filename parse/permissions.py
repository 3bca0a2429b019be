"""Class-level permissions (CLP): Django's model permissions of roles and people, in Parse's form."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Group, Permission

from accounts.models import EVERYONE, User
from parse.classes import ParseClass
from parse.errors import FORBIDDEN, INVALID_JSON, ParseError

VERBS = {"view": ("find", "count", "get"), "add": ("create",), "change": ("update",), "delete": ("delete",)}
ACTIONS = [action for actions in VERBS.values() for action in actions]
SIGNED_IN, ROLE = "requiresAuthentication", "role:"
OWN_RULES = {"readUserFields", "writeUserFields", "protectedFields", "pointerFields"}
# Of people, roles and sessions: anybody may ask, and each row tells by itself who is answered.
FIXED = {"*": True}
EACH_ITS_OWN = {"*": {"read": True, "write": True}}


def read(parse_class: ParseClass) -> dict:
    """Roles that write every record are left out: like the master key, they are asked for nothing."""
    if not parse_class.is_record:
        return {**dict.fromkeys(ACTIONS, FIXED), "addField": {}, "protectedFields": {"*": []}, "ACL": EACH_ITS_OWN}
    found: dict[str, Any] = {}
    for verb, actions in VERBS.items():
        found |= dict.fromkeys(actions, _entries_of(_permission(parse_class, verb)))
    return {**found, "addField": _entries_of(_adding(parse_class)), "protectedFields": {}}


def _entries_of(permission: Permission) -> dict[str, bool]:
    entries = {SIGNED_IN if name == EVERYONE else f"{ROLE}{name}": True for name in _roles(permission)}
    people = User.objects.filter(user_permissions=permission).values_list("pk", flat=True)
    return entries | dict.fromkeys(people, True)


def _adding(parse_class: ParseClass) -> Permission:
    """To add fields to the class by writing them."""
    codename = f"add_field_{parse_class.model._meta.model_name}"
    return Permission.objects.get(content_type__app_label="records", codename=codename)


def _permission(parse_class: ParseClass, verb: str) -> Permission:
    label, codename = parse_class.permission(verb).split(".")
    return Permission.objects.get(content_type__app_label=label, codename=codename)


def _roles(permission: Permission) -> list[str]:
    return list(_ordinary().filter(permissions=permission).order_by("name").values_list("name", flat=True))


def _ordinary() -> Any:
    return Group.objects.exclude(permissions__codename="write_all", permissions__content_type__app_label="records")


def replace(parse_class: ParseClass, wanted: Any) -> None:
    """Gives each permission to exactly the roles and people named. Refuses what has no such form here, by name."""
    if not isinstance(wanted, dict):
        raise ParseError(INVALID_JSON, "classLevelPermissions must be an object.")
    if not parse_class.is_record:
        raise ParseError(FORBIDDEN, f"The permissions of {parse_class.name} are fixed.")
    for name, value in wanted.items():
        if name not in (*ACTIONS, "addField", *OWN_RULES):
            raise ParseError(INVALID_JSON, f"{name[:100]} is not a valid operation for class level permissions")
        if name in OWN_RULES and value not in ([], {}, {"*": []}):
            raise ParseError(
                FORBIDDEN, f"{name} is not supported: who may see a row is told by its ACL and its owners."
            )
    for verb, actions in VERBS.items():
        _give(_permission(parse_class, verb), _entries(wanted, actions))
    _give(_adding(parse_class), _entries(wanted, ("addField",)))


def _entries(wanted: dict, actions: tuple[str, ...]) -> set[str]:
    """Who is named for all of ``actions``, which are one permission here; an action that is not named follows."""
    given = [wanted[action] for action in actions if action in wanted]
    for one in given:
        if not isinstance(one, dict):
            words = f"'{str(one)[:50]}' is not a valid value for class level permissions {actions[0]}"
            raise ParseError(INVALID_JSON, f"{words} - must be an object")
        for name, value in one.items():
            if value is not True:
                words = f"'{str(value)[:50]}' is not a valid value for class level permissions acl"
                raise ParseError(INVALID_JSON, f"{words} {actions[0]}:{name[:100]}")
    if any(one != given[0] for one in given):
        raise ParseError(FORBIDDEN, f"{', '.join(actions)} are one permission here: give them the same value.")
    return set(given[0]) if given else set()


def _give(permission: Permission, names: set[str]) -> None:
    if "*" in names:
        words = f"Nothing is open to who has not signed in. Write {SIGNED_IN} in the place of *."
        raise ParseError(FORBIDDEN, words)
    if "pointerFields" in names:
        raise ParseError(
            FORBIDDEN, "pointerFields is not supported: who may see a row is told by its ACL and its owners."
        )
    holders = _holders(names)
    missing = [name for name in names if name not in holders]
    if missing:
        raise ParseError(INVALID_JSON, f"There is no {missing[0][:100]}: name roles, people or {SIGNED_IN}.")
    found: dict[type, list] = defaultdict(list)
    for holder in holders.values():
        found[type(holder)].append(holder.pk)
    for group in _ordinary().filter(permissions=permission).exclude(pk__in=found[Group]):
        group.permissions.remove(permission)
    for group in Group.objects.filter(pk__in=found[Group]):
        group.permissions.add(permission)
    permission.user_set.set(found[User])


def _holders(names: set[str]) -> dict[str, Any]:
    roles = {EVERYONE if name == SIGNED_IN else name.removeprefix(ROLE): name for name in names}
    holders: dict[str, Any] = {
        roles[group.name]: group
        for group in Group.objects.filter(name__in=roles)
        if roles[group.name] == SIGNED_IN or roles[group.name].startswith(ROLE)
    }
    return holders | {user.pk: user for user in User.objects.filter(pk__in=names)}
