"""The schema as a file: what the documents print is taken as it is, and what is written is read again."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from parse.classes import CLASSES
from pipeline.models import Deal
from records.fields import fields_of
from tests.clients import seeds

NAMES = ("Contact", "Company", "Deal", "Activity", "_User")


@pytest.fixture(params=[seeds.PHP, seeds.ANGULAR], ids=["php", "angular"])
def printed(request):
    if not request.param.is_file():
        pytest.skip(f"The seeds are not at {seeds.FOLDER}; PARSLEY_SEEDS names another folder.")
    text = request.param.read_text()
    start = text.index('{\n"classes"') if '{\n"classes"' in text else text.index('{"classes"')
    return json.JSONDecoder().raw_decode(text, start)[0]


def exported():
    out = StringIO()
    call_command("export_schema", stdout=out)
    return json.loads(out.getvalue())


def imported(tmp_path, schema, **options):
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(schema))
    out = StringIO()
    call_command("import_schema", file, stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_what_the_documents_print_is_taken_and_is_what_there_is(printed, tmp_path):
    assert imported(tmp_path, printed) == ["Everything is as the file says."]
    assert exported() == printed
    assert [one["className"] for one in printed["classes"]] == list(NAMES)
    assert not any(CLASSES[name].added for name in NAMES)


def test_what_the_documents_print_is_taken_class_by_class_through_schemas(printed, master):
    for one in printed["classes"]:
        answer = master.post(f"/schemas/{one['className']}", one)
        assert (answer.status, set(one["fields"]) - set(answer.body["fields"])) == (200, set())
        assert master.put(f"/schemas/{one['className']}", one).status == 200
    assert exported() == printed


def test_export_import_and_export_are_the_same(add_field, tmp_path):
    add_field("deal", "leadSource", "Choice", choices=["Fair", "Web"], default="Web", label="Where from")
    add_field("deal", "size", "Number", required=True, description="Of the team")
    add_field("contact", "since", "Date", default="2026-01-01T00:00:00.000Z", hidden=True)
    add_field("company", "boss", "Pointer", target="user")
    add_field("activity", "tags", "Array", default=["a"])
    schema = exported()
    assert imported(tmp_path, schema) == ["Everything is as the file says."]
    for model in ("deal", "contact", "company", "activity"):
        for field in fields_of(model):
            field.delete()
    assert exported() != schema
    lines = imported(tmp_path, schema)
    assert sorted(lines) == sorted(
        [
            "Contact.since added",
            "Company.boss added",
            "Deal.leadSource added",
            "Deal.size added",
            "Activity.tags added",
        ]
    )
    assert exported() == schema


def test_exactly_what_the_file_names_is_kept_on_demand(add_field, tmp_path):
    schema = exported()
    add_field("deal", "size", "Number")
    assert imported(tmp_path, schema) == ["Everything is as the file says."]
    assert imported(tmp_path, schema, exact=True) == ["Deal.size deleted"]
    assert fields_of(Deal) == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ([{"className": "Deal", "fields": {"good": {"type": "String"}, "title": {"type": "Number"}}}], "title"),
        ({"className": "Deal", "fields": {"größe": {"type": "String"}}}, "größe"),
        ({"classes": [{"className": "Car", "fields": {}}]}, "no class Car"),
        ({"classes": "x"}, "className"),
        ([{"fields": {}}], "className"),
    ],
)
def test_a_schema_that_cannot_be_is_refused_in_words_and_nothing_is_changed(tmp_path, schema, words):
    with pytest.raises(CommandError, match=words) as refused:
        imported(tmp_path, schema)
    assert "Nothing was changed." in str(refused.value)
    assert fields_of(Deal) == ()


@pytest.mark.django_db
def test_a_file_that_is_no_json_is_refused(tmp_path):
    file = tmp_path / "schema.json"
    file.write_text("{")
    with pytest.raises(CommandError, match="cannot be read as JSON"):
        call_command("import_schema", file)
