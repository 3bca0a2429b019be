"""The shape of the code that no linter holds."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MAY_SEE_ALL = ("records/", "live/undo.py", "tests/", "bench/", "desk/demo/")  # undo asks for the rights of before
HOMELESS = {"utils", "util", "helpers", "common", "core", "services", "misc"}
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60


def files(*patterns: str) -> list[str]:
    """The files that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted({name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()})


def text(name: str) -> str:
    return (REPOSITORY / name).read_text()


def is_exempt(name: str) -> bool:
    return "/migrations/" in name


def test_rows_are_read_past_the_access_rule_only_where_that_is_allowed():
    allowed = [name for name in files("*.py") if name.startswith(MAY_SEE_ALL) or "/management/" in name]
    others = set(files("*.py")) - set(allowed)
    assert [name for name in sorted(others) if not is_exempt(name) and ".unrestricted" in text(name)] == []


def test_no_module_is_named_after_nothing():
    parts = [(name, Path(name).with_suffix("").parts) for name in files("*.py", "*.js", "*.html", "*.css")]
    assert [name for name, words in parts if HOMELESS & {word.strip("_") for word in words}] == []


def test_every_package_has_its_place_in_the_layers():
    contract = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]
    packages = {name.split("/")[0] for name in files("*/__init__.py")} - {"tests", "bench", "peer"}
    assert set(contract["root_packages"]) == packages
    assert set(contract["contracts"][0]["layers"]) == packages


def test_no_file_is_too_long_to_read():
    long = {name: text(name).count("\n") for name in files("*.py", "*.html", "*.js", "*.css") if not is_exempt(name)}
    assert {name: lines for name, lines in long.items() if lines > LINES_OF_A_FILE} == {}


def test_no_function_is_too_long_to_read():
    found = []
    for name in files("*.py"):
        if is_exempt(name) or name.startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(text(name))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > LINES_OF_A_FUNCTION:
                    found.append(f"{name}:{node.lineno} {node.name} has {lines} lines")
    assert found == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a script in the page", r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
        ("a style sheet in the page", r"<style\b"),
        ("a style attribute", r"\sstyle\s*="),
        ("an event attribute", r"<[^>]*\son\w+\s*="),
        ("a script as an address", r"javascript:"),
        ("something from another host", r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//"),
    ],
)
def test_no_template_holds_what_the_content_security_policy_forbids(what, pattern):
    found = re.compile(pattern, re.IGNORECASE)
    assert [f"{name}: {what}" for name in files("*.html") if found.search(text(name))] == []


def test_every_template_is_formatted():
    djade = Path(sys.executable).with_name("djade")
    command = [djade, "--target-version", "5.2", "--check", *(REPOSITORY / name for name in files("*.html"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
