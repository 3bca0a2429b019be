"""The OpenAPI description and the playground: valid, complete, public, and without a request to another host."""

import re

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from config.api import router
from tests.api.answers import V1

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    return {
        (method, path): operation for path, methods in schema["paths"].items() for method, operation in methods.items()
    }


def test_it_is_valid_and_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_it_is_openapi_3_1(schema):
    validate_schema(schema)
    assert schema["openapi"] == "3.1.0"


def test_every_endpoint_of_the_router_is_described(schema):
    listed = {path for path in schema["paths"] if "{" not in path}
    assert listed == {f"{V1}/{prefix}/" for prefix, _, _ in router.registry} | {f"{V1}/auth/token/", f"{V1}/changes/"}


def test_every_operation_says_its_problems(schema):
    for (method, path), operation in operations(schema).items():
        wanted = {"400", "503"} | (set() if (method, path) == ("post", f"{V1}/auth/token/") else {"401"})
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"412"} if method in ("put", "patch") else set()
        wanted |= {"413", "415"} if "requestBody" in operation else set()
        assert wanted <= set(operation["responses"]), (method, path)


def test_every_body_has_an_example(schema):
    for key, operation in operations(schema).items():
        bodies = [operation.get("requestBody"), *(operation["responses"].get(code) for code in ("200", "201"))]
        for body in filter(None, bodies):
            assert body["content"]["application/json"]["examples"], key


def test_the_headers_of_a_record_are_described(schema):
    deals = operations(schema)
    header = {
        method: {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        for (method, path), operation in deals.items()
        if path == f"{V1}/deals/{{id}}/"
    }
    assert header.pop("get") == {"If-None-Match"}
    assert set(header) == {"put", "patch", "delete"}
    assert all(names == {"If-Match"} for names in header.values())
    create = deals["post", f"{V1}/deals/"]
    assert [parameter["name"] for parameter in create["parameters"]] == ["Idempotency-Key"]
    assert set(create["responses"]["201"]["headers"]) == {"ETag", "Location"}


def test_what_expands_is_an_id_or_the_record(schema):
    company = schema["components"]["schemas"]["Deal"]["properties"]["company"]
    assert company == {"oneOf": [{"type": ["string", "null"]}, {"$ref": "#/components/schemas/Company"}]}


def test_both_ways_to_sign_in_are_described(schema):
    assert set(schema["components"]["securitySchemes"]) == {"token", "browser"}
    assert operations(schema)["get", f"{V1}/deals/"]["security"] == [{"token": []}, {"browser": []}]


def test_who_is_signed_out_reads_the_description(client, db):
    answer = client.get(f"{V1}/schema/", HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["info"]["title"]) == (200, "Parsley CRM")


def test_who_is_signed_out_opens_the_playground_and_it_asks_no_other_host(client, db, settings):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    page = client.get("/api/docs/").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) == 5
    assert all(re.match(r"/(static|api)/", address) for address in addresses), addresses
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)


def test_the_playground_starts_from_a_script_of_its_own(client, db, settings):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    answer = client.get("/api/docs/?script=")
    assert answer["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle(" in answer.content.decode()
