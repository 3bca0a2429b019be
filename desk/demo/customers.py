"""The companies one sells to, and the people there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from desk.demo import names
from desk.demo.calendar import Calendar
from desk.demo.chance import dice, new_id
from desk.demo.people import Staff

COMPANY_NOTES = (
    "Buys through a central office; invoices go to accounts payable.",
    "Family business, decisions take two signatures.",
    "Opened a second site last year and keeps hiring.",
    "Came to us at the spring trade fair.",
    "Pays within ten days. Asks for delivery on Tuesdays.",
)
CONTACT_NOTES = (
    "Prefers e-mail to calls.",
    "Decides on budget together with the finance team.",
    "Away on Fridays.",
    "Used our product at a former employer and liked it.",
    "Best reached before ten in the morning.",
)


@dataclass(slots=True)
class Person:
    """What is remembered of a contact for the deals and activities about it."""

    id: str
    first: str
    owner: str
    age: int


@dataclass(slots=True)
class Customer:
    """What is remembered of a company."""

    id: str
    name: str
    domain: str
    owner: str
    age: int
    people: list[Person] = field(default_factory=list)


class Customers:
    """Makes the rows, one class after the other: contacts need the companies."""

    KEPT = ("notes", "custom", "created_by", "created_at", "updated_at")
    COMPANY = ("id", "name", "website", "industry", "address", *KEPT)
    CONTACT = ("id", "name", "email", "phone", "company", *KEPT)

    def __init__(self, staff: Staff, seed: int, calendar: Calendar) -> None:
        self.staff, self.seed, self.calendar = staff, seed, calendar
        self.companies: list[Customer] = []
        self.people: list[Person] = []
        self.of_owner: dict[str, list[Customer]] = defaultdict(list)

    def company_rows(self, number: int) -> Iterator[tuple]:
        rng = dice(self.seed, "companies")
        unique = names.Unique()
        owners = self._owners(rng, number)
        for owner in owners:
            name, trade = names.company(rng)
            domain = f"{unique(names.slug(name))}.example"
            age = 100 + int(1100 * rng.random() ** 0.6)
            customer = Customer(new_id(rng), name, domain, owner, age)
            self.companies.append(customer)
            self.of_owner[owner].append(customer)
            created = self.calendar.moment(rng, age)
            notes = rng.choice(COMPANY_NOTES) if rng.random() < 0.3 else None
            touched = self.calendar.moment(rng, rng.randint(1, age))
            yield (
                customer.id, name, f"https://{domain}", names.TRADES[trade], names.address(rng), notes, "{}", owner,
                created, max(created, touched),
            )  # fmt: skip

    def contact_rows(self, number: int) -> Iterator[tuple]:
        rng = dice(self.seed, "contacts")
        unique = names.Unique()
        # Every company gets its first person before any gets its second, then they come as it happens.
        for index, owner in enumerate(self._owners(rng, number)):
            first, last = names.person(rng)
            customer = self._employer(rng, index)
            if customer and rng.random() < 0.85:
                owner = customer.owner
            domain = customer.domain if customer else "mail.example"
            age = rng.randint(customer.age // 2, customer.age) if customer else rng.randint(50, 900)
            person = Person(new_id(rng), first, owner, age)
            self.people.append(person)
            if customer:
                customer.people.append(person)
            created = self.calendar.moment(rng, age)
            domain, local = unique(f"{domain} {names.slug(first)}.{names.slug(last)}", "").split()
            phone = names.phone(rng) if rng.random() < 0.9 else None
            notes = rng.choice(CONTACT_NOTES) if rng.random() < 0.25 else None
            touched = self.calendar.moment(rng, rng.randint(1, age))
            employer = customer.id if customer else None
            yield (
                person.id, f"{first} {last}", f"{local}@{domain}", phone, employer, notes, "{}", owner,
                created, max(created, touched),
            )  # fmt: skip

    def _employer(self, rng: Random, index: int) -> Customer | None:
        if not self.companies or rng.random() < 0.03:
            return None
        return self.companies[index] if index < len(self.companies) else rng.choice(self.companies)

    def _owners(self, rng: Random, number: int) -> list[str]:
        sellers = [user.pk for user in self.staff.sellers]
        return rng.choices(sellers, cum_weights=self.staff.cumulative_shares(number), k=number)
