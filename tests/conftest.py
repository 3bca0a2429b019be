"""The cast. Outsider first: each test of access begins with who may not."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from accounts import principals
from accounts.models import Session, Team, User
from activities.models import Activity
from crm.models import Company, Contact
from pipeline.models import Deal
from records.definitions import CustomField
from tests.loops import let_go

PASSWORD = "correct horse battery"
# A busy machine is no reason to fail.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """The real hasher is tested where it matters (tests/accounts); everywhere else it would be most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def make_user(username: str, *roles: str, **fields) -> User:
    user = User.objects.create_user(username, f"{username}@parsley.example", PASSWORD, **fields)
    user.groups.set(Group.objects.filter(name__in=roles or ["Sales rep"]))
    return user


@pytest.fixture
def outsider(db):
    return make_user("outsider")


@pytest.fixture
def rep(db):
    return make_user("rep", name="Rosa Rep")


@pytest.fixture
def teammate(db, team, rep):
    user = make_user("teammate")
    team.members.add(user)
    return user


@pytest.fixture
def lead(db, team):
    user = make_user("lead", "Sales lead")
    team.leads.add(user)
    return user


@pytest.fixture
def team(db, rep):
    team = Team.objects.create(name="North")
    team.members.add(rep)
    return team


@pytest.fixture
def reader(db):
    """Somebody of the role Read only."""
    return make_user("reader", "Read only")


@pytest.fixture
def admin(db):
    return make_user("admin", "Administrator", is_staff=True)


@pytest.fixture
def integrator(db):
    return make_user("integrator", "API client")


@pytest.fixture
def browser_of():
    """A signed-in test client of a user."""

    def sign_in(user: User, **defaults) -> Client:
        client = Client(**defaults)
        client.force_login(user, backend="accounts.backends.PasswordBackend")
        return client

    return sign_in


@pytest.fixture
def api_of():
    """An API client with a token of a user, as an integrator's program has."""

    def with_token(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {Session.start(user)[1]}")
        return client

    return with_token


@pytest.fixture
def company(rep):
    return Company.objects.create(name="Acme", website="https://acme.example", industry="Tools", created_by=rep)


@pytest.fixture
def contact(rep, company):
    return Contact.objects.create(name="Ada Adams", email="ada@acme.example", company=company, created_by=rep)


@pytest.fixture
def deal(rep, company, contact):
    return Deal.objects.create(
        title="Rollout", amount=1200, company=company, contact=contact, assigned_to=rep, created_by=rep
    )


@pytest.fixture
def call(rep, deal):
    return Activity.objects.create(type="call", subject="First call", related_to=deal, created_by=rep)


@pytest.fixture
def add_field(db):
    """A field of a class, as an administrator adds it. What the process remembers goes with the test's rows."""

    def add(model: str, name: str, kind: str = "String", **more) -> CustomField:
        field = CustomField(model=model, name=name, type=kind, **more)
        field.full_clean()
        field.save()
        return field

    yield add
    principals.fields_changed()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the database is dropped, whoever keeps a connection gives it up."""
    yield
    with django_db_blocker.unblock():
        let_go()


@pytest.fixture(scope="session", autouse=True)
def _keep_what_migrations_made():
    """After a test with commits only what people made is emptied: stages, roles and permissions stay."""
    records = "crm_company, crm_contact, pipeline_deal, activities_activity"
    tables = f"accounts_user, accounts_team, accounts_try, {records}, live_change"

    def empty(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {tables} CASCADE")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield
