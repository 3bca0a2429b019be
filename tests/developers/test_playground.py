"""/developers/playground/: calls are run as oneself, dry runs leave nothing behind, and its session is short-lived."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.hooks import functions
from accounts.models import Session, Try, User
from activities.models import Activity
from crm.models import Contact
from developers.playground.samples import SAMPLES
from live.models import Change
from pipeline.models import Deal
from records.definitions import CustomField
from records.models import File
from tests.conftest import PASSWORD

FACES = ["parse", "rest", "graphql"]
MAKE = 'mutation { createContact(input: { fields: { name: "Planned" } }) { contact { objectId } } }'
NEW_CONTACT = {
    "parse": {"method": "POST", "path": "/classes/Contact", "body": '{"name": "Planned"}'},
    "rest": {"method": "POST", "path": "/contacts/", "body": '{"name": "Planned"}'},
    "graphql": {"query": MAKE},
}
LISTED = {
    "parse": {"method": "GET", "path": "/classes/Deal", "parameters": "keys=title"},
    "rest": {"method": "GET", "path": "/deals/"},
    "graphql": {"query": "{ deals { edges { node { title } } } }"},
}


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.PARSE_APP_ID, settings.PARSE_REST_KEY, settings.PARSE_JS_KEY = "app", "rest", "js"


def run(browser: Client, face: str, told: dict, *, dry: bool = True):
    """The outcome of the call that was typed."""
    response = browser.post(f"/developers/playground/{face}/", told | ({"dry": "on"} if dry else {}))
    assert response.status_code == 200, response.content.decode()
    return response.context["outcome"]


@pytest.mark.parametrize("face", [*FACES, "live"])
def test_who_is_not_signed_in_is_sent_to_sign_in(db, face):
    address = f"/developers/playground/{face}/"
    for method in ("get", "post"):
        response = getattr(Client(), method)(address)
        assert (response.status_code, response.url) == (302, f"/accounts/login/?next={address}")
    assert Session.objects.count() == 0


@pytest.mark.parametrize("face", FACES)
def test_outsider_is_answered_nothing_of_others(outsider, deal, browser_of, face):
    Deal.objects.create(title="Own", created_by=outsider, assigned_to=outsider)
    outcome = run(browser_of(outsider), face, LISTED[face])
    assert outcome.status == 200
    assert ("Own" in outcome.text, "Rollout" in outcome.text) == (True, False)


@pytest.mark.parametrize("face", FACES)
def test_examples_name_no_record_of_others(outsider, deal, call, browser_of, face):
    browser = browser_of(outsider)
    for sample in SAMPLES[face]:
        page = browser.get(f"/developers/playground/{face}/", {"sample": sample.key}).content.decode()
        assert [row.pk for row in (deal, deal.contact, deal.company, call) if row.pk in page] == []


@pytest.mark.parametrize("face", FACES)
def test_a_dry_run_answers_and_leaves_nothing_behind(rep, browser_of, face):
    changes = Change.objects.count()
    outcome = run(browser_of(rep), face, NEW_CONTACT[face])
    assert outcome.status == (200 if face == "graphql" else 201)
    assert "objectId" in outcome.text or '"id"' in outcome.text
    assert list(Contact.unrestricted.all()) == []
    assert Change.objects.count() == changes


@pytest.mark.parametrize("face", FACES)
def test_without_dry_run_it_is_kept_as_the_users(rep, browser_of, face):
    outcome = run(browser_of(rep), face, NEW_CONTACT[face], dry=False)
    [contact] = Contact.unrestricted.all()
    assert contact.pk in outcome.text
    assert (contact.name, contact.created_by) == ("Planned", rep)
    assert Change.objects.latest("pk").face == ("api" if face == "rest" else "parse")


def test_page_begins_with_a_dry_run(rep, browser_of):
    page = browser_of(rep).get("/developers/playground/parse/")
    assert page.context["form"].initial["dry"] is True
    assert 'name="dry" id="id_dry" checked' in page.content.decode()


def test_every_example_runs(rep, deal, call, browser_of):
    """But those about passwords: they are refused in a dry run, in words."""
    browser = browser_of(rep)
    statuses = {}
    for face in FACES:
        for sample in SAMPLES[face]:
            form = browser.get(f"/developers/playground/{face}/", {"sample": sample.key}).context["form"]
            outcome = run(browser, face, {name: value for name, value in form.initial.items() if name != "dry"})
            wrong = outcome.status >= 300 or outcome.trouble or '"errors"' in outcome.text
            if wrong:
                statuses[face, sample.key] = (outcome.status, outcome.text)
    assert list(statuses) == [("parse", "log-in")]
    assert "not tried" in statuses["parse", "log-in"][1]
    assert Deal.unrestricted.get().stage_id == "lead"
    assert (Activity.unrestricted.count(), User.objects.count()) == (1, 1)


SIGN_IN = {"method": "POST", "path": "/login", "body": json.dumps({"username": "rep", "password": PASSWORD})}
LINE = {"requests": [{"method": "POST", "path": "/parse/login", "body": {"username": "rep", "password": PASSWORD}}]}
LOG_IN = f'mutation {{ logIn(input: {{ username: "rep", password: "{PASSWORD}" }}) {{ viewer {{ sessionToken }} }} }}'


@pytest.mark.parametrize(
    ("face", "told"),
    [
        ("parse", SIGN_IN),
        ("parse", {"method": "POST", "path": "/batch", "body": json.dumps(LINE)}),
        ("parse", {"method": "GET", "path": "/verifyPassword", "parameters": f"username=rep\npassword={PASSWORD}"}),
        ("parse", {"method": "POST", "path": "/requestPasswordReset", "body": '{"email": "rep@parsley.example"}'}),
        ("rest", {"method": "POST", "path": "/auth/token/", "body": SIGN_IN["body"]}),
        ("graphql", {"query": LOG_IN}),
    ],
)
def test_no_password_is_tried_in_a_dry_run_where_its_tries_would_be_forgotten(rep, browser_of, mailoutbox, face, told):
    outcome = run(browser_of(rep), face, told)
    assert "sessionToken" not in outcome.text.replace("viewer", "")
    assert "r:" not in outcome.text
    assert (Session.objects.count(), Try.objects.count(), mailoutbox) == (1, 0, [])


def test_wrong_passwords_are_counted_where_it_is_no_dry_run(rep, browser_of, settings):
    settings.SIGN_IN_TRIES = 2
    wrong = {**SIGN_IN, "body": '{"username": "rep", "password": "guess"}'}
    browser = browser_of(rep)
    statuses = [run(browser, "parse", wrong, dry=False).status for _ in range(4)]
    assert statuses[:2] == [404, 404]
    assert statuses[2:] == [429, 429] or statuses[2] >= 400
    assert Try.objects.filter(key__startswith="account:").count() == 2


def test_no_file_is_written_in_a_dry_run(rep, browser_of, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    upload = {"base64": "aGVsbG8=", "_ContentType": "text/plain"}
    outcome = run(browser_of(rep), "parse", {"method": "POST", "path": "/files/a.txt", "body": json.dumps(upload)})
    assert "dry run" in outcome.text
    assert (list(tmp_path.rglob("*")), File.objects.count()) == ([], 0)


def test_a_field_added_in_a_dry_run_is_not_there(admin, browser_of):
    told = {"method": "POST", "path": "/classes/Deal", "body": '{"title": "New", "surprise": 5}'}
    browser = browser_of(admin)
    run(browser, "parse", told)
    assert list(CustomField.objects.all()) == []
    page = browser.get("/developers/dictionary.json").content.decode()
    assert "surprise" not in page


def test_a_dry_run_is_told_what_the_database_checks_last(rep, deal, browser_of, monkeypatch):
    """A foreign key, which PostgreSQL compares when the transaction ends."""

    def point_nowhere(parameters, user) -> int:
        return Deal.unrestricted.filter(pk=deal.pk).update(company="aaaaaaaaaa")

    monkeypatch.setitem(functions, "pointNowhere", point_nowhere)
    outcome = run(browser_of(rep), "parse", {"method": "POST", "path": "/functions/pointNowhere", "body": "{}"})
    assert (outcome.status, outcome.is_good, "collides" in outcome.trouble) == (200, False, True)
    assert Deal.unrestricted.get().company == deal.company


# --- the session ------------------------------------------------------------------------------------------------------


def test_looking_begins_no_session_and_running_begins_one(rep, browser_of):
    browser = browser_of(rep)
    browser.get("/developers/playground/parse/")
    assert Session.objects.count() == 0
    for _ in range(2):
        run(browser, "parse", LISTED["parse"])
    [session] = Session.objects.all()
    assert (session.user, session.name, session.created_with) == (rep, "API playground", "playground")
    assert session.expires_at <= timezone.now() + timedelta(minutes=30)


def test_its_token_is_not_kept_and_stands_on_no_page_but_the_one_that_shows_it(rep, browser_of):
    browser = browser_of(rep)
    told = browser.post("/developers/playground/session/", headers={"Accept": "application/json"})
    token = told.json()["PARSE_SESSION_TOKEN"]
    [session] = Session.objects.all()
    assert session.digest == Session.digest_of(token)
    assert token not in str(browser.session.items())
    response = browser.post("/developers/playground/parse/", LISTED["parse"])
    assert token not in response.content.decode()
    assert token in browser.post("/developers/playground/session/").content.decode()
    assert told.headers["Cache-Control"] == "private, no-store"


def test_its_token_works_until_it_is_ended_among_the_devices(rep, browser_of, client):
    browser = browser_of(rep)
    told = browser.post("/developers/playground/session/", headers={"Accept": "application/json"}).json()
    keys = {"X-Parse-Application-Id": "app", "X-Parse-REST-API-Key": "rest"}
    headers = {**keys, "X-Parse-Session-Token": told["PARSE_SESSION_TOKEN"]}
    assert client.get("/parse/users/me", headers=headers).json()["objectId"] == rep.pk
    assert "API playground" in browser.get("/accounts/devices/").content.decode()
    browser.post(f"/accounts/devices/{Session.objects.get().pk}/end/")
    assert client.get("/parse/users/me", headers=headers).json()["code"] == 209


def test_another_browser_of_the_same_person_has_a_session_of_its_own(rep, browser_of):
    for _ in range(2):
        run(browser_of(rep), "parse", LISTED["parse"])
    assert Session.objects.count() == 2


def test_one_that_is_nearly_over_is_replaced(rep, browser_of):
    browser = browser_of(rep)
    run(browser, "parse", LISTED["parse"])
    old = Session.objects.get()
    Session.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    run(browser, "parse", LISTED["parse"])
    assert Session.objects.get().pk != old.pk


def test_signing_out_of_the_browser_ends_it_and_no_other(rep, browser_of):
    browser, other = browser_of(rep), browser_of(rep)
    run(other, "parse", LISTED["parse"])
    kept = Session.objects.get()
    run(browser, "parse", LISTED["parse"])
    browser.post("/accounts/logout/")
    assert list(Session.objects.all()) == [kept]


def test_signing_out_by_the_api_is_taken_back_by_a_dry_run_and_done_without(rep, browser_of):
    browser = browser_of(rep)
    out = {"method": "POST", "path": "/logout", "body": "{}"}
    run(browser, "parse", out)
    assert Session.objects.count() == 1
    run(browser, "parse", out, dry=False)
    assert Session.objects.count() == 0
    assert browser.get("/developers/playground/parse/").status_code == 200  # the browser itself is still signed in


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"method": "GET", "path": ""}, "path"),
        ({"method": "GET", "path": "classes/Deal"}, "path"),
        ({"method": "GET", "path": "/../admin/"}, "path"),
        ({"method": "GET", "path": "//evil.example/"}, "path"),
        ({"method": "TRACE", "path": "/classes/Deal"}, "method"),
        ({"method": "GET", "path": "/classes/Deal", "parameters": "limit"}, "parameters"),
        ({"method": "POST", "path": "/classes/Deal", "body": '{"title":'}, "body"),
        ({"method": "POST", "path": "/classes/Deal", "body": '{"amount": NaN}'}, "body"),
        ({"method": "POST", "path": "/classes/Deal", "body": "[" * 30 + "]" * 30}, "body"),
        ({"method": "POST", "path": "/classes/Deal", "body": "[" * 60_000}, "body"),
    ],
)
def test_what_is_no_call_is_refused_at_its_field_and_still_there(rep, browser_of, told, field):
    response = browser_of(rep).post("/developers/playground/parse/", told)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert response.context["form"]["path"].value() == told["path"]
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    "told",
    [
        {"parameters": "limit=many"},
        {"parameters": "where=[1]"},
        {"parameters": 'where={"$or":5}'},
        {"parameters": 'where={"title":{"$gt":{"__type":"Date"}}}'},
        {"parameters": "where=" + '{"a":' * 500 + "1" + "}" * 500},
        {"path": "/classes/Ünïcödé'\"<b>"},
        {"path": "/classes/Deal/a/b/c"},
        {"path": "/classes/_User"},
        {"path": "/nothing"},
        {"path": '/classes/Deal?where={"stage":"won"}'},
    ],
)
def test_a_strange_call_is_answered_by_the_api_and_not_by_a_broken_page(rep, browser_of, told):
    outcome = run(browser_of(rep), "parse", {"method": "GET", "path": "/classes/Deal", **told})
    assert outcome.status in (200, 400, 403, 404)


def test_what_follows_a_question_mark_is_taken_for_parameters(rep, deal, browser_of):
    told = {"method": "GET", "path": '/classes/Deal?where={"stage":"won"}', "parameters": "count=1"}
    assert json.loads(run(browser_of(rep), "parse", told).text) == {"results": [], "count": 0}


@pytest.mark.parametrize("face", ["soap", "session.json"])
def test_a_face_that_there_is_not_is_404(rep, browser_of, face):
    assert browser_of(rep).get(f"/developers/playground/{face}/").status_code == 404
