"""The version, read from the one place where people write it: the changelog."""

import re
from pathlib import Path


def version(changelog: Path) -> str:
    """The newest released version in a Keep-a-Changelog file; raises ValueError where there is none."""
    found = re.search(r"^## \[(\d+\.\d+\.\d+)\]", changelog.read_text(), re.MULTILINE)
    if not found:
        raise ValueError(f"{changelog} names no released version")
    return found.group(1)
