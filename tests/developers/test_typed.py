"""The typed models are read by the compilers of their languages, and bring rows there and back."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from developers import typed
from developers.dictionary import Described, Entry
from tests.clients.conftest import HERE, missing

AWKWARD = ["class", "from", "fooBar", "foo_bar", "of", "sent", "URL", "x1", "list"]
ROW = {
    "objectId": "d3AlD3aLaB",
    "title": "Rollout",
    "amount": 12.5,
    "expectedCloseDate": {"__type": "Date", "iso": "2031-02-03T00:00:00.000Z"},
    "company": {"__type": "Pointer", "className": "Company", "objectId": "c0MpAnYaB1"},
    "createdAt": "2031-02-03T04:05:06.789Z",
}
SENT = {name: value for name, value in ROW.items() if name not in ("objectId", "createdAt")}


def added(name: str, kind: str = "String", **more) -> Entry:
    told = {"description": 'ends a comment */ and a "string"\n\\', "example": None, "readers": (), "writers": ()}
    return Entry("Deal", name, kind, (), False, **{**told, "is_added": True, **more})


@pytest.fixture
def awkward(classes) -> list[Described]:
    """With added fields whose names and words mean something in one of the languages."""
    kinds = ["String", "Number", "Boolean", "Date", "Array", "Object", "String", "Date", "String"]
    more = [added(name, kind) for name, kind in zip(AWKWARD, kinds, strict=True)]
    more.append(added("size", choices=("small", 'it\'s "large"')))
    return [replace(one, entries=(*one.entries, *more)) if one.name == "Deal" else one for one in classes]


def answer(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_python_is_typed_through_and_through_and_brings_a_row_there_and_back(awkward, tmp_path):
    file = tmp_path / "parsley_models.py"
    file.write_text(typed.python(awkward))
    program = f"import json, parsley_models as m; print(json.dumps(m.Deal.of({ROW!r}).sent()))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == SENT
    checked = ["--strict", "--no-incremental", "--config-file", os.devnull, "--python-version", "3.11"]
    assert "Success" in answer(sys.executable, "-m", "mypy", *checked, str(file))


def test_php_reads_it_and_it_brings_a_row_there_and_back(awkward, tmp_path):
    if not shutil.which("php"):
        missing("PHP's command line is not installed (Debian: php-cli).")
    file = tmp_path / "parsley.php"
    file.write_text(typed.php(awkward))
    answer("php", "-l", str(file))
    row = json.dumps(ROW)
    program = f"require '{file}'; echo json_encode(Parsley\\Deal::of(json_decode('{row}', true))->sent());"
    assert json.loads(answer("php", "-r", program)) == SENT


def test_typescript_compiles_and_refuses_a_wrong_pointer(awkward, tmp_path):
    compiler = HERE / "node_modules" / "typescript" / "bin" / "tsc"
    if not shutil.which("node") or not compiler.exists():
        missing("The npm packages of tests/clients are not installed: bin/clients installs them.")
    (tmp_path / "parsley.ts").write_text(typed.typescript(awkward))
    use = """import { Deal, NewDeal, pointer, toDate } from './parsley';
    const fresh: NewDeal = { title: 'Rollout', company: pointer('Company', 'c0MpAnYaB1') };
    export const read = (deal: Deal): Date => toDate(deal.createdAt);
    // @ts-expect-error a contact is no company
    fresh.company = pointer('Contact', 'c0NtAcTaB1');
    // @ts-expect-error the server keeps it
    fresh.objectId = 'x';
    """
    (tmp_path / "use.ts").write_text(use)
    answer("node", str(compiler), "--strict", "--noEmit", "--target", "es2022", str(tmp_path / "use.ts"))
