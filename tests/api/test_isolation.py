"""Every endpoint of the router and every member of the cast: who gets which rows, and what of them may be changed.

An endpoint that is not listed in EXPECTED fails the first test: declare it, and plant a row that could leak.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from activities.models import Activity
from config.api import router
from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.api.answers import V1, ids
from tests.conftest import make_user

CAST = ["outsider", "teammate", "reader", "rep", "lead", "integrator", "admin"]
RECORD_READERS = {"reader", "rep", "lead", "integrator", "admin"}


@dataclass(frozen=True)
class Expected:
    """Who reads the row of the cast's rep, who changes it, who may add one; ``planted``: who reads the stranger's."""

    reads: set[str]
    changes: set[str]
    adds: set[str]
    planted: set[str]
    read_only: bool = False


RECORD = Expected(RECORD_READERS, RECORD_READERS - {"reader"}, set(CAST) - {"reader"}, {"admin"})
OPEN = Expected(set(CAST), set(), set(), set(CAST), read_only=True)
EXPECTED = {"company": RECORD, "contact": RECORD, "deal": RECORD, "activity": RECORD, "stage": OPEN, "user": OPEN}
EXPECTED["lost-reason"] = OPEN
ELSEWHERE = {"schema-field"}  # no rows of anybody's: tests/fields/test_settings.py
RECORDS = [name for name, expected in EXPECTED.items() if not expected.read_only]
ACTIONS = {"list", "retrieve", "create", "update", "partial_update", "destroy"}
NEW = {"company": {"name": "N"}, "contact": {"name": "N"}, "deal": {"title": "N"}, "activity": {"subject": "N"}}


@pytest.fixture
def world(api_of, request, company, contact, deal, call, reader, integrator):
    """The rep's rows, shared with the reader and the integrator; and a stranger's rows, which visible ones point to."""
    cast = {name: api_of(request.getfixturevalue(name)) for name in CAST}
    stranger = make_user("stranger")
    secret = Company.objects.create(name="Secret", created_by=stranger)
    person = Contact.objects.create(name="Secret", company=secret, created_by=stranger)
    planted_deal = Deal.objects.create(title="Secret", company=secret, contact=person, created_by=stranger)
    note = Activity.objects.create(subject="Secret", related_to=planted_deal, created_by=stranger)
    Contact.unrestricted.filter(pk=contact.pk).update(company=secret)
    rows = {"company": company, "contact": contact, "deal": deal, "activity": call}
    for row in rows.values():
        share(row, reader, "read")
        share(row, integrator, "write")
    planted = {"company": secret, "contact": person, "deal": planted_deal, "activity": note}
    return SimpleNamespace(cast=cast, rows=rows, planted=planted)


def test_every_endpoint_of_the_router_is_declared_here():
    assert {basename for _, _, basename in router.registry} == {*EXPECTED, *ELSEWHERE}


def test_no_viewset_has_an_action_that_these_tests_do_not_walk():
    for _, viewset, basename in router.registry:
        if basename in ELSEWHERE:
            continue
        extra = {action.__name__ for action in viewset.get_extra_actions()}
        actions = {name for name in ACTIONS if hasattr(viewset, name)}
        assert actions | extra == ({"list", "retrieve"} if EXPECTED[basename].read_only else ACTIONS)


@pytest.mark.django_db
@pytest.mark.parametrize("basename", [*EXPECTED, *ELSEWHERE])
def test_anonymous_gets_401_from_every_method(basename):
    prefix = next(prefix for prefix, _, name in router.registry if name == basename)
    for address, methods in (("", ["get", "post"]), ("abc/", ["get", "put", "patch", "delete"])):
        for method in methods:
            response = getattr(APIClient(), method)(f"{V1}/{prefix}/{address}")
            assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token"), (method, address)


@pytest.mark.parametrize("basename", RECORDS)
def test_each_of_the_cast_lists_exactly_what_they_may_read(world, basename):
    mine, planted, expected = world.rows[basename].pk, world.planted[basename].pk, EXPECTED[basename]
    wanted = {
        name: {pk for pk, readers in ((mine, expected.reads), (planted, expected.planted)) if name in readers}
        for name in CAST
    }
    assert {name: ids(world.cast[name].get(address(world.rows[basename]))) for name in CAST} == wanted


@pytest.mark.parametrize("basename", RECORDS)
def test_a_hidden_row_changes_no_count_and_no_body(world, basename):
    body = world.cast["rep"].get(address(world.rows[basename]), {"count": "true", "q": "Secret"}).json()
    assert body == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("basename", RECORDS)
def test_who_may_not_read_a_row_gets_404_for_it(world, basename):
    mine, planted, expected = world.rows[basename], world.planted[basename], EXPECTED[basename]
    for row, readers in ((mine, expected.reads), (planted, expected.planted)):
        statuses = {name: world.cast[name].get(address(row, row.pk)).status_code for name in CAST}
        assert statuses == {name: 200 if name in readers else 404 for name in CAST}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("basename", RECORDS)
def test_who_may_not_change_a_row_gets_404_where_hidden_and_403_where_seen(world, basename, method):
    for row, changers in ((world.rows[basename], EXPECTED[basename].changes), (world.planted[basename], {"admin"})):
        done = 204 if method == "delete" else 200
        # The reader's role changes nothing of any class: that is said before any row is looked for.
        wanted = {name: done if name in changers else 403 if name == "reader" else 404 for name in CAST}
        assert {name: attempt(world.cast[name], method, row, NEW[basename]) for name in CAST} == wanted


def test_who_may_see_a_row_but_not_change_it_gets_403(world, api_of, outsider):
    share(world.rows["deal"], outsider, "read")
    client = api_of(outsider)
    statuses = [attempt(client, method, world.rows["deal"], NEW["deal"]) for method in ("put", "patch", "delete")]
    assert statuses == [403, 403, 403]


@pytest.mark.parametrize("basename", RECORDS)
def test_who_lacks_the_class_permission_gets_403_when_adding(world, basename):
    statuses = {name: attempt(world.cast[name], "post", world.rows[basename], NEW[basename]) for name in CAST}
    assert statuses == {name: 201 if name in EXPECTED[basename].adds else 403 for name in CAST}


@pytest.mark.parametrize("basename", RECORDS)
def test_without_any_role_a_user_gets_403_even_for_own_rows(world, basename, api_of, rep):
    rep.groups.clear()
    client = api_of(rep)
    assert client.get(address(world.rows[basename])).status_code == 403
    assert client.get(address(world.rows[basename], world.rows[basename].pk)).status_code == 403


def address(row, pk: str = "") -> str:
    return f"{V1}/{row.plural}/{pk}/" if pk else f"{V1}/{row.plural}/"


def attempt(client: APIClient, method: str, row, body: dict) -> int:
    """The status; what was done is undone, so that the next one finds the same rows."""
    with transaction.atomic():
        response = getattr(client, method)(address(row, "" if method == "post" else row.pk), body, format="json")
        transaction.set_rollback(True)
    return response.status_code
