"""The systemd units, read strictly. They were not run under systemd where these tests run."""

from importlib.util import find_spec

import pytest

from tests.deploy.reading import DEPLOY, ROOT, variables_documented

HOME = "/opt/parsley/"
PYTHON = f"{HOME}.venv/bin/python"
SERVICE, UPGRADE = "parsley.service", "parsley-upgrade.service"
LISTS = {"ExecStart"}  # what may stand there more than once


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Sections of keys of values. Raises ValueError on a line that is none of these, and on a key given twice."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in (DEPLOY / name).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]") and line[1:-1] not in sections:
            keys = sections.setdefault(line[1:-1], {})
            continue
        key, equals, value = line.partition("=")
        if not (equals and key.isidentifier()) or (key in keys and key not in LISTS):
            raise ValueError(line)
        keys.setdefault(key, []).append(value)
    return sections


def test_the_service_has_the_three_sections():
    assert list(unit(SERVICE)) == ["Unit", "Service", "Install"]


def test_the_upgrade_is_never_started_by_itself():
    assert list(unit(UPGRADE)) == ["Unit", "Service"]


def test_the_service_starts_a_module_of_ours():
    python, option, module = unit(SERVICE)["Service"]["ExecStart"][0].split()
    assert (python, option, find_spec(module) is not None) == (PYTHON, "-m", True)


def test_the_upgrade_migrates_then_collects_static_files():
    commands = [command.split() for command in unit(UPGRADE)["Service"]["ExecStart"]]
    assert [(command[:2], command[2]) for command in commands] == [
        ([PYTHON, "manage.py"], "migrate"),
        ([PYTHON, "manage.py"], "collectstatic"),
    ]


@pytest.mark.parametrize("name", [SERVICE, UPGRADE])
def test_files_of_ours_that_are_named_are_there(name):
    named = [word for keys in unit(name).values() for values in keys.values() for word in " ".join(values).split()]
    ours = {word.split(HOME)[1] for word in named if HOME in word} - {".venv/bin/python"}
    assert {path for path in ours if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("name", [SERVICE, UPGRADE])
def test_it_may_write_to_its_state_folder_alone(name):
    service = unit(name)["Service"]
    wanted = {"NoNewPrivileges": ["yes"], "ProtectSystem": ["strict"], "StateDirectory": ["parsley"]}
    assert {key: service[key] for key in wanted} == wanted


def test_it_comes_up_again_after_a_failure_only():
    service = unit(SERVICE)["Service"]
    assert (service["Type"], service["Restart"]) == (["exec"], ["on-failure"])


@pytest.mark.parametrize("name", [SERVICE, UPGRADE])
def test_it_sets_only_variables_that_are_read(name):
    given = {word.partition("=")[0] for word in unit(name)["Service"]["Environment"][0].split()}
    assert given - variables_documented() == {"PYTHONUNBUFFERED"}


def test_both_units_run_as_the_same_user_in_the_same_place():
    shared = {"User", "Group", "WorkingDirectory", "EnvironmentFile", "Environment", "StateDirectory", "UMask"}
    service, upgrade = (unit(name)["Service"] for name in (SERVICE, UPGRADE))
    assert {key: service[key] for key in shared} == {key: upgrade[key] for key in shared}
