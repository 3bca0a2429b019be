"""Makes ``.venv`` and installs a lock file into it, when that is needed; then becomes the Python in there.

``bin/venv LOCK ARGUMENTS…`` runs this with the Python of the machine, so it needs the standard library alone.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from config import steps

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("PARSLEY_VENV") or BASE_DIR / ".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "parsley.json"
LOCKS = ["requirements.txt", "requirements-dev.txt"]  # each holds all of the ones before it
NO_VENV = """This Python cannot make a virtual environment: its modules venv and ensurepip are missing.
On Debian and Ubuntu: apt-get install python3-venv. Then start again."""


def main(lock: str, *arguments: str) -> None:
    steps.stop_on_signals()
    if not _is_current(lock):
        with _alone():
            _make_current(lock)
    steps.check()
    os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606 - becoming that program is the purpose


def _is_current(lock: str) -> bool:
    return _works() and _stamp().get(lock) == _digest(lock)


def _make_current(lock: str) -> None:
    if _is_current(lock):  # somebody else did it while we waited
        return
    uv = shutil.which("uv")
    if not _works():
        _make(uv)
    with steps.step(f"Installing {lock}"):
        steps.run([*_installer(uv), "--require-hashes", "-r", str(BASE_DIR / lock)])
    # The other lock's stamp goes with it, unless this lock holds that one: what it named may just have changed.
    held = LOCKS[: LOCKS.index(lock) + 1]
    STAMP.write_text(json.dumps({name: _digest(name) for name in held}))


def _make(uv: str | None) -> None:
    with steps.step("Making a virtual environment"):
        if uv:
            steps.run([uv, "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(VENV)])
            return
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            raise steps.StepFailed(NO_VENV) from None
        steps.run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def _works() -> bool:
    """Also false after an upgrade took away the Python it was made with, or when making it was interrupted."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return bool(_stamp()) or subprocess.run(asked, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _installer(uv: str | None) -> list[str]:
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]


def _stamp() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def _digest(lock: str) -> str:
    return hashlib.sha256((BASE_DIR / lock).read_bytes()).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time: bin/dev and bin/test may be started together in a fresh checkout."""
    folder = BASE_DIR / "var"
    folder.mkdir(exist_ok=True)
    with (folder / "venv.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except steps.Stopped:
        steps.say("\nStopped.")
    except steps.StepFailed as failure:
        sys.exit(f"\n{failure}")
    except PermissionError as error:
        sys.exit(f"\n{error.filename} cannot be written: it belongs to another user, who set Parsley up here before.")
