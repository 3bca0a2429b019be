"""The Angular starter, installed and built once: by bin/clients, or by the test that drives it where npm has run."""

import hashlib
import subprocess
from pathlib import Path

ANGULAR = Path(__file__).resolve().parent.parent / "examples" / "angular"
BUILT = ANGULAR / "dist" / "starter" / "browser"
MARK = ANGULAR / "dist" / ".made-from"
LEFT_OUT = {"node_modules", "dist", ".angular"}


def _sources() -> list[Path]:
    inside = [path for path in ANGULAR.iterdir() if path.name not in LEFT_OUT]
    return sorted(path for top in inside for path in (top.rglob("*") if top.is_dir() else [top]) if path.is_file())


def digest() -> str:
    found = hashlib.sha256()
    for path in _sources():
        found.update(f"{path.relative_to(ANGULAR)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def is_installed() -> bool:
    return (ANGULAR / "node_modules" / ".pinned").exists()


def build() -> Path:
    """The folder of the page; made anew where the sources are others than those that it was made from."""
    if not MARK.exists() or MARK.read_text() != digest():
        done = subprocess.run(
            ["npm", "run", "--silent", "build"], cwd=ANGULAR, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        MARK.write_text(digest())
    return BUILT
