"""Which roles may do what with each class: Django's model permissions, all of them in two statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import EVERYONE, User
from parse.classes import CLASSES

VERBS = ("view", "add", "change", "delete")


@dataclass(frozen=True)
class Audience:
    """Of one class: the names of the roles behind each verb, and how many people have the permission by themselves."""

    roles: dict[str, tuple[str, ...]]
    people: dict[str, int]

    def of(self, verb: str) -> list[str]:
        names = [_("everyone who signed in") if name == EVERYONE else name for name in self.roles.get(verb, ())]
        alone = self.people.get(verb, 0)
        if alone:
            names.append(ngettext("%(number)d person by name", "%(number)d people by name", alone) % {"number": alone})
        return names


def audiences() -> dict[str, Audience]:
    """By the name of the class."""
    wanted = {CLASSES[name].permission(verb): (name, verb) for name in CLASSES for verb in VERBS}
    codenames = {label.partition(".")[2] for label in wanted}
    label, codename = F("permissions__content_type__app_label"), F("permissions__codename")
    roles: dict[tuple[str, str], list[str]] = defaultdict(list)
    held = Group.objects.filter(permissions__codename__in=codenames).order_by("name")
    for name, app, code in held.values_list("name", label, codename):
        if f"{app}.{code}" in wanted:
            roles[wanted[f"{app}.{code}"]].append(name)
    people: dict[tuple[str, str], int] = defaultdict(int)
    own = User.objects.filter(is_active=True, user_permissions__codename__in=codenames).order_by()
    for app, code in own.values_list("user_permissions__content_type__app_label", "user_permissions__codename"):
        if f"{app}.{code}" in wanted:
            people[wanted[f"{app}.{code}"]] += 1
    return {
        name: Audience({verb: tuple(roles[name, verb]) for verb in VERBS}, {verb: people[name, verb] for verb in VERBS})
        for name in CLASSES
    }
