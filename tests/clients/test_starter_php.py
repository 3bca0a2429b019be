"""examples/php, run as its README says: signs up, fills a board, moves a deal, logs a call, signs out."""

import os
import re
import shutil
import subprocess

import pytest

from peer.server import KEYS
from tests.acceptance.prompt import proves
from tests.clients.conftest import GUZZLE, missing
from tests.deploy.reading import ROOT

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients"), pytest.mark.django_db(transaction=True)]
PROGRAM = ROOT / "examples" / "php" / "crm.php"
ID = re.compile(r"[A-Za-z0-9]{10}")


@pytest.fixture
def crm(parse_url, tmp_path):
    """Runs the program with its arguments: its exit code and what it printed, on whichever stream."""
    if not shutil.which("php") or not GUZZLE.exists():
        missing("PHP's command line with Guzzle is not installed (Debian: php-cli, php-curl, php-guzzlehttp-guzzle).")
    own = {**KEYS, "PARSE_URL": parse_url, "GUZZLE_AUTOLOAD": str(GUZZLE), "PARSLEY_PASSWORD": "correct horse battery"}
    environment = {**os.environ, **own, "PARSLEY_SESSION": str(tmp_path / "session")}

    def run(*arguments: str) -> tuple[int, str]:
        command = ["php", "-d", "error_reporting=-1", "-d", "display_errors=1", str(PROGRAM), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def made(answer: tuple[int, str]) -> str:
    """The id that was printed."""
    assert answer[0] == 0, answer[1]
    assert ID.fullmatch(answer[1].strip()), answer[1]
    return answer[1].strip()


@proves(15)
def test_a_day_at_the_pipeline(crm, tmp_path):
    assert crm("sign-up", "ada", "ada@parsley.example") == (0, "You are signed in.\n")
    assert (tmp_path / "session").stat().st_mode & 0o777 == 0o600
    contact = made(crm("add-contact", "Ada Adams", "ada@acme.example", "+1 555 0100"))
    assert crm("contacts") == (0, f"{contact}  Ada Adams  ada@acme.example  +1 555 0100\n")
    deal = made(crm("add-deal", "Rollout", "1200.5", "lead", contact))
    other = made(crm("add-deal", "Größe 漢字"))
    assert crm("move", deal, "qualified") == (0, "Moved to qualified.\n")
    assert crm("deals", "qualified") == (0, f"{deal}  Rollout  1,200.50\n")
    board = f"lead (1, 0.00)\n  {other}  Größe 漢字\nqualified (1, 1,200.50)\n  {deal}  Rollout  1,200.50\nproposal (0"
    assert crm("board")[1].startswith(board)
    made(crm("log", deal, "call", "First call"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d  call  First call\n", crm("activities", deal)[1])
    assert crm("activities", other) == (0, "")
    assert crm("log-out") == (0, "You are signed out.\n")
    assert not (tmp_path / "session").exists()


def test_what_the_server_refuses_is_said_in_its_words(crm):
    assert crm("board") == (1, "Permission denied\n")
    assert crm("log-in", "nobody-there") == (1, "Invalid username/password.\n")
    code, said = crm("move", "d3AlD3aLaB")
    assert (code, said.splitlines()[0].split()[:3]) == (2, ["php", "crm.php", "sign-up"])
