"""GET /api/v1/changes/: what happened since a cursor, as far as the caller may see it, and without a gap."""

import base64
import random
import time

import pytest
from django.db import connection

from accounts.models import Team
from activities.models import Activity
from crm.models import Company
from live.changes import written
from live.feed import Cursor
from pipeline.models import Deal
from records.definitions import CustomField
from records.sharing import share, unshare
from tests.api.answers import V1
from tests.conftest import make_user

CHANGES = f"{V1}/changes/"
pytestmark = pytest.mark.django_db(transaction=True)  # a cursor tells transactions apart


class Following:
    """A program that remembers its cursor."""

    def __init__(self, client) -> None:
        self.client = client
        self.cursor = client.get(CHANGES).json()["cursor"]

    def news(self, **asked) -> list[dict]:
        found = []
        while True:
            answer = self.client.get(CHANGES, {"since": self.cursor, **asked})
            assert answer.status_code == 200, answer.content
            body = answer.json()
            found += body["changes"]
            self.cursor = body["cursor"]
            if not body["more"]:
                return found


@pytest.fixture
def following(api_of):
    return lambda user: Following(api_of(user))


def kinds(news: list[dict]) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["class"], one["id"]) for one in news]


def test_outsider_is_told_of_his_own_records_and_no_others(following, outsider, rep, deal):
    program = following(outsider)
    Deal.unrestricted.filter(pk=deal.pk).update(title="Secret")
    Activity.objects.create(subject="Secret", related_to=deal, created_by=rep)
    deal.delete()
    own = Company.objects.create(name="Own", created_by=outsider)
    assert kinds(program.news()) == [("created", "company", own.pk)]


def test_a_change_names_each_field_as_the_rest_of_the_api_stores_it(following, rep, deal, request_of):
    program = following(rep)
    with request_of(rep, "page"):
        deal.move_to("won")
    Deal.unrestricted.filter(pk=deal.pk).update(amount="12.5", company=None)
    first, second = program.news()
    assert first["changes"] == [{"field": "stage", "before": "lead", "after": "won"}]
    assert (first["who"], first["face"], second["who"], second["face"]) == (rep.pk, "page", None, "command")
    assert sorted((one["field"], one["before"], one["after"]) for one in second["changes"]) == [
        ("amount", "1200.00", "12.50"),
        ("company", deal.company_id, None),
    ]


def test_a_new_record_is_told_of_with_all_that_it_holds(following, rep):
    program = following(rep)
    made = Deal.objects.create(title="New", created_by=rep)
    (told,) = program.news()
    values = {one["field"]: one["after"] for one in told["changes"]}
    assert (told["kind"], told["id"], values["title"], values["stage"]) == ("created", made.pk, "New", "lead")
    assert not {"readers", "writers", "custom", "search"} & set(values)
    assert {one["before"] for one in told["changes"]} == {None}


def test_access_that_comes_and_goes(following, outsider, deal):
    program = following(outsider)
    share(deal, outsider, "read")
    gained = program.news()
    unshare(deal, outsider)
    lost = program.news()
    assert ("gained", "deal", deal.pk) in kinds(gained)
    assert ("lost", "deal", deal.pk) in kinds(lost)
    assert [one["changes"] for one in lost] == [[]] * len(lost)


def test_what_may_not_be_seen_any_more_is_not_told_of_as_it_was(following, outsider, rep):
    """Nor where it was open at that moment: it is asked who may see it now."""
    program = following(outsider)
    deal = Deal.objects.create(title="Shared for a moment", created_by=rep)
    share(deal, outsider, "read")
    Deal.unrestricted.filter(pk=deal.pk).update(title="Still shared")
    unshare(deal, outsider)
    assert kinds(program.news()) == [("lost", "deal", deal.pk)]


