"""Staff: people of the cast who may also use the administration. What they see there is decided by the same rule."""

import pytest
from django.test import Client

from tests.conftest import make_user


def as_staff(user):
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@pytest.fixture
def staff_without_role(db):
    user = make_user("newcomer", is_staff=True)
    user.groups.clear()
    return user


@pytest.fixture
def outsider_desk(outsider, browser_of) -> Client:
    """The administration as a staff member sees it who has nothing to do with the rows."""
    return browser_of(as_staff(outsider))


@pytest.fixture
def rep_desk(rep, browser_of) -> Client:
    return browser_of(as_staff(rep))


@pytest.fixture
def reader_desk(reader, browser_of) -> Client:
    return browser_of(as_staff(reader))


@pytest.fixture
def admin_desk(admin, browser_of) -> Client:
    return browser_of(admin)


@pytest.fixture
def root(db):
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def root_desk(root, browser_of) -> Client:
    return browser_of(root)
