from contextlib import contextmanager

import pytest

from live.models import Change
from records.acting import ChangeSet, acting


@pytest.fixture
def request_of():
    """As if ``user`` wrote within one request of theirs; gives the change set."""

    @contextmanager
    def writing(user, face: str = "page"):
        with acting(user, face, ChangeSet()) as now:
            yield now.change_set

    return writing


@pytest.fixture
def last_set():
    """The id of the newest change set."""

    def newest() -> str:
        return Change.objects.exclude(change_set=None).latest("seq").change_set

    return newest


@pytest.fixture
def undo_of(browser_of):
    """Posts the undo of a change set as a user."""

    def post(user, change_set, **headers):
        return browser_of(user).post(f"/changes/{change_set}/undo/", {"next": "/deals/"}, **headers)

    return post
