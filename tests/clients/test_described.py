"""The REST API as its own OpenAPI describes it, by schemathesis: all its checks, in all its phases.

The same modest number of examples in each run; ``THOROUGH=50`` times as many, and others, where there is time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from accounts.models import Session
from records import field_jobs
from records.definitions import CustomField
from tests.clients.conftest import HERE
from tests.thorough import TIMES, examples

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients"), pytest.mark.django_db(transaction=True)]
REVOKE = "token_revoke"  # ends the token that all other calls are made with


@pytest.fixture
def origin(parse_url) -> str:
    if "PARSE_URL" in os.environ:
        pytest.skip("The reference has no such API.")
    return parse_url.removesuffix("/parse")


@pytest.fixture
def _indexes_are_gone(transactional_db) -> Iterator[None]:
    """Those of fields that were added meanwhile; rows go as after every test, indexes would stay."""
    yield
    CustomField.objects.update(indexed=False)
    for _ in range(100):
        if not CustomField.objects.filter(field_jobs.waiting()).exists():
            return
        field_jobs.run() or time.sleep(0.1)  # another process may be at it


@pytest.fixture
def tried(origin, admin, deal, call, tmp_path) -> Callable[..., tuple[int, str]]:
    """Runs it with a token of an administrator's: its exit code, and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
        told = ["--url", origin, "--header", f"Authorization: Bearer {Session.start(admin)[1]}", "--no-color"]
        number = ["--max-examples", str(examples(1)), "--generation-database", "none", "--suppress-health-check", "all"]
        chance = [] if TIMES > 1 else ["--seed", "1"]  # a run that everybody waits for is the same each time
        address = f"{origin}/api/v1/schema/?format=json"
        command = [*program, address, *told, *number, *chance, *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.usefixtures("_indexes_are_gone")
def test_every_answer_is_as_described(tried):
    code, said = tried("--exclude-operation-id", REVOKE)
    assert code == 0, said[-100_000:]


def test_a_token_is_revoked_as_described(tried):
    code, said = tried("--include-operation-id", REVOKE)
    assert code == 0, said[-100_000:]
