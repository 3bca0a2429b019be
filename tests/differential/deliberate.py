"""What differs on purpose: which requests, and why. Each reason stands in docs/parse.md, word for word."""

import re
from dataclasses import dataclass

from tests.differential.steps import Step


@dataclass(frozen=True)
class Deliberate:
    """``pattern`` is searched in ``kind: label`` of a request."""

    pattern: str
    reason: str

    def covers(self, step: Step) -> bool:
        return re.search(self.pattern, f"{step.kind}: {step.label}") is not None


DELIBERATE: list[Deliberate] = []


def reason_for(step: Step) -> str:
    return next((each.reason for each in DELIBERATE if each.covers(step)), "")
