"""Random worlds of people, teams, records and grants, and random things that happen in them."""

import random

from django.contrib.auth.models import Group, Permission
from django.db import connection
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import Membership, RoleDetail, Team, User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from tests.conftest import make_user
from tests.records.truth import CLASSES

ALL = list(CLASSES)


class World:
    """``choose`` makes every decision, so that a seed (or hypothesis) decides all that happens."""

    def __init__(self, choose: random.Random) -> None:
        self.choose = choose
        self.users = [make_user(f"user{number}") for number in range(5)] + [make_user("chief", "Administrator")]
        self.roles = list(Group.objects.filter(name__in=["Sales rep", "Read only", "Everyone", "API client"]))
        self.teams: list[Team] = []
        for number in range(3):
            parent = choose.choice([None, *self.teams])
            self.teams.append(Team.objects.create(name=f"team{number}", parent=parent))

    def _some(self, model: type):
        return self.choose.choice([None, *model.unrestricted.order_by("created_at", "pk")])

    def _ids(self, model: type) -> list[str]:
        ids = list(model.unrestricted.order_by("created_at", "pk").values_list("pk", flat=True))
        return self.choose.sample(ids, min(len(ids), self.choose.randint(1, 4)))

    def user(self) -> User:
        return self.choose.choice(self.users)

    def happen(self) -> str:
        """One thing, by its name."""
        things = [name for name in dir(type(self)) if name.startswith("do_")]
        name = self.choose.choice(things)
        getattr(self, name)()
        return name

    def do_company(self) -> None:
        Company.objects.create(name="c", created_by=self.choose.choice([None, *self.users]))

    def do_contact(self) -> None:
        Contact.objects.create(name="p", company=self._some(Company), created_by=self.user())

    def do_deal(self) -> None:
        Deal.objects.create(
            title="d",
            company=self._some(Company),
            contact=self._some(Contact),
            created_by=self.user(),
            assigned_to=self.choose.choice([None, *self.users]),
        )

    def do_activity(self) -> None:
        Activity.objects.create(
            subject="a", created_by=self.user(), related_to=self._some(self.choose.choice([Deal, Contact, Company]))
        )

    def do_deals_in_bulk(self) -> None:
        company, contact = self._some(Company), self._some(Contact)
        Deal.objects.bulk_create(
            Deal(title="b", company=company, contact=contact, created_by=self.user(), assigned_to=self.user())
            for _ in range(3)
        )

    def do_move_deals(self) -> None:
        Deal.unrestricted.filter(pk__in=self._ids(Deal)).update(stage_id=self.choose.choice(["lead", "won", "lost"]))

    def do_price_deals(self) -> None:
        amount = self.choose.choice([None, 0, "-3.5", 1200])
        Deal.unrestricted.filter(pk__in=self._ids(Deal)).update(amount=amount)

    def do_reassign(self) -> None:
        if deal := self._some(Deal):
            deal.assign_to(self.choose.choice([None, *self.users]))

    def do_reassign_in_bulk(self) -> None:
        Deal.unrestricted.filter(pk__in=self._ids(Deal)).update(assigned_to=self.user())

    def do_reassign_by_raw_sql(self) -> None:
        with connection.cursor() as cursor:
            statement = "UPDATE pipeline_deal SET assigned_to_id = %s, readers = '{*}' WHERE id = ANY(%s)"
            cursor.execute(statement, [self.user().pk, self._ids(Deal)])

    def do_repoint(self) -> None:
        Deal.unrestricted.filter(pk__in=self._ids(Deal)).update(
            company=self._some(Company), contact=self._some(Contact)
        )

    def do_change_creator(self) -> None:
        model = self.choose.choice(ALL)
        model.unrestricted.filter(pk__in=self._ids(model)).update(created_by=self.user())

    def do_move_activity(self) -> None:
        if activity := self._some(Activity):
            activity.related_to = self._some(self.choose.choice([Deal, Contact, Company]))
            activity.save()

    def do_full_save_of_a_stale_row(self) -> None:
        """Arrays in memory are older than those in the database; a full save writes them back."""
        model = self.choose.choice(ALL)
        if row := self._some(model):
            assign_perm(f"view_{model._meta.model_name}", self.user(), model.unrestricted.get(pk=row.pk))
            row.save()

    def do_grant(self) -> None:
        model = self.choose.choice(ALL)
        if row := self._some(model):
            verb = self.choose.choice(["view", "change", "overwrite"])
            assign_perm(f"{verb}_{model._meta.model_name}", self.choose.choice([*self.users, *self.roles]), row)

    def do_grant_in_bulk(self) -> None:
        model = self.choose.choice(ALL)
        user = self.user()
        has_one = CLASSES[model][0].objects.filter(user=user).values("content_object")
        rows = model.unrestricted.filter(pk__in=self._ids(model)).exclude(pk__in=has_one)
        assign_perm(f"view_{model._meta.model_name}", user, rows)

    def do_revoke(self) -> None:
        model = self.choose.choice(ALL)
        grants = self.choose.choice(CLASSES[model])
        if grant := self.choose.choice([None, *grants.objects.order_by("pk")]):
            holder = getattr(grant, "user", None) or grant.group
            remove_perm(grant.permission.codename, holder, grant.content_object)

    def do_revoke_by_raw_sql(self) -> None:
        model = self.choose.choice(ALL)
        table = self.choose.choice(CLASSES[model])._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE content_object_id = ANY(%s)", [self._ids(model)])

    def do_swap_grant(self) -> None:
        model = self.choose.choice(ALL)
        grant = CLASSES[model][0].objects.order_by("pk").first()
        taken = grant and CLASSES[model][0].objects.filter(
            permission=grant.permission, content_object_id=grant.content_object_id
        ).values("user")
        if grant and (user := User.objects.exclude(pk__in=taken).first()):
            CLASSES[model][0].objects.filter(pk=grant.pk).update(user=user)

    def do_join(self) -> None:
        Membership.objects.get_or_create(team=self.choose.choice(self.teams), user=self.user())

    def do_leave(self) -> None:
        if membership := self.choose.choice([None, *Membership.objects.order_by("pk")]):
            membership.delete()

    def do_change_team(self) -> None:
        if membership := self.choose.choice([None, *Membership.objects.order_by("pk")]):
            others = Team.objects.exclude(membership__user=membership.user)
            if team := others.order_by("pk").first():
                Membership.objects.filter(pk=membership.pk).update(team=team)

    def do_lead(self) -> None:
        self.choose.choice(self.teams).leads.set([self.user()])

    def do_nest_roles(self) -> None:
        """Also in a circle, which has to do no harm. Everyone stands for people who carry no role at all."""
        roles = RoleDetail.objects.filter(group__in=self.roles).exclude(group__name="Everyone").order_by("pk")
        below, above = self.choose.choice(roles), self.choose.choice(roles)
        above.children.remove(below) if self.choose.random() < 0.3 else above.children.add(below)

    def do_delete(self) -> None:
        model = self.choose.choice(ALL)
        model.unrestricted.filter(pk__in=self._ids(model)[:1]).delete()

    def do_delete_deals_by_raw_sql(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM pipeline_deal WHERE id = ANY(%s)", [self._ids(Deal)[:1]])

    def do_deactivate(self) -> None:
        user = self.user()
        if self.choose.random() < 0.2:
            user.deactivate()

    def do_take_from_creator(self) -> None:
        model = self.choose.choice(ALL)
        codename = f"change_{model._meta.model_name}"
        permission = Permission.objects.get(codename=codename, content_type__app_label=model._meta.app_label)
        CLASSES[model][0].objects.filter(permission=permission, content_object_id__in=self._ids(model)).delete()