def test_a_deletion_is_told_to_who_saw_the_record(following, rep, deal, call):
    program = following(rep)
    keys = {deal.pk, call.pk}
    deal.delete()
    news = program.news()
    assert {one["id"] for one in news if one["kind"] == "deleted"} == keys
    assert [one["changes"] for one in news if one["kind"] == "deleted"] == [[], []]


def test_rights_that_were_lost_hide_what_happened_before(following, lead, team, rep, deal):
    program = following(lead)
    Deal.unrestricted.filter(pk=deal.pk).update(title="Seen by the lead")
    Team.objects.get(pk=team.pk).leads.remove(lead)
    assert program.news() == []


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_pages_of_any_size_leave_nothing_out_and_tell_nothing_twice(following, admin, limit):
    program, choose = following(admin), random.Random(limit)
    companies = [Company.objects.create(name=str(number)) for number in range(4)]
    for number in range(20):
        Company.unrestricted.filter(pk=choose.choice(companies).pk).update(notes=str(number))
    news = program.news(limit=limit)
    assert [one["id"] for one in news if one["kind"] == "created"] == [company.pk for company in companies]
    notes = [one["changes"][0]["after"] for one in news if one["kind"] == "changed"]
    assert notes == [str(number) for number in range(20)]


def foreign() -> str:
    return written(Cursor("9000000000:9000000000:"))


def aged(days: int) -> str:
    text = f"1:1:;;0;{int(time.time()) - days * 86_400}"
    return base64.urlsafe_b64encode(text.encode()).decode()


BAD = ["", "x", "é", "=" * 50, "x" * 5_000, foreign(), aged(31), aged(-1), written(Cursor("5:1:")),
       written(Cursor("1:5:9")), written(Cursor("1:9:", "7:2:", 3)), written(Cursor("9" * 23 + ":1:"))]  # fmt: skip


@pytest.mark.parametrize("since", BAD, ids=range(len(BAD)))  # signed at this moment: no names
def test_what_is_no_cursor_is_refused_with_what_to_do(api_of, rep, since):
    answer = api_of(rep).get(CHANGES, {"since": since})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "since")
    assert "Ask without one" in answer.json()["detail"]


@pytest.mark.parametrize("asked", [{"limit": "0"}, {"limit": "many"}, {"limit": "1001"}, {"until": "x"}])
def test_a_wrong_parameter_is_refused(api_of, rep, asked):
    assert api_of(rep).get(CHANGES, asked).status_code == 400


def test_a_stranger_is_401(client):
    assert client.get(CHANGES).status_code == 401


def test_it_takes_as_many_statements_for_twenty_changes_as_for_ten(
    api_of, following, rep, django_assert_max_num_queries
):
    program = following(rep)
    for number in (10, 20):
        deals = [Deal.objects.create(title=str(n), created_by=rep) for n in range(number)]
        Activity.objects.create(subject="x", related_to=deals[0], created_by=rep)
        connection.queries_log.clear()
        with django_assert_max_num_queries(9):
            assert len(program.client.get(CHANGES, {"since": program.cursor, "limit": 1000}).json()["changes"]) > number
        program.news(limit=1000)


def test_somebody_whose_roles_open_no_class_is_told_nothing(following, deal):
    stranger = make_user("stranger")
    program = following(stranger)
    stranger.groups.clear()
    Deal.unrestricted.filter(pk=deal.pk).update(title="x")
    assert program.news() == []


def test_custom_fields_are_told_by_their_names_and_hidden_ones_are_not(following, rep, deal):
    size = CustomField.objects.create(model="deal", name="headCount", label="Heads", type="Number")
    hidden = CustomField.objects.create(model="deal", name="secret", label="Secret", type="String", hidden=True)
    program = following(rep)
    Deal.unrestricted.filter(pk=deal.pk).update(custom={size.key: 7, hidden.key: "x"})
    (told,) = program.news()
    CustomField.objects.all()._raw_delete("default")
    assert told["changes"] == [{"field": "head_count", "before": None, "after": 7}]
