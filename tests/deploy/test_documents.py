"""Links of the documents lead somewhere, and the files they name are there."""

import re
from pathlib import Path

import pytest

from tests.deploy.reading import DOCUMENTS, ROOT

CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
FILE = re.compile(r"`([\w.-]+/[\w./-]+\.(?:py|md|html|yaml|toml|sh|txt|in|conf|service))`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TEMPLATES = ROOT / "templates"


def prose(document: Path) -> str:
    return CODE.sub("", document.read_text())


def anchor(heading: str) -> str:
    """As GitHub and GitLab make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def leads_nowhere(document: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    path, _, wanted = link.partition("#")
    target = (document.parent / path) if path else document
    anchors = {anchor(heading) for heading in HEADING.findall(prose(target))} if wanted and target.is_file() else set()
    return not target.exists() or bool(wanted and wanted not in anchors)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_heading(document):
    assert [link for link in LINK.findall(prose(document)) if leads_nowhere(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_named_is_there(document):
    if document.name in ("STYLE.md", "CHANGELOG.md"):
        pytest.skip("names files as bad examples, or of other versions")
    assert [name for name in FILE.findall(prose(document)) if not (ROOT / name).exists()] == []
