"""The seeds' own functions, unchanged but for the base URL and the keys, do what the two documents say."""

import re
import subprocess

import pytest

from tests.clients import seeds
from tests.clients.conftest import HERE, MAJORS, missing

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients"), pytest.mark.django_db(transaction=True)]
FUNCTIONS = ["getDeals", "getContacts", "createDeal", "createContact", "updateDealStage", "deleteDeal"]
OBJECT_ID = re.compile(r"[A-Za-z0-9]{10}")
# What a server may answer beside what was saved; createdBy is the caller on Parsley, and absent on the reference.
KEPT = {"objectId", "createdAt", "updatedAt", "createdBy", "ACL"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(autouse=True)
def _printed():
    if not seeds.FOLDER.is_dir():
        missing(f"The seeds are not at {seeds.FOLDER}; PARSLEY_SEEDS names another folder.")


@pytest.fixture
def said_php(php, parse_url, tmp_path) -> dict:
    """What the PHP functions answered."""
    printed = tmp_path / "seeds.php"
    printed.write_text(seeds.php(parse_url))
    return php("seeds.php", str(printed))


@pytest.fixture(params=MAJORS)
def said_angular(request, node, parse_url, tmp_path) -> dict:
    """What the methods of the Angular service answered, over one major of the SDK."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "parse").symlink_to(HERE / "node_modules" / f"parse-{request.param}")
    printed, module = tmp_path / "seeds.ts", tmp_path / "seeds.cjs"
    printed.write_text(seeds.angular(parse_url))
    subprocess.run(["node", str(HERE / "js" / "transpile.mjs"), str(printed), str(module)], check=True)
    return node("seeds.mjs", str(module))


def own(rows: list[dict], made: list[dict]) -> list[dict]:
    """A server that is not ours may show everybody's rows: those that this run made, without ids and times."""
    ids = {row["objectId"] for row in made}
    return [without_traces(row) for row in rows if row["objectId"] in ids]


def without_traces(row: dict) -> dict:
    assert OBJECT_ID.fullmatch(row["objectId"])
    assert all(INSTANT.fullmatch(row[name]) for name in ("createdAt", "updatedAt"))
    return {name: value for name, value in row.items() if name not in KEPT}


def parse_date(instant: str) -> dict:
    return {"__type": "Date", "iso": instant}


LATE, EARLY = "2031-05-01T00:00:00.000Z", "2030-05-01T00:00:00.000Z"
DEALS = [
    {"title": "Early rollout", "stage": "qualified", "expectedCloseDate": EARLY},
    {"title": "Late rollout", "stage": "qualified", "amount": 1250.5, "expectedCloseDate": LATE},
]
CONTACTS = [{"name": "Ada Adams", "email": "ada@acme.example", "phone": "+1 555 0100"}, {"name": "Bob Brown"}]


def with_parse_dates(rows: list[dict]) -> list[dict]:
    return [{**row, "expectedCloseDate": parse_date(row["expectedCloseDate"])} for row in rows]


def by_name(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: row["name"])


def test_php_functions_do_what_their_document_says(said_php):
    made, contacts = said_php["createDeal"], said_php["createContact"]
    assert said_php["printed"] == FUNCTIONS
    assert all(set(row) == {"objectId", "createdAt"} for row in made + contacts)
    assert own(said_php["getDeals"], made) == with_parse_dates(DEALS)
    assert by_name(own(said_php["getContacts"], contacts)) == CONTACTS
    assert own(said_php["moved"], made) == [{"title": "A lead", "stage": "won"}]
    assert own(said_php["left"], made) == []
    assert said_php["withoutToken"]["code"] == 101


def test_angular_service_does_what_its_document_says(said_angular, parse_url):
    made, contacts = said_angular["created"], said_angular["createdContacts"]
    assert said_angular["methods"] == FUNCTIONS
    assert said_angular["initialised"] == ["parsley", "parsley-js", parse_url]
    assert own(made, made) == [*reversed(DEALS), {"title": "A lead", "stage": "lead"}]
    assert own(contacts, contacts) == CONTACTS
    assert own(said_angular["deals"], made) == DEALS
    assert by_name(own(said_angular["contacts"], contacts)) == CONTACTS
    assert own(said_angular["moved"], made) == [{"title": "A lead", "stage": "won"}]
    assert own(said_angular["left"], made) == []
    assert said_angular["withoutUser"] == 101
