"""The shipped server, started as the systemd unit starts it, and the calls that README prints."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.deploy.reading import ROOT
from tests.deploy.test_units import SERVICE, unit

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture(scope="module")
def server(copied_database, manage):
    """Address of a server over demo data."""
    manage("demo", "--companies=2", "--contacts=2", "--deals=2", "--activities=2", "--users=4")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "DATABASE_URL": copied_database, "HOST": "127.0.0.1", "PORT": port}
    arguments = unit(SERVICE)["Service"]["ExecStart"][0].split()[1:]
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment)
    try:
        yield ready(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def ready(address: str) -> str:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return address
    raise TimeoutError(address)


def calls() -> str:
    """README's API block."""
    chapter = (ROOT / "README.md").read_text().split("## The API in five minutes")[1]
    return re.search(r"```sh\n(.*?)```", chapter, re.DOTALL)[1]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_calls_in_readme_run_as_printed(server):
    script = "set -eu\n" + calls().replace("http://127.0.0.1:8000", server)
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    subjects = re.findall(r'"subject":"(.*?)"', done.stdout)
    stages = re.findall(r'"stage":"(.*?)"', done.stdout)
    codes = re.findall(r"(?:^|\})(\d{3})$", done.stdout, re.MULTILINE)
    assert (done.returncode, subjects, stages[:2], codes) == (0, ["First call"], ["won", "won"], ["204", "204"])
