"""Grants on one record, given and taken by people; and who may see it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from accounts.models import EVERYONE, Team, User

if TYPE_CHECKING:
    from records.models import Record

VERBS = {"read": "view", "write": "change", "overwrite": "overwrite"}
LEVELS = {"view": "read", "change": "write", "overwrite": "overwrite"}


@dataclass(frozen=True)
class Grant:
    """``holder``: a User or a Group. ``level``: read, write, or overwrite: to write without reading."""

    holder: Any
    level: str

    @property
    def key(self) -> str:
        return f"{'user' if isinstance(self.holder, User) else 'role'}:{self.holder.pk}"


@dataclass(frozen=True)
class Reason:
    """One line of "who can see this, and why"."""

    who: str
    may: str
    why: str


def grants_of(record: Record) -> list[Grant]:
    """Users first, then roles; of each the strongest level. Two statements."""
    found: dict[Any, str] = {}
    for model, holder in ((get_user_obj_perms_model(record), "user"), (get_group_obj_perms_model(record), "group")):
        rows = model.objects.filter(content_object=record).select_related(holder, "permission").order_by("pk")  # type: ignore[attr-defined]
        for row in rows:
            level, holder_row = LEVELS[row.permission.codename.partition("_")[0]], getattr(row, holder)
            # To read, and to write without reading, are together to write.
            found[holder_row] = level if found.get(holder_row, level) == level else "write"
    return [Grant(holder, level) for holder, level in found.items()]


def share(record: Record, holder: Model, level: str) -> None:
    """Gives ``holder`` (User or Group) a level on ``record``, replacing what was given before."""
    unshare(record, holder)
    assign_perm(_codename(record, VERBS[level]), holder, record)


def share_all(records: list[Any], holder: User, level: str) -> None:
    """``share`` for many records of one class in a few statements; who may write one already goes on doing so."""
    if not records:
        return
    grants = get_user_obj_perms_model(records[0])
    held = grants.objects.filter(user=holder, content_object__in=records)  # type: ignore[attr-defined]
    writes = set(
        held.filter(permission__codename=_codename(records[0], "change")).values_list("content_object", flat=True)
    )
    held.exclude(content_object__in=writes).delete()
    kind = ContentType.objects.get_for_model(records[0])
    permission = Permission.objects.get(content_type=kind, codename=_codename(records[0], VERBS[level]))
    new = [record for record in records if record.pk not in writes]
    grants.objects.bulk_create([grants(user=holder, permission=permission, content_object=record) for record in new])  # type: ignore[attr-defined]


def unshare(record: Record, holder: Model) -> None:
    for verb in VERBS.values():
        remove_perm(_codename(record, verb), holder, record)


def grant_exactly(record: Record, wanted: Mapping[Any, str]) -> None:
    """Makes ``wanted`` (level by User or Group) the whole list of grants on ``record``.

    The assignee has access without a grant: naming him gives him none that would outlast a reassignment, and takes
    none that he has.
    """
    assignee = getattr(record, "assigned_to_id", None)
    held = {grant.holder: grant.level for grant in grants_of(record)}
    for holder in held.keys() - wanted.keys():
        unshare(record, holder)
    for holder, level in wanted.items():
        if held.get(holder) != level and not (isinstance(holder, User) and holder.pk == assignee):
            share(record, holder, level)


def _codename(record: Record, verb: str) -> str:
    return f"{verb}_{record._meta.model_name}"


def reasons(record: Record, user: User, grants: list[Grant]) -> list[Reason]:
    """Who can see ``record`` and why, told to ``user``: of other records only those are named that he may see."""
    lines: list[Reason] = []
    assignee = getattr(record, "assigned_to", None)
    if assignee and not _is_gone(assignee):
        lines.append(Reason(str(assignee), _("read and write"), _("it is assigned to them")))
    owners = {assignee} if assignee else set()
    for grant in grants:
        created = isinstance(grant.holder, User) and grant.holder.pk == record.created_by_id and grant.level == "write"
        if created:
            owners.add(grant.holder)
        if not _is_gone(grant.holder) and (created or grant.holder != assignee):
            why = _("they created it") if created else _("it was shared with them")
            lines.append(Reason(_name(grant.holder), _may(grant.level), why))
    lines += _leads(owners)
    lines += _reach(record, user)
    lines.append(Reason(_("Administrators"), _("read and write"), _("their role reads and writes all records")))
    return lines


def _is_gone(holder: Any) -> bool:
    """Who left sees nothing, whatever they still hold."""
    return isinstance(holder, User) and not holder.is_active


def _may(level: str) -> str:
    if level == "overwrite":
        return _("write without reading")
    return _("read and write") if level == "write" else _("read")


def _name(holder: Any) -> str:
    if isinstance(holder, Group):
        role = _("All with the role %(role)s") % {"role": holder.name}
        return _("Everyone who is signed in") if holder.name == EVERYONE else role
    return str(holder)


def _leads(owners: set[User]) -> list[Reason]:
    teams = {team.pk: team for team in Team.objects.prefetch_related("leads", "members")} if owners else {}
    lines = []
    for team in teams.values():
        mine = [owner for owner in owners if owner in team.members.all()]
        above: Team | None = team
        while above and mine:
            for lead in [who for who in above.leads.all() if not _is_gone(who)]:
                said = _("they lead %(above)s, and %(owner)s is in %(team)s")
                why = said % {"above": above, "owner": mine[0], "team": team}
                lines.append(Reason(str(lead), _("read and write"), why))
            above = teams.get(above.parent_id)  # type: ignore[arg-type]
    return lines


def _reach(record: Any, user: User) -> list[Reason]:
    """Readers that come from other records: a deal opens its contact and company, any record its activities."""
    if getattr(record, "related_id", None):
        model: Any = record.related_type.model_class()
        target = model.objects.visible_to(user).filter(pk=record.related_id).first()
        about = _("Whoever can see “%(record)s”") % {"record": target}
        who = about if target else _("Whoever can see the record it is about")
        return [Reason(who, _("read"), _("its activities come with it"))]
    if not hasattr(record, "deals"):
        return []
    deals = list(record.deals.visible_to(user).order_by("-updated_at")[:5])
    may, why = _("read"), _("a deal opens its contact and company")
    lines = [Reason(_("Whoever can see the deal “%(deal)s”") % {"deal": deal}, may, why) for deal in deals]
    return [*lines, Reason(_("Whoever works on any other deal with it"), may, why)]
