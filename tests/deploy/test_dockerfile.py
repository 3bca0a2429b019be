"""The Dockerfile as a small parser reads it. The image was not built where these tests run."""

import json
import re
from importlib.util import find_spec

from tests.deploy.reading import DEPLOY, ROOT

KNOWN = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """Comments dropped, continued lines joined."""
    lines = [line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in joined.splitlines() if line]


def final_stage() -> list[tuple[str, str]]:
    found = instructions()
    last = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[last:]


def copied() -> list[str]:
    """Sources taken from the repository."""
    return [
        source
        for name, rest in instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]


def test_every_instruction_is_known():
    assert {name for name, _ in instructions()} == KNOWN


def test_every_source_is_in_the_repository():
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_all_the_code_is_copied():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "peer"}
    assert set(copied()) == packages | {"requirements.txt", "manage.py", "CHANGELOG.md", "templates", "static"}


def test_nothing_that_is_copied_is_ignored():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied())


def test_packages_are_installed_with_their_hashes():
    assert [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest] == [
        "/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt"
    ]


def test_both_stages_are_of_one_python():
    images = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert images == ["python:3.12-slim"] * 2


def test_it_runs_as_somebody_who_is_not_root():
    assert [rest for name, rest in final_stage() if name == "USER"] == ["parsley"]


def test_it_starts_a_module_of_ours_without_a_shell():
    name, command = final_stage()[-1]
    *python, module = json.loads(command)
    assert (name, python, find_spec(module) is not None) == ("CMD", ["python", "-m"], True)


def test_health_is_asked_without_a_shell():
    check = next(rest for name, rest in final_stage() if name == "HEALTHCHECK")
    command = json.loads(check[check.index("CMD ") + 4 :])
    assert (command[:2], "/healthz'" in command[2]) == (["python", "-c"], True)
