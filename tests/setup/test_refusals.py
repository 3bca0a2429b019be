"""What is missing is named, with the way out, before anything was half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=REPOSITORY, env={"PATH": os.environ["PATH"]} | env, capture_output=True, text=True, check=False
    )


@pytest.fixture
def programs(tmp_path) -> Path:
    """A folder to be the whole PATH, with a shell's own few programs in it."""
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    return tmp_path


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_a_secret_key_nothing_starts():
    refused = run(sys.executable, "manage.py", "check", DATABASE_URL="postgres://nobody@localhost/nothing")
    assert refused.returncode != 0
    assert "SECRET_KEY is not set" in refused.stderr
    assert "bin/dev" in refused.stderr


def test_debug_needs_no_secret_key():
    allowed = run(sys.executable, "manage.py", "check", DATABASE_URL="postgres://nobody@localhost/nothing", DEBUG="1")
    assert allowed.returncode == 0, allowed.stderr


@pytest.mark.parametrize("command", ["bin/dev", "bin/test"])
def test_without_a_python_that_is_new_enough_it_says_which_one_is_needed(programs, command):
    script(programs / "python3", "exit 1")
    refused = run(command, PATH=str(programs))
    assert refused.returncode == 1
    assert refused.stderr == "Parsley needs Python 3.11 or newer, and there is no such python3 on PATH.\n"


def test_a_newer_python_under_its_own_name_is_found(programs):
    script(programs / "python3", "exit 1")
    script(programs / "python3.12", f'exec "{sys.executable}" -c "print(\'found\')"')
    assert "found" in run("bin/dev", PATH=str(programs)).stdout


def test_without_the_module_that_makes_environments_it_says_how_to_get_it(programs, tmp_path):
    (programs / "python3").symlink_to(sys.executable)
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    venv = str(tmp_path / "venv")
    refused = run("bin/dev", PATH=str(programs), PYTHONPATH=str(tmp_path), PARSLEY_VENV=venv)
    assert refused.returncode == 1
    assert "apt-get install python3-venv" in refused.stderr


def test_an_address_that_no_database_answers_at_is_said_without_a_traceback():
    away = "postgres://parsley@127.0.0.1:1/parsley"
    refused = run(sys.executable, "-m", "config.prepare", DATABASE_URL=away, SECRET_KEY="x" * 50)
    assert refused.returncode == 1
    assert "The database cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
