"""The access rule once more, naively, straight from docs/permissions.md: what the triggers are compared with."""

from collections import defaultdict

from django.contrib.auth.models import Group, Permission

from accounts.models import Membership, RoleDetail, Team, User
from activities.models import Activity, ActivityRoleGrant, ActivityUserGrant
from crm.models import (
    Company,
    CompanyRoleGrant,
    CompanyUserGrant,
    Contact,
    ContactRoleGrant,
    ContactUserGrant,
)
from pipeline.models import Deal, DealRoleGrant, DealUserGrant

CLASSES = {
    Deal: (DealUserGrant, DealRoleGrant),
    Contact: (ContactUserGrant, ContactRoleGrant),
    Company: (CompanyUserGrant, CompanyRoleGrant),
    Activity: (ActivityUserGrant, ActivityRoleGrant),
}


def truth() -> dict[str, tuple[set[str], set[str]]]:
    """Of every record, by id: the principals that may read, and those that may write."""
    teams = defaultdict(set)
    for user, team in Membership.objects.values_list("user_id", "team_id"):
        teams[user].add(f"team:{team}")
    names = {group.pk: "*" if group.name == "Everyone" else f"role:{group.pk}" for group in Group.objects.all()}
    codes = dict(Permission.objects.values_list("pk", "codename"))
    rows = {model: list(model.unrestricted.all()) for model in CLASSES}
    may: dict[str, tuple[set[str], set[str]]] = {}
    for model, (user_grants, role_grants) in CLASSES.items():
        grants = defaultdict(set)
        for pk, name, code in user_grants.objects.values_list("content_object_id", "user_id", "permission_id"):
            grants[pk].add((name, codes[code].split("_")[0]))
        for pk, name, code in role_grants.objects.values_list("content_object_id", "group_id", "permission_id"):
            grants[pk].add((names[name], codes[code].split("_")[0]))
        for row in rows[model]:
            readers = {name for name, verb in grants[row.pk] if verb in ("view", "change")}
            writers = {name for name, verb in grants[row.pk] if verb in ("change", "overwrite")}
            owners = {row.created_by_id} & {name for name, verb in grants[row.pk] if verb == "change"}
            if model is Deal and row.assigned_to_id:
                owners.add(row.assigned_to_id)
            above = owners.union(*(teams[owner] for owner in owners)) if owners else set()
            may[row.pk] = (readers | above, writers | above)
    for deal in rows[Deal]:
        for target in (deal.contact_id, deal.company_id):
            if target:
                may[target][0].update(may[deal.pk][0])
    for activity in rows[Activity]:
        if activity.related_id:
            may[activity.pk][0].update(may[activity.related_id][0])
    return may


def arrays() -> dict[str, tuple[set[str], set[str]]]:
    """What the database keeps."""
    return {
        pk: (set(readers), set(writers))
        for model in CLASSES
        for pk, readers, writers in model.unrestricted.values_list("pk", "readers", "writers")
    }


def principals(user: User) -> set[str]:
    if not user.is_active:
        return set()
    led = set(user.leads_teams.values_list("pk", flat=True))
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    below = set()
    for team in parents:
        above, seen = team, set()
        while above and above not in seen:
            seen.add(above)
            if above in led:
                below.add(f"team:{team}")
            above = parents[above]
    return {user.pk, "*", *(f"role:{pk}" for pk in roles(user)), *below}


def roles(user: User) -> set[int]:
    """The user's roles and those above them: whoever is in a role below has the rights of the one above."""
    found: set[int] = set()
    ahead = set(user.groups.values_list("pk", flat=True))
    while ahead:
        found |= ahead
        ahead = set(RoleDetail.objects.filter(children__in=ahead).values_list("pk", flat=True)) - found
    return found


def expected(user: User, model: type, may: dict, write: bool = False) -> set[str]:
    """The ids of ``model`` that the user may read (or read and write)."""
    names = principals(user)
    everything = user.is_active and Group.objects.filter(pk__in=roles(user), name="Administrator").exists()
    ids = model.unrestricted.values_list("pk", flat=True)
    asked = [0, 1] if write else [0]
    return {pk for pk in ids if everything or all(may[pk][which] & names for which in asked)}
