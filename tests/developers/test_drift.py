"""What the portal says is what the database has, and what the template's two documents print."""

import json
import re

import pytest
from django.db import connection

from developers import words
from developers.diagram import mermaid
from developers.dictionary import NAMES
from developers.schema import seed_schema
from parse.classes import CLASSES
from tests.clients import seeds

# What a column of PostgreSQL is to a Parse client.
TYPES = {
    "String": {"text", "character varying"},
    "Number": {"numeric", "integer", "bigint", "double precision"},
    "Boolean": {"boolean"},
    "Date": {"date", "timestamp with time zone"},
    "Pointer": {"character varying", "text"},
    "ACL": {"ARRAY"},
}


def columns_of(table: str) -> dict[str, tuple[str, bool]]:
    """From PostgreSQL's own catalogue: the type of each column, and whether it may be empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s",
            [table],
        )
        return {name: (kind, may_be_empty) for name, kind, may_be_empty in cursor.fetchall()}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_stands_on_a_column_of_its_type(classes, name):
    held = columns_of(CLASSES[name].model._meta.db_table)
    wrong = []
    for field in CLASSES[name].fields.values():
        column = (field.attribute or field.column).partition("__")[0]
        if not column or column not in held or held[column][0] not in TYPES.get(field.type, {"jsonb"}):
            wrong.append((field.name, column, held.get(column)))
    made_up_of_several = {"ACL", "relatedTo", "emailVerified"}
    assert [each for each in wrong if each[0] not in made_up_of_several] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_required_is_what_the_database_wants(classes, name):
    """A stage is filled in by the model where none is sent, so it is optional to who sends."""
    held = columns_of(CLASSES[name].model._meta.db_table)
    fields = {entry.name: entry for one in classes if one.name == name for entry in one.entries}
    for field in CLASSES[name].fields.values():
        if fields[field.name].required is True and field.name != "email":
            assert not held[field.attribute or field.column][1], field.name


def test_every_column_of_a_record_is_told_or_left_out_on_purpose(classes):
    kept_back = {
        "custom", "readers", "writers", "readers_own", "readers_reach", "search", "names", "likeness", "feed_token",
        "created_by_id", "related_type_id", "related_id", "lost_reason_id", "moved_at", "position", "expected_close_at",
    }  # fmt: skip
    untold = {}
    for name in NAMES[1:]:
        held = set(columns_of(CLASSES[name].model._meta.db_table))
        told = {(field.attribute or field.column).partition("__")[0] for field in CLASSES[name].fields.values()}
        untold[name] = sorted(column for column in held - told - kept_back if not column.startswith("search"))
    assert untold == {name: [] for name in NAMES[1:]}


def test_every_built_in_field_has_words_and_an_example(classes):
    empty = [
        (one.name, entry.name) for one in classes for entry in one.entries if not entry.description or not entry.example
    ]
    assert empty == []
    told = {(one.name, entry.name) for one in classes for entry in one.entries}
    assert [(name, field) for name in words.FIELDS for field in words.FIELDS[name] if (name, field) not in told] == []


# --- the template's documents, read where they lie --------------------------------------------------------------------

OURS = {"attachment", "emailVerified"}  # what the template does not have


@pytest.fixture(params=[seeds.PHP, seeds.ANGULAR], ids=["php", "angular"])
def printed(request) -> str:
    if not seeds.FOLDER.is_dir():
        pytest.skip(f"The seeds are not at {seeds.FOLDER}; PARSLEY_SEEDS names another folder.")
    return request.param.read_text()


def test_json_schema_is_the_one_that_the_documents_print(classes, printed):
    start = printed.index("{", printed.index("Schema (JSON)"))
    wanted, _end = json.JSONDecoder().raw_decode(printed[start:])
    found = seed_schema(classes)
    for one in found["classes"]:
        for name in OURS:
            one["fields"].pop(name, None)
    assert found == wanted
    orders = [[list(each["fields"]) for each in schema["classes"]] for schema in (found, wanted)]
    assert orders[0] == orders[1]


def test_diagram_holds_every_line_that_the_documents_print(classes, printed):
    start = printed.index("erDiagram")
    lines = printed[start : printed.index("Integration Flow")].splitlines()
    ours = [line.strip() for line in mermaid(classes).splitlines()]
    assert [line for line in lines if line.strip() and line.strip() not in ours] == []
    more = [line for line in ours if line not in [each.strip() for each in lines]]
    assert more == ["Boolean emailVerified", "File attachment", 'Company ||--o{ Activity : "relatedTo"']


def test_dictionary_says_of_contacts_what_the_documents_say(classes, printed):
    """The one class whose table is printed; the name of one row, email, was lost in printing."""
    table = printed[printed.index("| Field | Type |") :].split("fields in Contact")[0]
    rows = re.findall(r"^\|(.*)\|$", table, re.MULTILINE)[2:]
    told = [[cell.strip() for cell in row.split("|")] for row in rows]
    told = [["email", *cells] if cells[0] == "String" else cells for cells in told]
    [contact] = [one for one in classes if one.name == "Contact"]
    ours = [(entry.name, entry.type_in_words, entry.is_kept) for entry in contact.own]
    assert ours == [(cells[0], cells[1], cells[-1] == "auto") for cells in told]
