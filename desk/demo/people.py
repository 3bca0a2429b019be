"""The users of the demo, the teams they work in, and who owns how much."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from django.contrib.auth.models import Group

from accounts.models import Membership, Team, User
from desk.demo import names
from desk.demo.calendar import Calendar
from desk.demo.chance import dice, new_id

PASSWORD = "parsley-demo"  # noqa: S105 - printed by bin/dev and in README: the demo is open to whoever starts it
LOGINS = ("rep", "lead", "admin")
HEAD_OFFICE = "Sales"
REGIONS = ("North", "South", "East", "West", "Coast", "Lakes", "Hills", "Valley", "Harbour", "Islands")
HIRED = 1500  # days ago


@dataclass
class Office:
    """A team to be, with whoever leads it and works in it. ``above``: whether it is the team above all others."""

    name: str
    lead: User
    members: list[User] = field(default_factory=list)


class Staff:
    """Everybody who signs in. ``sellers`` own records, the rep first; ``shares`` says how many of all each owns."""

    def __init__(self, number: int, seed: int, calendar: Calendar) -> None:
        self.rng = dice(seed, "people")
        self.calendar = calendar
        self.unique = names.Unique()
        self.users = [self._user(index) for index in range(number)]
        rep, lead, self.admin = self.users[:3]
        others = self.users[3:]
        regions = 1 if number < 6 else min(len(REGIONS), max(2, number // 10))
        leads = [lead, *others[: regions - 1]]
        reps = others[regions - 1 :]
        head = reps.pop() if number >= 7 else lead
        self.offices = [Office(name, boss, [boss]) for name, boss in zip(REGIONS, leads, strict=False)]
        self.head_office = Office(HEAD_OFFICE, head, [head] if head is not lead else [])
        for index, user in enumerate([rep, *reps]):
            self.offices[index % len(self.offices)].members.append(user)
        self.sellers = [user for user in self.users if user is not self.admin]
        self.leads = {office.lead.pk for office in [*self.offices, self.head_office]}

    def _user(self, index: int) -> User:
        rng = self.rng
        first, last = names.person(rng)
        username = (
            LOGINS[index] if index < len(LOGINS) else self.unique(names.slug(f"{first} {last}").replace("-", "."))
        )
        user = User(id=new_id(rng), username=username, email=f"{username}@parsley.example", name=f"{first} {last}")
        user.created_at = user.updated_at = self.calendar.moment(rng, HIRED - index)
        user.is_staff = user.is_superuser = username == "admin"
        if index < len(LOGINS):
            user.set_password(PASSWORD)
        else:
            user.set_unusable_password()
        return user

    def cumulative_shares(self, rows: int) -> list[float]:
        """Of the sellers' parts of ``rows``, each with those before it. The rep's makes a good board to look at."""
        even = 1 / len(self.sellers)
        mine = max(even, min(0.25, 75 / max(rows, 1)))
        rest = (1 - mine) / max(len(self.sellers) - 1, 1)
        return list(accumulate([mine] + [rest] * (len(self.sellers) - 1)))

    def save_teams(self) -> None:
        """Before any record is there, so that the triggers on membership have nothing to do."""
        sales = Team.objects.create(name=self.head_office.name)
        teams = [(sales, self.head_office)]
        teams += [(Team.objects.create(name=office.name, parent=sales), office) for office in self.offices]
        for team, office in teams:
            team.leads.add(office.lead.pk)
        Membership.objects.bulk_create(
            Membership(team=team, user_id=user.pk) for team, office in teams for user in office.members
        )

    def save_roles(self) -> None:
        roles = dict(Group.objects.values_list("name", "pk"))
        given = User.groups.through
        given.objects.bulk_create(given(user_id=user.pk, group_id=roles[self._role(user)]) for user in self.users)

    def _role(self, user: User) -> str:
        if user is self.admin:
            return "Administrator"
        return "Sales lead" if user.pk in self.leads else "Sales rep"

    FIELDS = (
        "id", "username", "email", "name", "password", "is_staff", "is_superuser", "is_active", "time_zone", "density",
        "created_at", "updated_at",
    )  # fmt: skip

    def rows(self) -> Iterator[tuple]:
        return (tuple(getattr(user, name) for name in self.FIELDS) for user in self.users)
