"""Keys, the SDK's form of a body, CORS: what every call passes before it is looked at."""

import base64

import orjson
import pytest
from django.test import Client

from accounts.models import Session
from tests.conftest import PASSWORD
from tests.parse.conftest import KEYS, Answer, ParseClient

APP = {"X-Parse-Application-Id": "parsley"}
WRONG = [
    {},
    {"X-Parse-REST-API-Key": "parsley-rest"},
    {**APP},
    {**APP, "X-Parse-REST-API-Key": "nope"},
    {**KEYS, "X-Parse-Application-Id": "nope"},
    {**APP, "X-Parse-Master-Key": "nope"},
    {**APP, "X-Parse-REST-API-Key": "nope", "X-Parse-Master-Key": "nope"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", WRONG)
def test_wrong_keys_are_403_without_a_code(headers):
    answer = ParseClient(headers).get("/classes/Deal")
    assert (answer.status, answer.body) == (403, {"error": "unauthorized"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", ["X-Parse-REST-API-Key", "X-Parse-Javascript-Key"])
def test_each_key_opens(as_rep, deal, name):
    key = {"X-Parse-REST-API-Key": "parsley-rest", "X-Parse-Javascript-Key": "parsley-js"}[name]
    assert ParseClient({**APP, name: key}, as_rep.token).get("/classes/Deal").ids == {deal.pk}


def test_an_unset_master_key_fits_nothing(as_rep, deal):
    assert ParseClient({**KEYS, "X-Parse-Master-Key": ""}).get("/classes/Deal").code == 101
    assert ParseClient({**APP, "X-Parse-Master-Key": "None"}).get("/classes/Deal").status == 403


def test_a_wrong_master_key_beside_a_clients_key_opens_nothing_more(as_rep, deal):
    headers = {**KEYS, "X-Parse-Master-Key": "nope"}
    assert ParseClient(headers).get("/classes/Deal").code == 101
    assert ParseClient(headers).get("/schemas").status == 403
    assert ParseClient(headers, as_rep.token).get("/classes/Deal").ids == {deal.pk}


def test_the_master_key_sees_every_row(master, deal):
    assert master.get("/classes/Deal").ids == {deal.pk}


def test_basic_authentication_carries_keys_too(settings, as_rep, deal):
    settings.PARSE_MASTER_KEY = "mk"
    for words, ids in (("parsley:mk", {deal.pk}), ("parsley:javascript-key=parsley-js", None)):
        header = {"Authorization": "Basic " + base64.b64encode(words.encode()).decode()}
        answer = ParseClient(header).get("/classes/Deal")
        assert (answer.ids if ids else answer.code) == (ids or 101)


def test_an_unknown_token_is_209_on_any_route(rep):
    for path in ("/classes/Deal", "/users/me", "/config"):
        answer = ParseClient(KEYS, "r:" + "0" * 32).get(path)
        assert (answer.status, answer.code, answer.body["error"]) == (400, 209, "Invalid session token")


def test_the_browsers_cookie_opens_nothing(browser_of, rep, deal):
    response = browser_of(rep).get("/parse/classes/Deal", headers=KEYS)
    assert Answer(response).code == 101


def test_options_needs_no_keys(db):
    answer = Client().options("/parse/classes/Deal")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Methods"] == "GET,PUT,POST,DELETE,OPTIONS"
    assert "X-Parse-Session-Token" in answer["Access-Control-Allow-Headers"]


def sdk(path: str, token: str | None = None, **fields) -> Answer:
    """As the JavaScript SDK sends it."""
    body = {"_ApplicationId": "parsley", "_JavaScriptKey": "parsley-js", "_ClientVersion": "js6.1.0", **fields}
    body |= {"_InstallationId": "i-1", **({"_SessionToken": token} if token else {})}
    return Answer(Client().generic("POST", f"/parse{path}", orjson.dumps(body), "text/plain"))


def test_the_sdk_sends_everything_in_its_body(rep, deal):
    token = sdk("/login", username="rep", password=PASSWORD, _method="POST").body["sessionToken"]
    assert Session.objects.get().installation_id == "i-1"
    found = sdk("/classes/Deal", token, _method="GET", where={"stage": "lead"}, order="expectedCloseDate")
    assert found.ids == {deal.pk}
    assert sdk("/classes/Deal", token, title="New", stage="lead").status == 201
    assert sdk(f"/classes/Deal/{deal.pk}", token, _method="PUT", stage="won").status == 200
    assert sdk(f"/classes/Deal/{deal.pk}", token, _method="GET").body["stage"] == "won"
    assert sdk(f"/classes/Deal/{deal.pk}", token, _method="DELETE").body == {}
    counted = sdk("/classes/Deal", token, _method="GET", where={}, limit=0, count=1)
    assert counted.body == {"results": [], "count": 1}


def test_wrong_keys_in_the_body_are_403(db):
    assert sdk("/classes/Deal", _method="GET", _JavaScriptKey="nope").status == 403
    assert sdk("/classes/Deal", _method="GET", _JavaScriptKey="nope", _MasterKey="nope").status == 403


def test_a_body_that_is_no_json_is_400_without_a_code(as_rep):
    answer = as_rep("POST", "/classes/Deal", b"{nope")
    assert (answer.status, set(answer.body)) == (400, {"error"})


def test_an_unknown_route_is_404_in_json(as_rep):
    assert as_rep.get("/nope").status == 404
    assert set(as_rep.get("/nope").body) == {"error"}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_health_needs_no_keys(method):
    assert ParseClient({})(method, "/health").body == {"status": "ok"}


def test_small_routes_answer_what_sdks_expect(as_rep, master):
    assert as_rep.get("/config").body == {"params": {}}
    assert as_rep.post("/events/AppOpened").body == {}
    assert (as_rep.post("/functions/nope").code, master.post("/jobs/nope").code) == (141, 141)
    assert as_rep.post("/jobs/nope").status == 403
    assert as_rep.get("/serverInfo").body == {"error": "Permission denied"}
    assert set(master.get("/serverInfo").body) == {"features", "parseServerVersion"}
