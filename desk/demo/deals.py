"""Deals: who sells what to whom for how much, and how far it has got."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from desk.demo.calendar import Calendar
from desk.demo.chance import dice, new_id
from desk.demo.customers import Customer, Customers, Person
from desk.demo.people import Staff

STAGES = ("lead", "qualified", "proposal", "negotiation", "won", "lost")
SHARE = (18, 14, 13, 9, 27, 19)  # percent of all deals
MEDIAN, SPREAD = 12_000, 1.0
WHAT = (
    "Annual plan", "Rollout", "Pilot", "Renewal", "Second site", "Support contract", "Starter package", "Upgrade",
    "Training for the team", "Spare parts", "Framework agreement", "Migration", "Seasonal order", "Extension",
    "Maintenance", "Showroom equipment", "Fleet of ten", "Consulting days",
)  # fmt: skip
NOTES = (
    "Wants references from two customers of the same size.",
    "Budget is approved up to this amount; anything above goes to the board.",
    "Compares us with one other offer. Service is what counts.",
    "Asked for payment in three instalments.",
    "Decision after their stock-taking.",
    "Would like to start with one site and go on from there.",
)


@dataclass(slots=True)
class Sale:
    """What is remembered of a deal for the activities about it. ``last``: its latest activity, in days ago."""

    id: str
    stage: str
    seller: str
    company: Customer | None
    person: Person | None
    age: int
    last: int

    @property
    def is_open(self) -> bool:
        return self.stage not in ("won", "lost")


def amount(rng: Random) -> Decimal:
    """Log-normal, as sales are, and rounded as people quote."""
    exact = min(max(MEDIAN * math.exp(SPREAD * rng.gauss(0, 1)), 500), 900_000)
    step = 100 if exact < 10_000 else 500 if exact < 100_000 else 5_000
    return Decimal(round(exact / step) * step)


# As the first installation knows them, and seldom nothing at all.
LOST_BECAUSE = ("price", "competitor", "timing", "price", "no-decision", "no-budget", None)


class Deals:
    FIELDS = (
        "id", "title", "amount", "stage", "contact", "company", "expected_close_date", "notes", "custom",
        "assigned_to", "created_by", "created_at", "updated_at", "moved_at", "lost_reason",
    )  # fmt: skip
    SHARES = ("user", "permission", "content_object")

    def __init__(self, staff: Staff, customers: Customers, seed: int, calendar: Calendar) -> None:
        self.staff, self.customers, self.calendar = staff, customers, calendar
        self.seed = seed
        self.sales: list[Sale] = []

    def rows(self, number: int) -> Iterator[tuple]:
        rng = dice(self.seed, "deals")
        sellers = [user.pk for user in self.staff.sellers]
        owners = rng.choices(sellers, cum_weights=self.staff.cumulative_shares(number), k=number)
        stages = rng.choices(STAGES, SHARE, k=number)
        for owner, stage in zip(owners, stages, strict=True):
            yield self._row(rng, owner, stage)

    def _row(self, rng: Random, owner: str, stage: str) -> tuple:
        company, person = self._party(rng, owner)
        known = min((party.age for party in (company, person) if party), default=900)
        age, close = self._ages(rng, stage, known)
        last = rng.randint(1, age) if close is None or stage not in ("won", "lost") else close
        sale = Sale(new_id(rng), stage, owner, company, person, age, min(last, age))
        self.sales.append(sale)
        # Some were entered by a colleague and handed over; some leads wait for somebody to take them.
        creator = rng.choice(self.staff.sellers).pk if rng.random() < 0.08 else owner
        assignee = None if stage == "lead" and rng.random() < 0.1 else owner
        created = self.calendar.moment(rng, age)
        what = rng.choice(WHAT)
        reason = LOST_BECAUSE[len(self.sales) % len(LOST_BECAUSE)] if stage == "lost" else None
        return (
            sale.id, f"{what} for {company.name}" if company else what, amount(rng) if rng.random() < 0.97 else None,
            stage, person.id if person else None, company.id if company else None,
            None if close is None else self.calendar.workday(close), rng.choice(NOTES) if rng.random() < 0.25 else None,
            "{}", assignee, creator, created, *[max(created, self.calendar.moment(rng, sale.last))] * 2, reason,
        )  # fmt: skip

    def _party(self, rng: Random, owner: str) -> tuple[Customer | None, Person | None]:
        """A customer of the seller, seldom of somebody else; the first ones buy the most."""
        own = self.customers.of_owner.get(owner) if rng.random() < 0.9 else None
        pool = own or self.customers.companies
        if not pool:
            return None, rng.choice(self.customers.people) if self.customers.people else None
        company = pool[int(len(pool) * rng.random() ** 2)]
        return company, rng.choice(company.people) if company.people and rng.random() < 0.95 else None

    def _ages(self, rng: Random, stage: str, known: int) -> tuple[int, int | None]:
        """How many days ago the deal began and when it closes, negative for days to come."""
        if stage in ("won", "lost"):
            close = 1 + int(min(540, known - 20) * rng.random() ** 1.5)
            return min(close + rng.randint(14, 150), known), close
        age = min(rng.randint(2, 40 + 25 * STAGES.index(stage)), known)
        chance = rng.random()
        if stage == "lead" and chance < 0.08:
            return age, None
        if chance < 0.2:
            return age, min(rng.randint(1, 28), age)
        return age, -int(rng.triangular(0, 90, 20)) if chance < 0.9 else -rng.randint(90, 200)

    def share_rows(self, permission: int) -> Iterator[tuple]:
        """One in fifty is shown to a colleague."""
        rng = dice(self.seed, "shares")
        for sale in rng.sample(self.sales, len(self.sales) // 50):
            colleague = rng.choice(self.staff.sellers).pk
            if colleague != sale.seller:
                yield colleague, permission, sale.id
