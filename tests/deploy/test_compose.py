"""compose.yaml as a parser reads it. It was not started where these tests run."""

import json
import re

import pytest
import yaml

from tests.deploy.reading import DEPLOY, ROOT, variables_documented


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def test_there_are_a_web_process_its_migrations_and_a_database(services):
    assert set(services) == {"web", "migrate", "postgres"}


@pytest.mark.parametrize("name", ["web", "migrate"])
def test_parsley_is_told_only_variables_that_it_reads(services, name):
    assert set(services[name]["environment"]) - variables_documented() == set()


def test_secrets_have_no_default(services):
    told = {name: str(services["web"]["environment"][name]) for name in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS")}
    assert {name for name, value in told.items() if ":?" not in value} == set()


def test_only_the_web_process_has_a_port_and_only_for_this_machine(services):
    assert {name: service.get("ports") for name, service in services.items() if service.get("ports")} == {
        "web": ["127.0.0.1:8000:8000"]
    }


def test_the_web_process_waits_for_migrations_and_they_for_the_database(services):
    assert services["web"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_what_runs_on_is_checked_for_health(services):
    checks = {name: service["healthcheck"]["test"] for name, service in services.items() if "healthcheck" in service}
    assert {name: check[:2] for name, check in checks.items()} == {
        "web": ["CMD", "python"],
        "postgres": ["CMD", "pg_isready"],
    }


def test_compose_and_image_ask_for_health_in_the_same_way(services):
    asked = re.search(r"^  CMD (\[.+\])$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert services["web"]["healthcheck"]["test"] == ["CMD", *json.loads(asked[1])]


def test_the_health_check_is_answered_as_an_allowed_host(services):
    assert services["web"]["environment"]["ALLOWED_HOSTS"].endswith(",127.0.0.1")


def test_data_is_in_a_named_volume(compose, services):
    assert [volume.split(":")[0] for volume in services["postgres"]["volumes"]] == list(compose["volumes"])


def test_the_image_is_built_from_a_file_that_is_there(services):
    build = services["web"]["build"]
    context = (DEPLOY / build["context"]).resolve()
    assert (context, (context / build["dockerfile"]).is_file()) == (ROOT, True)
