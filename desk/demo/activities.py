"""What was done about deals, contacts and companies, and what is to do next."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from desk.demo.calendar import Calendar
from desk.demo.chance import dice, new_id
from desk.demo.customers import Customers
from desk.demo.deals import Deals, Sale
from desk.demo.people import Staff
from desk.demo.playbook import COMPANY, CONTACT, CONTACT_TO_DO, STEPS, TO_DO

SHARE = {"deal": 0.72, "contact": 0.2, "company": 0.08}
HALF_AN_HOUR = timedelta(minutes=30)


class Agenda:
    """When a seller's next things are due: a few are late, some are for today, most lie ahead."""

    def __init__(self, seed: int, staff: Staff) -> None:
        self.rng = dice(seed, "agenda")
        self.late = {user.pk: self.rng.randint(2, 4) for user in staff.users}
        self.today = {user.pk: self.rng.randint(4, 6) for user in staff.users}

    def next_age(self, owner: str) -> int:
        if self.late[owner] and self.rng.random() < 0.3:
            self.late[owner] -= 1
            return self.rng.randint(1, 9)
        if self.today[owner] and self.rng.random() < 0.4:
            self.today[owner] -= 1
            return 0
        return -1 - min(int(self.rng.expovariate(1 / 10)), 60)


class Activities:
    FIELDS = (
        "id", "type", "subject", "description", "due_date", "completed_at", "related_type", "related_id", "custom",
        "created_by", "created_at", "updated_at",
    )  # fmt: skip

    def __init__(self, staff: Staff, customers: Customers, deals: Deals, seed: int, calendar: Calendar) -> None:
        self.customers, self.deals, self.calendar = customers, deals, calendar
        self.rng = dice(seed, "activities")
        self.agenda = Agenda(seed, staff)
        self.admin = staff.admin.pk

    def rows(self, number: int, types: dict[str, int]) -> Iterator[tuple]:
        """``types``: the content type of each class that an activity can be about."""
        targets = {"deal": self.deals.sales, "contact": self.customers.people, "company": self.customers.companies}
        present = [name for name, rows in targets.items() if rows]
        if not present:
            yield from (self._loose() for _ in range(number))
            return
        weights = [SHARE[name] for name in present]
        numbers = Counter(self.rng.choices(present, weights, k=number))
        about = {"deal": self._about_sale, "contact": self._about_person, "company": self._about_company}
        for name in present:
            rows = targets[name]
            for index, wanted in sorted(Counter(self.rng.choices(range(len(rows)), k=numbers[name])).items()):
                yield from about[name](rows[index], wanted, types[name])

    def _about_sale(self, sale: Sale, wanted: int, related_type: int) -> Iterator[tuple]:
        """The steps of the sale one after the other, and for half of the open ones what comes next."""
        words = {"first": sale.person.first if sale.person else "the buyer"}
        words["company"] = sale.company.name if sale.company else "their office"
        to_do = sale.is_open and self.rng.random() < 0.55
        done = wanted - to_do
        steps = STEPS["open" if sale.is_open else sale.stage]
        ages = sorted((self.rng.randint(sale.last, sale.age) for _ in range(done)), reverse=True)
        for index, age in enumerate(ages):
            step = steps[min(index, len(steps) - 1) if done <= len(steps) else index * len(steps) // done]
            yield self._done(step, words, age, sale.age, (related_type, sale.id), sale.seller)
        if to_do:
            yield self._due(TO_DO[sale.stage], words, sale.last, (related_type, sale.id), sale.seller)

    def _about_person(self, person, wanted: int, related_type: int) -> Iterator[tuple]:
        words = {"first": person.first, "company": "their office"}
        for _ in range(wanted):
            age = self.rng.randint(1, person.age)
            if self.rng.random() < 0.06:
                yield self._due(CONTACT_TO_DO, words, min(age, 20), (related_type, person.id), person.owner)
            else:
                step = self.rng.choice(CONTACT)
                yield self._done(step, words, age, person.age, (related_type, person.id), person.owner)

    def _about_company(self, company, wanted: int, related_type: int) -> Iterator[tuple]:
        words = {"first": "the manager", "company": company.name}
        for _ in range(wanted):
            age, step = self.rng.randint(1, company.age), self.rng.choice(COMPANY)
            yield self._done(step, words, age, company.age, (related_type, company.id), company.owner)

    def _loose(self) -> tuple:
        step = ("note", "Ideas for the next fair", "Bring more samples and a bigger table.")
        return self._done(step, {}, self.rng.randint(1, 60), 90, (None, None), self.admin)

    def _done(self, step: tuple, words: dict, age: int, oldest: int, about: tuple, owner: str) -> tuple:
        """A note or an e-mail is logged as it is written; calls and meetings were planned some days before."""
        kind, subject, text = step
        moment = self.calendar.moment(self.rng, age)
        planned = moment
        if kind in ("call", "meeting"):
            ahead = min(self.rng.randint(0, 6), oldest - age)
            planned = min(moment, self.calendar.moment(self.rng, age + ahead))
        due = moment if planned < moment else None
        finished = None if kind == "note" else moment + HALF_AN_HOUR
        return self._row(kind, subject.format(**words), text.format(**words), due, finished, about, owner, planned)

    def _due(self, steps: list, words: dict, last: int, about: tuple, owner: str) -> tuple:
        kind, subject, text = self.rng.choice(steps)
        age = self.agenda.next_age(owner)
        due = self.calendar.working_moment(self.rng, age)
        created = self.calendar.moment(self.rng, max(last, age + 1, 1))
        return self._row(kind, subject.format(**words), text.format(**words), due, None, about, owner, created)

    def _row(self, kind, subject, text, due, finished, about, owner, created) -> tuple:
        return (
            new_id(self.rng), kind, subject, text, due, finished, *about, "{}", owner, created, finished or created,
        )  # fmt: skip
