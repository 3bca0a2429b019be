"""The secret key of a Parsley that nobody configured: made once, kept beside its data."""

import os
import secrets
from pathlib import Path


def from_file(path: Path) -> str:
    """The key in the file, or "" where there is none."""
    return path.read_text().strip() if path.exists() else ""


def made_once(path: Path) -> str:
    """The key in the file, which only its owner may read; the first call makes it."""
    if not from_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
        fresh.replace(path)  # in one move: an interrupted start leaves no half a key
    return from_file(path)
