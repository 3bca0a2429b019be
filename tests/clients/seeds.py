"""The code that the two documents of the seeds print, as it was before it was flattened. Nothing of it is kept here."""

import os
import re
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("PARSLEY_SEEDS") or BASE_DIR.parent / "shared" / "seeds")
PHP = FOLDER / "crm-template-php.txt"
ANGULAR = FOLDER / "crm-template-angular.txt"
PRINTED_URL = "https://parseapi.back4app.com"

QUOTED = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`"
# What can follow a comment that lost its line break: another comment, or the beginning of a statement.
STATEMENT = r"\s(?=//|(?:import|export|async|function|const)\s|\$\w+\s*=)|$"
COMMENT = re.compile(rf"(?P<quoted>{QUOTED})|(?P<comment>//.*?)(?:{STATEMENT})")


def snippets(document: Path, language: str) -> list[str]:
    """The flattened listings of the integration steps, in order, each with its line breaks after comments.

    They begin with a comment or a method; the one that does not is a command for a shell.
    """
    steps = document.read_text().split("Step-by-Step", 1)[1]
    found = re.findall(rf"^{language}((?://|async ).*?)(?:Step \d+: .*)?$", steps, re.MULTILINE)
    return [unflattened(listing) for listing in found]


def unflattened(listing: str) -> str:
    """``//`` swallows the rest of a line, so each comment ends where the next statement begins."""
    return COMMENT.sub(lambda match: match["quoted"] or match["comment"].strip() + "\n", listing)


def php(base_url: str) -> str:
    """A PHP file of all listings; only the base URL is another one. The keys come from the environment, as printed."""
    return "<?php\n" + "\n".join(snippets(PHP, "PHP")).replace(PRINTED_URL, base_url) + "\n"


def angular(base_url: str) -> str:
    """The Angular service as one TypeScript module: the lines of main.ts, the methods in a class, the data model."""
    start, *methods = snippets(ANGULAR, "JavaScript")
    lines = start.replace(PRINTED_URL, base_url)
    return "\n".join([lines, "export class CrmService {", *methods, "}", model(), ""])


def model() -> str:
    """The data model of the Angular document, which is printed with its line breaks."""
    text = ANGULAR.read_text()
    printed = text[text.index("// models/crm.model.ts") : text.index("Frequently Asked Questions", 1)]
    return printed[: printed.rindex("}") + 1]
