"""The log in the administration."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live.models import Change
from pipeline.models import Deal
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
LOG = "/admin/live/change/"


def found(client, **asked) -> set[tuple[str, str]]:
    page = client.get(LOG, asked)
    assert page.status_code == 200
    return {(change.model, change.op) for change in page.context["cl"].result_list}


@pytest.fixture
def desk(admin, browser_of):
    return browser_of(admin)


def test_staff_who_may_not_read_all_records_gets_no_log(browser_of, deal):
    clerk = make_user("clerk", is_staff=True)
    assert browser_of(clerk).get(LOG).status_code == 403
    change = Change.objects.filter(model="deal").latest("seq")
    assert browser_of(clerk).get(f"{LOG}{change.pk}/change/").status_code == 403


def test_it_is_searched_by_person_field_and_record(desk, rep, teammate, deal, contact, request_of):
    with request_of(rep):
        deal.move_to("won")
    with request_of(teammate):
        Deal.unrestricted.filter(pk=deal.pk).update(amount=3)
        contact.phone = "1"
        contact.save()
    assert found(desk, q="rosa") == {("deal", "update")}
    assert found(desk, q="teammate") == {("deal", "update"), ("contact", "update")}
    assert found(desk, q="stage rep") == {("deal", "update")}
    assert found(desk, q="phone rosa") == set()
    assert found(desk, q=f"amount {deal.pk}") == {("deal", "update")}
    assert found(desk, q="nobodyknows") == set()
    assert found(desk, model="contact", op="update") == {("contact", "update")}


def test_one_change_is_shown_with_its_values_and_cannot_be_written(desk, rep, deal, request_of):
    with request_of(rep):
        Deal.unrestricted.filter(pk=deal.pk).update(title="<b>bold</b>")
    change = Change.objects.latest("seq")
    page = desk.get(f"{LOG}{change.pk}/change/")
    assert "Rollout → &lt;b&gt;bold&lt;/b&gt;" in page.content.decode()
    for address in (f"{LOG}{change.pk}/change/", f"{LOG}{change.pk}/delete/", f"{LOG}add/"):
        assert desk.post(address, {"face": "x", "post": "yes"}).status_code == 403
    assert Change.objects.get(pk=change.pk).face == "page"


def test_the_list_takes_as_many_statements_for_six_changes_as_for_three(desk, deal, request_of):
    numbers = []
    for start in (0, 3):
        for number in range(start, start + 3):
            with request_of(make_user(f"p{number}")):
                Deal.unrestricted.filter(pk=deal.pk).update(amount=number)
        desk.get(LOG)  # what is kept in memory after the first time
        with CaptureQueriesContext(connection) as captured:
            desk.get(LOG)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
