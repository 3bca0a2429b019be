"""The whole demo: people, customers, deals and activities, written in one transaction."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.models import Membership, User
from activities.models import ABOUT, Activity, ActivityRoleGrant, ActivityUserGrant
from crm.models import Company, CompanyRoleGrant, CompanyUserGrant, Contact, ContactRoleGrant, ContactUserGrant
from desk.demo.activities import Activities
from desk.demo.calendar import Calendar
from desk.demo.customers import Customers
from desk.demo.deals import Deals
from desk.demo.loading import Loader, Progress
from desk.demo.people import LOGINS, Staff
from pipeline.models import Deal, DealRoleGrant, DealUserGrant
from records.acting import unlogged

RECORDS = (Company, Contact, Deal, Activity)
USER_GRANTS = (CompanyUserGrant, ContactUserGrant, DealUserGrant, ActivityUserGrant)
ROLE_GRANTS = (CompanyRoleGrant, ContactRoleGrant, DealRoleGrant, ActivityRoleGrant)


class NotEmpty(RuntimeError):
    """Demo data was asked for where real rows are."""


@dataclass(frozen=True)
class Sizes:
    companies: int = 120
    contacts: int = 400
    deals: int = 300
    activities: int = 900
    users: int = 8

    def __post_init__(self) -> None:
        if min(self.companies, self.contacts, self.deals, self.activities) < 0:
            raise ValueError("A number of rows cannot be negative.")
        if self.users < len(LOGINS):
            raise ValueError(f"There are at least {len(LOGINS)} users: {', '.join(LOGINS)}.")


class World:
    """One invented company's CRM. The same sizes, seed and day make the same rows, ids included."""

    def __init__(self, sizes: Sizes, seed: int, today: date | None = None) -> None:
        self.sizes = sizes
        calendar = Calendar(today)
        self.staff = Staff(sizes.users, seed, calendar)
        self.customers = Customers(self.staff, seed, calendar)
        self.deals = Deals(self.staff, self.customers, seed, calendar)
        self.activities = Activities(self.staff, self.customers, self.deals, seed, calendar)

    def load(self, progress: Progress) -> None:
        """All or nothing. Raises NotEmpty."""
        loader = Loader(progress)
        with transaction.atomic(), unlogged():
            if found := rows_present():
                raise NotEmpty(f"This database already holds {', '.join(found)}.")
            loader.prepare()
            self._load_people(loader)
            # The creators' grants change nothing: the arrays of a new row foresee them (records/access.py).
            with loader.without("access_granted", USER_GRANTS):
                self._load_records(loader)
            view = Permission.objects.get(content_type__app_label="pipeline", codename="view_deal")
            loader.copy(DealUserGrant, Deals.SHARES, self.deals.share_rows(view.pk))
        loader.tidy()

    def _load_people(self, loader: Loader) -> None:
        loader.copy(User, Staff.FIELDS, self.staff.rows())
        self.staff.save_roles()
        self.staff.save_teams()
        loader.analyze(User, Membership, *RECORDS, *USER_GRANTS, *ROLE_GRANTS)

    def _load_records(self, loader: Loader) -> None:
        sizes, types = self.sizes, ContentType.objects.get_for_models(*RECORDS)
        named = {model._meta.model_name: kind.pk for model, kind in types.items() if model._meta.model_name in ABOUT}
        company, contact, deal, activity = USER_GRANTS
        loader.copy(Company, Customers.COMPANY, self.customers.company_rows(sizes.companies))
        loader.analyze(Company, company)
        loader.copy(Contact, Customers.CONTACT, self.customers.contact_rows(sizes.contacts))
        loader.analyze(Contact, contact)
        loader.copy(Deal, Deals.FIELDS, self.deals.rows(sizes.deals))
        loader.analyze(Deal, deal)
        loader.copy_about(Activity, Activities.FIELDS, self.activities.rows(sizes.activities, named))
        loader.analyze(Activity, activity)


def rows_present() -> list[str]:
    """What somebody may have entered here, in words."""
    found = [model.plural for model in RECORDS if model.unrestricted.exists()]
    return [*found, "users"] if User.objects.exists() else found
