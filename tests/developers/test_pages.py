"""/developers/: who gets in, what is on its pages, and what its files hold."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from developers.dictionary import NAMES
from parse.classes import CLASSES
from records.definitions import CustomField

PAGES = ["/developers/", "/developers/dictionary/", "/developers/diagram/", "/developers/models/"]
PLAYGROUND = [f"/developers/playground/{face}/?sample=log" for face in ("parse", "rest", "graphql", "live")]
FILES = {
    "/developers/dictionary.csv": "text/csv",
    "/developers/dictionary.json": "application/json",
    "/developers/schema.json": "application/json",
    "/developers/diagram.svg": "image/svg+xml",
    "/developers/diagram.mmd": "text/plain",
    "/developers/models/typescript/": "text/plain",
    "/developers/models/php/": "text/plain",
    "/developers/models/python/": "text/plain",
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_who_is_not_signed_in_is_sent_to_sign_in(db, address):
    response = Client().get(address)
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", [*PAGES, *PLAYGROUND])
def test_pages_cost_few_statements(rep, browser_of, address):
    browser = browser_of(rep)
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    assert len(captured) <= 12


@pytest.mark.parametrize(("address", "kind"), FILES.items())
def test_files_are_downloads_of_their_type(rep, browser_of, address, kind):
    response = browser_of(rep).get(address)
    assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize("address", ["dictionary.xls", "diagram.png", "models/cobol/"])
def test_a_file_that_there_is_not_is_404(rep, browser_of, address):
    assert browser_of(rep).get(f"/developers/{address}").status_code == 404


def test_dictionary_files_hold_every_field(rep, browser_of):
    browser = browser_of(rep)
    wanted = [(name, field) for name in NAMES for field in CLASSES[name].fields]
    wanted.insert(wanted.index(("_User", "createdAt")), ("_User", "password"))
    table = csv.DictReader(io.StringIO(browser.get("/developers/dictionary.csv").content.decode("utf-8-sig")))
    assert [(row["class"], row["field"]) for row in table] == wanted
    told = json.loads(browser.get("/developers/dictionary.json").content)
    assert [(one["className"], each["name"]) for one in told["classes"] for each in one["fields"]] == wanted


def test_dictionary_says_who_reads_and_writes(rep, browser_of):
    told = json.loads(browser_of(rep).get("/developers/dictionary.json").content)
    fields = {(one["className"], each["name"]): each for one in told["classes"] for each in one["fields"]}
    changing = ["API client", "Administrator", "Sales lead", "Sales rep"]
    assert fields["Deal", "amount"]["write"] == changing
    assert fields["Deal", "amount"]["read"] == ["API client", "Administrator", "Read only", "Sales lead", "Sales rep"]
    assert fields["Deal", "createdAt"]["write"] == ["nobody: the server keeps it"]
    assert fields["_User", "password"]["read"] == ["nobody"]
    assert fields["_User", "email"]["read"] == ["the user themselves", "Administrator"]


def test_a_role_that_may_no_more_is_no_longer_named(rep, browser_of):
    role = Role.objects.get(name="Sales lead")
    role.permissions.remove(*role.permissions.filter(codename__in=["change_deal", "add_deal"]))
    told = json.loads(browser_of(rep).get("/developers/dictionary.json").content)
    [deal] = [one for one in told["classes"] if one["className"] == "Deal"]
    assert deal["permissions"]["update"] == ["API client", "Administrator", "Sales rep"]
    assert deal["permissions"]["find"] == ["API client", "Administrator", "Read only", "Sales lead", "Sales rep"]


def test_files_are_in_english_whoever_asks(rep, browser_of):
    rep.language = "de"
    rep.save()
    told = browser_of(rep).get("/developers/dictionary.json").content.decode()
    assert "What it is about, in a few words." in told


def test_drawing_is_a_picture_of_every_class_and_field(rep, browser_of):
    picture = ElementTree.fromstring(browser_of(rep).get("/developers/diagram.svg").content.strip())
    texts = ["".join(one.itertext()) for one in picture.iter(f"{SVG}text")]
    assert [name for name in NAMES if name not in texts] == []
    assert len(picture.findall(f".//{SVG}g[@class='box']")) == len(NAMES)
    assert [one.tag for one in picture.iter() if one.tag in (f"{SVG}a", f"{SVG}script")] == []


@pytest.mark.parametrize(("zoom", "shown"), [("150", True), ("1000", False), ("x", False), ("-50", False)])
def test_drawing_is_as_large_as_asked_for_where_that_is_offered(rep, browser_of, zoom, shown):
    page = browser_of(rep).get("/developers/diagram/", {"zoom": zoom}).content.decode()
    assert ('aria-current="true">150 %' in page, 'aria-current="true">As wide' in page) == (shown, not shown)


@pytest.fixture
def added(db):
    """One field of each kind that an administrator can add to deals."""
    source = CustomField(model="deal", name="leadSource", type="Choice", choices=["fair", "=web"], required=True)
    rank = CustomField(model="deal", name="rank", type="Number", description="=1+1 is no formula")
    twin = CustomField(model="deal", name="twin", type="Pointer", target="deal")
    for field in (source, rank, twin):
        field.full_clean()
        field.save()


def test_added_fields_are_in_the_dictionary_at_once(rep, browser_of, added):
    told = json.loads(browser_of(rep).get("/developers/dictionary.json").content)
    [deal] = [one for one in told["classes"] if one["className"] == "Deal"]
    fields = {each["name"]: each for each in deal["fields"]}
    assert [name for name, field in fields.items() if field["added"]] == ["leadSource", "rank", "twin"]
    assert (fields["leadSource"]["type"], fields["leadSource"]["required"]) == ("String", True)
    assert (fields["leadSource"]["choices"], fields["leadSource"]["example"]) == (["fair", "=web"], "fair")
    assert fields["rank"]["description"] == "Rank: =1+1 is no formula"
    assert (fields["twin"]["type"], fields["twin"]["targetClass"]) == ("Pointer", "Deal")


def test_added_fields_are_in_schema_diagram_and_types_at_once(rep, browser_of, added):
    browser = browser_of(rep)
    schema = json.loads(browser.get("/developers/schema.json").content)
    [deal] = [one["fields"] for one in schema["classes"] if one["className"] == "Deal"]
    assert deal["twin"] == {"type": "Pointer", "targetClass": "Deal", "required": False}
    mermaid = browser.get("/developers/diagram.mmd").content.decode()
    assert [line in mermaid for line in ("Number rank", 'Deal ||--o{ Deal : "twin"')] == [True, True]
    assert "Deal.twin → Deal" in browser.get("/developers/diagram/").content.decode()
    assert 'leadSource: "fair" | "=web";' in browser.get("/developers/models/typescript/").content.decode()


def test_a_deleted_field_is_in_none_of_them(rep, browser_of, added):
    CustomField.objects.get(name="rank").delete()
    told = json.loads(browser_of(rep).get("/developers/dictionary.json").content)
    assert "rank" not in [each["name"] for one in told["classes"] for each in one["fields"]]


def test_no_cell_of_the_csv_begins_as_a_formula(rep, browser_of, added):
    text = browser_of(rep).get("/developers/dictionary.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
