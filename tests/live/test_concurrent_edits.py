"""Two programs that write the same field: each face does as its protocol says, and the log has both."""

import pytest

from accounts.models import Session
from live.history import entries
from pipeline.models import Deal
from tests.parse.conftest import KEYS, ParseClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of():
    return lambda user: ParseClient(KEYS, Session.start(user)[1])


def told(user, deal) -> list[tuple]:
    row = Deal.objects.visible_to(user).get(pk=deal.pk)
    found = [(one.who, one.face, *((each.before, each.after) for each in one.changes)) for one in entries(row, user)]
    return found[:2]


def test_the_last_of_two_parse_clients_wins_and_the_log_has_both(client_of, rep, lead, deal):
    for user, amount in ((rep, 1300), (lead, 1500)):
        assert client_of(user).put(f"/classes/Deal/{deal.pk}", {"amount": amount}).status == 200
    assert Deal.unrestricted.get(pk=deal.pk).amount == 1500
    assert told(rep, deal) == [(lead, "parse", ("$1,300", "$1,500")), (rep, "parse", ("$1,200", "$1,300"))]


def test_of_two_api_clients_the_later_is_told_412_and_the_log_has_the_first(api_of, rep, lead, deal):
    address = f"/api/v1/deals/{deal.pk}/"
    first, second = api_of(rep), api_of(lead)
    read = [client.get(address).headers["ETag"] for client in (first, second)]
    answers = [
        client.patch(address, {"amount": amount}, format="json", headers={"If-Match": tag}).status_code
        for client, amount, tag in zip((first, second), ("1300", "1500"), read, strict=True)
    ]
    assert (answers, Deal.unrestricted.get(pk=deal.pk).amount) == ([200, 412], 1300)
    assert told(rep, deal)[0] == (rep, "api", ("$1,200", "$1,300"))
