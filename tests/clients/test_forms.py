"""A hundred calls, each in the five forms that the playground shows it in: all five do the same."""

import shutil
from typing import Any

import pytest

from accounts.models import Session, User
from activities.models import Activity
from crm.models import Company, Contact
from developers.playground.code import codes
from parse.classes import RECORDS
from peer.server import KEYS
from pipeline.models import Deal
from tests.clients import snippets
from tests.clients.conftest import GUZZLE, HERE, missing
from tests.clients.hundred import FORMS, SPARE, STAGES, World, hundred, readings
from tests.conftest import make_user

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients"), pytest.mark.django_db(transaction=True)]
UNTOLD = {"ACL", "__type", "className", "__typename"}


@pytest.fixture
def world(transactional_db) -> World:
    person = make_user("forms")
    own = {"created_by": person}
    companies = [Company.objects.create(name=name, industry="Tools", **own) for name in ("Acme", "Globex", "Initech")]
    names = ["Ada Adams", "Bob Brown", "Ḥasan al-Baṣrī", "Dolores", "Eve", "Frank"]
    contacts = [
        Contact.objects.create(
            name=name, company=[*companies, None][n % 4], email=f"p{n}@acme.example" if n % 2 else None, **own
        )
        for n, name in enumerate(names)
    ]
    deals = [_deal(n, person, [*companies, None][n % 4], contacts[n % 3]) for n in range(12)]
    kinds = ["call", "email", "meeting", "note", "call", "note"]
    about = [deals[0], deals[0], deals[1], deals[2], contacts[0], companies[0]]
    activities = [
        Activity.objects.create(type=kind, subject=f"First {n}", related_to=row, due_date=due(n), **own)
        for n, (kind, row) in enumerate(zip(kinds, about, strict=True))
    ]
    spare = {form: [_spare(n, person).pk for n in range(SPARE)] for form in FORMS}
    rows = [[row.pk for row in rows] for rows in (companies, contacts, deals, activities)]
    return World(*rows, person.pk, spare)


def _deal(n: int, person, company, contact) -> Deal:
    return Deal.objects.create(
        title="O'Neill & “Söhne” \\ $x" if n == 7 else f"Rollout {n}",
        amount=None if n % 5 == 4 else 100.25 * n,
        stage_id=STAGES[n % 6],
        company=company,
        contact=contact,
        expected_close_date=f"2031-0{n % 9 + 1}-1{n % 9}",
        notes=f"Note {n}" if n % 2 else None,
        assigned_to=person,
        created_by=person,
    )


def due(n: int) -> str:
    return f"2031-03-0{n + 1}T09:00Z"


def _spare(n: int, person) -> Deal:
    """For one form to change or delete."""
    return Deal.objects.create(title=f"Spare {n}", created_by=person)


@pytest.fixture
def token(world) -> str:
    return Session.start(User.objects.get(pk=world.person))[1]


@pytest.fixture
def origin(parse_url) -> str:
    return parse_url.removesuffix("/parse")


@pytest.fixture(autouse=True)
def _installed():
    tools = [tool for tool in ("curl", "php", "node") if not shutil.which(tool)]
    if tools or not GUZZLE.exists() or not (HERE / "node_modules").is_dir():
        missing(f"Not installed: {tools or 'Guzzle, or the npm packages of tests/clients (bin/clients)'}.")


def texts(world: World, form: str, origin: str) -> dict[str, str]:
    """The code of each call in one form, by its number."""
    found = {}
    for number, call in enumerate(hundred(world, form)):
        shown = {code.key: code.text for code in codes(call, origin)}
        assert set(shown) == set(FORMS), call
        found[f"{number:03}"] = shown[form]
    return found


@pytest.fixture
def said(world, token, origin, tmp_path) -> dict[str, dict[str, Any]]:
    """What each form's code printed, by the number of the call. All have read before any writes."""
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", **KEYS, "PARSE_SESSION_TOKEN": token}
    keys = {"X-Parse-Application-Id": KEYS["PARSE_APP_ID"], "X-Parse-REST-API-Key": KEYS["PARSE_REST_KEY"]}
    headers = {**keys, "X-Parse-Session-Token": token}
    first = f"{len(readings(world)):03}"
    found: dict[str, dict[str, Any]] = {form: {} for form in FORMS}
    for part in ("readings", "writings"):
        (tmp_path / part).mkdir()
        for form in FORMS:
            shown = texts(world, form, origin)
            chosen = {number: text for number, text in shown.items() if (number < first) == (part == "readings")}
            if form == "graphql":
                found[form] |= {number: snippets.ask(origin, text, headers) for number, text in chosen.items()}
            else:
                found[form] |= snippets.run(tmp_path / part, form, chosen, environment)
    return found


def test_a_hundred_calls_do_the_same_in_five_forms(world, said):
    calls = {form: hundred(world, form) for form in FORMS}
    assert {form: len(calls[form]) for form in FORMS} == dict.fromkeys(FORMS, 100)
    assert broken(said) == {}
    differing = []
    for number in range(100):
        results = {form: result_of(calls[form][number], plain(form, said[form][f"{number:03}"])) for form in FORMS}
        unlike = {form: result for form, result in results.items() if result != results["curl"]}
        differing += [(calls["curl"][number], results["curl"], unlike)] if unlike else []
    assert differing == []
    found = [plain("curl", said["curl"][f"{number:03}"])["rows"] for number in range(len(readings(world)))]
    assert found.count([]) <= 4, "what finds nothing shows nothing"
    assert Deal.unrestricted.filter(title__startswith="New ").count() == len(STAGES) * len(FORMS)


def result_of(call: Any, told: dict[str, Any]) -> Any:
    """What was read; of a row that was written, what the database holds of it now."""
    if call.method == "GET":
        return told
    name, *rest = call.path.removeprefix("/classes/").split("/")
    key = rest[0] if rest else told["rows"][0]["objectId"]
    row = RECORDS[name].model.unrestricted.filter(pk=key).first()
    if row is None:
        return None
    left_out = {"id", "created_at", "updated_at", "moved_at"}
    columns = [field.attname for field in row._meta.concrete_fields if not field.generated]
    held = {column: getattr(row, column) for column in columns if column not in left_out}
    return held if rest else {**held, "readers": sorted(held["readers"])}


def broken(said: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{form} {number}": answer
        for form, answers in said.items()
        for number, answer in answers.items()
        if not isinstance(answer, dict) or {"failed", "errors", "error", "code"} & set(answer)
    }


def plain(form: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Rows and count, without what is only how a form writes them."""
    if form == "graphql":
        [answer] = answer["data"].values()
    if "edges" in answer:
        rows = [edge["node"] for edge in answer["edges"]]
    elif "results" in answer:
        rows = answer["results"]
    elif "count" in answer:
        rows = []
    else:
        [inner] = answer.values() if form == "graphql" and len(answer) == 1 else [answer]
        rows = [inner]
    return {"count": answer.get("count"), "rows": [simple(row) for row in rows]}


def simple(value: Any) -> Any:
    """A date as its text, a pointer as its key, and of a row what is set."""
    if not isinstance(value, dict):
        return value
    if value.get("__type") == "Date":
        return value["iso"]
    if value.get("__type") == "Pointer" or set(value) - UNTOLD == {"objectId"}:
        return value["objectId"]
    return {name: simple(one) for name, one in value.items() if one is not None and name not in UNTOLD}
