"""GET /api/v1/<class>/<id>/history/ and /api/v1/deals/<id>/stages/."""

import pytest

from crm.models import Company, Contact
from pipeline.models import Deal
from records.sharing import share
from tests.api.answers import V1
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
OF = ["companies", "contacts", "deals", "activities"]


@pytest.fixture
def rows(company, contact, deal, call):
    return dict(zip(OF, (company, contact, deal, call), strict=True))


@pytest.mark.parametrize("part", ["history", "stages"])
@pytest.mark.parametrize("plural", OF)
def test_who_may_not_see_the_record_is_told_it_is_not_there(api_of, outsider, rows, plural, part):
    address = f"{V1}/{plural}/{rows[plural].pk}/{part}/"
    missing = f"{V1}/{plural}/nothing000/{part}/"
    hidden, none = (api_of(outsider).get(where) for where in (address, missing))
    assert (hidden.status_code, hidden.content) == (none.status_code, none.content)
    assert hidden.status_code == 404


@pytest.mark.parametrize("who", ["reader", "rep", "lead", "integrator", "admin"])
@pytest.mark.parametrize("plural", OF)
def test_who_sees_the_record_sees_its_history(request, api_of, rows, who, plural, reader, integrator):
    for row in rows.values():
        share(row, reader, "read")
        share(row, integrator, "read")
    answer = api_of(request.getfixturevalue(who)).get(f"{V1}/{plural}/{rows[plural].pk}/history/")
    assert (answer.status_code, answer.json()["results"][-1]["kind"]) == (200, "created")


def test_who_has_no_role_for_the_class_is_403(api_of, rep, deal):
    client = api_of(rep)
    rep.groups.clear()
    assert client.get(f"{V1}/deals/{deal.pk}/history/").status_code == 403


def test_a_stranger_is_401(client, deal):
    assert client.get(f"{V1}/deals/{deal.pk}/history/").status_code == 401


def test_it_tells_fields_as_stored(api_of, rep, deal, request_of):
    with request_of(rep):
        deal.move_to("proposal")
    with request_of(rep, "parse"):
        Deal.unrestricted.filter(pk=deal.pk).update(amount="12.5", company=None)
    body = api_of(rep).get(f"{V1}/deals/{deal.pk}/history/?limit=2").json()
    last, first = body["results"]
    assert (last["face"], last["kind"], last["who"]) == ("parse", "edited", rep.pk)
    assert sorted((one["field"], one["before"], one["after"]) for one in last["changes"]) == [
        ("amount", "1200.00", "12.50"),
        ("company", deal.company_id, None),
    ]
    assert first["changes"] == [{"field": "stage", "before": "lead", "after": "proposal"}]


def test_it_names_nothing_hidden(api_of, rep, contact, request_of):
    stranger = make_user("stranger")
    secret = Company.objects.create(name="Zzyzx", created_by=stranger)
    with request_of(stranger):
        Contact.unrestricted.filter(pk=contact.pk).update(company=secret)
    answer = api_of(rep).get(f"{V1}/contacts/{contact.pk}/history/")
    assert "Zzyzx" not in answer.content.decode()
    assert answer.json()["results"][0]["changes"][0]["after"] == secret.pk


def test_pages_lead_to_each_other(api_of, rep, deal, request_of):
    for stage in ("qualified", "proposal", "won"):
        with request_of(rep):
            deal.move_to(stage)
    client, address, found = api_of(rep), f"{V1}/deals/{deal.pk}/history/?limit=1", []
    while address:
        body = client.get(address).json()
        found += [(entry["kind"], *(one["after"] for one in entry["changes"])) for entry in body["results"]]
        address = body["next"]
    assert found == [("moved", "won"), ("moved", "proposal"), ("moved", "qualified"), ("created",)]


@pytest.mark.parametrize(
    "asked", ["cursor=x", "cursor=-1", "cursor=99999999999999999999", "limit=0", "limit=x", "other=1"]
)
def test_what_cannot_be_read_is_named(api_of, rep, deal, asked):
    answer = api_of(rep).get(f"{V1}/deals/{deal.pk}/history/?{asked}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, asked.split("=")[0])


def test_a_deal_tells_how_long_it_was_in_each_stage(api_of, rep, deal, request_of):
    with request_of(rep):
        deal.move_to("won")
    lead, won = api_of(rep).get(f"{V1}/deals/{deal.pk}/stages/").json()["results"]
    assert (lead["value"], lead["until"], won["value"], won["until"]) == ("lead", won["since"], "won", None)
    assert (lead["seconds"] >= 0, won["who"]) == (True, rep.pk)
