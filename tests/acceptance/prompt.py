"""The template's prompt, sentence by sentence: which it is, and which tests prove that Parsley does what it asks for.

Nothing of its text is kept here: a sentence is a number, a digest of its words, and the claim in words of our own.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

BEGINS, ENDS = "Create a CRM app on", "Press the button below"
BREAK = re.compile(r"(?:\s|^)(?:(?:Schema|Security|Auth|Behavior|Deliver): )?(?:\d\. |- )")
CLAIMS = [
    ("f71e642805c8", "The product has the schema that is asked for, no class missing and none of another form."),
    ("8d08f750cdad", "People have a name, an address and a password."),
    ("04819b248f3b", "Companies have their columns, and need a name."),
    ("b59904c97ea9", "Contacts have their columns, point to a company, and need a name."),
    ("147e6c8c7bfe", "Deals have their columns, stand in a stage, and need a title."),
    ("ba875f6d9d00", "Activities have their columns, and are about a contact or a deal."),
    ("a02087da72aa", "Rows belong to somebody: who is signed out sees none, who is signed in sees what he may."),
    ("d922c79d0753", "Classes are closed to who is signed out, whatever is asked of them."),
    ("d8701d7f19ae", "One signs up, signs in, and out again."),
    ("fe07674e526d", "Each class of records is created, read, changed and deleted."),
    ("66043d623777", "Deals are listed by stage, in two orders."),
    ("97e4b58ecdb0", "Activities are listed by what they are about."),
    ("ce042f3d4b83", "Deals and activities are followed live."),
    ("1ffecff8a6ca", "Contacts, deals and activities are kept on the device."),
    ("c8270fa5c199", "It comes with schema and rights, and runs code of one's own."),
    ("c62698a2f85b", "There are front ends, and they run against it from end to end."),
]
# Where they are: what needs a server, a browser or Node.js stands with its like.
MODULES = [
    "tests.acceptance.test_schema",
    "tests.acceptance.test_security",
    "tests.acceptance.test_behaviour",
    "tests.acceptance.test_delivery",
    "tests.clients.test_optional",
    "tests.clients.test_starter_php",
    "tests.browser.test_starter_angular",
]
_proofs: dict[int, list[str]] = defaultdict(list)


def proves(number: int) -> Callable[[Any], Any]:
    """Notes a test under the number of its sentence."""

    def note(test: Any) -> Any:
        _proofs[number].append(f"{test.__module__}.{test.__name__}")
        return test

    return note


def proofs() -> dict[int, list[str]]:
    for module in MODULES:
        import_module(module)
    return dict(_proofs)


def digests(document: Path) -> list[str]:
    """Of the sentences of its prompt, in order."""
    text = document.read_text()
    prompt = text[text.index(BEGINS) :]
    prompt = prompt[: prompt.index(ENDS)]
    return [hashlib.sha256(" ".join(part.split()).encode()).hexdigest()[:12] for part in BREAK.split(prompt)]
