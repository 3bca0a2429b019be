"""The SDK's own calls, made by the programs of ``sdk/`` against both servers, as pairs of what each call gave."""

import json
import os
import re
import subprocess

from config.postgres import BASE_DIR
from peer.server import KEYS, install
from tests.differential.play import Answer
from tests.differential.report import Pair
from tests.differential.steps import Step

CLIENTS = BASE_DIR / "tests" / "clients"
FOLDER = BASE_DIR / "tests" / "differential" / "sdk"
PROGRAMS = ("objects", "queries", "people", "server")
MAJORS = ("newest", "older")
SECONDS = 300
CALL = re.compile(r"^  '([^']+)': ", re.MULTILINE)


def sdk_steps() -> list[Step]:
    """The calls by name, without making them: they are written one a line."""
    named = [(program, CALL.findall((FOLDER / f"{program}.mjs").read_text())) for program in PROGRAMS]
    return [_step(program, name, major) for program, names in named for name in names for major in MAJORS]


def _step(program: str, name: str, major: str) -> Step:
    return Step(f"sdk {program}", f"{name} ({major})", "SDK", f"/{program}.mjs")


def sdk_pairs(expected: str, given: str) -> list[Pair]:
    """``expected`` and ``given``: the addresses of the two servers."""
    install(CLIENTS)
    return [pair for program in PROGRAMS for major in MAJORS for pair in _pairs(program, major, expected, given)]


def _pairs(program: str, major: str, expected: str, given: str) -> list[Pair]:
    reports = [_said(program, major, url) for url in (expected, given)]
    steps = {name: _step(program, name, major) for name in reports[0]}
    return [Pair(step, *(_answer(each, name) for each in reports)) for name, step in steps.items()]


def _said(program: str, major: str, url: str) -> dict:
    command = ["node", str(FOLDER / f"{program}.mjs"), major]
    own = {**os.environ, **KEYS, "PARSE_URL": url}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise SystemExit(f"{program}.mjs against {url} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def _answer(report: dict, name: str) -> Answer:
    """An internal error counts as one; what a call gave is compared whole, the words of errors included."""
    said = report.get(name)
    is_failure = isinstance(said, dict) and said.get("code") == 1
    return Answer(500 if is_failure else 200, said)
