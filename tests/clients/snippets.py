"""Runs the code that the playground shows, as a person would who copied it, and gives what each piece printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.clients.conftest import GUZZLE, HERE

ENDINGS = {"curl": "sh", "php": "php", "js": "mjs", "python": "py"}
SHELL = 'for each in *.sh; do sh "$each" > "$each.said" 2> "$each.failed"; done'
PYTHON = """
import contextlib, io, json, pathlib, runpy, traceback
said = {}
for file in sorted(pathlib.Path(".").glob("*.py")):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(file))
        said[file.stem] = json.loads(printed.getvalue())
    except Exception:
        said[file.stem] = {"failed": traceback.format_exc()}
print(json.dumps(said))
"""
Said = dict[str, Any]


def write(folder: Path, form: str, texts: dict[str, str]) -> Path:
    """One file for each text, by its name."""
    place = folder / form
    place.mkdir()
    for name, text in texts.items():
        (place / f"{name}.{ENDINGS[form]}").write_text(text)
    return place


def run(folder: Path, form: str, texts: dict[str, str], environment: dict[str, str]) -> Said:
    place = write(folder, form, texts)
    return {"curl": _shell, "php": _php, "js": _js, "python": _python}[form](place, environment)


def _shell(place: Path, environment: dict[str, str]) -> Said:
    subprocess.run(["sh", "-c", SHELL], cwd=place, env=environment, check=True, timeout=180)
    said = {}
    for file in sorted(place.glob("*.sh")):
        text = file.with_name(f"{file.name}.said").read_text()
        failed = file.with_name(f"{file.name}.failed").read_text()
        said[file.stem] = {"failed": failed} if failed else json.loads(text)
    return said


def _php(place: Path, environment: dict[str, str]) -> Said:
    (place / "vendor").mkdir()
    (place / "vendor" / "autoload.php").write_text(f"<?php require_once '{GUZZLE}';")
    return _answer(["php", str(HERE / "php" / "snippets.php"), str(place)], place, environment)


def _js(place: Path, environment: dict[str, str]) -> Said:
    (place / "node_modules").mkdir()
    (place / "node_modules" / "parse").symlink_to(HERE / "node_modules" / "parse-newest")
    return _answer(["node", str(HERE / "js" / "snippets.mjs"), str(place)], place, environment)


def _python(place: Path, environment: dict[str, str]) -> Said:
    return _answer([sys.executable, "-c", PYTHON], place, environment)


def _answer(command: list[str], place: Path, environment: dict[str, str]) -> Said:
    done = subprocess.run(
        command, cwd=place, env={**os.environ, **environment}, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout)


def ask(origin: str, query: str, headers: dict[str, str]) -> Any:
    """What /graphql answers to a query that was pasted into any client."""
    content = json.dumps({"query": query}).encode()
    request = urllib.request.Request(
        f"{origin}/graphql", data=content, headers={**headers, "Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return {"failed": f"{error.code} {error.read().decode()}"}
