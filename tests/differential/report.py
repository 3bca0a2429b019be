"""What two servers answered to the same script, counted and listed."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.differential.deliberate import reason_for
from tests.differential.play import Answer
from tests.differential.steps import Step

OVERALL, EACH = 95.0, 90.0
LONG, MOST = 600, 8
MISSING = "nothing"


@dataclass(frozen=True)
class Pair:
    """One request and its two answers."""

    step: Step
    expected: Answer
    given: Answer

    @property
    def is_equal(self) -> bool:
        if not self.expected.status:
            return False
        if self.expected.body is None and self.expected.status >= 400:  # the reference's page for people: no JSON
            return self.expected.status == self.given.status
        return self.expected == self.given

    @property
    def reason(self) -> str:
        return "" if self.is_equal else reason_for(self.step, self.expected, self.given)


@dataclass
class Count:
    compared: int = 0
    equal: int = 0
    listed: int = 0

    def add(self, pair: Pair) -> None:
        self.compared += 1
        self.equal += pair.is_equal
        self.listed += bool(pair.reason)

    @property
    def strict(self) -> float:
        return 100 * self.equal / self.compared if self.compared else 0.0

    @property
    def excused(self) -> float:
        return 100 * (self.equal + self.listed) / self.compared if self.compared else 0.0


FAILED = "reference 500"  # requests that the reference itself has no answer to but "internal error"
OVERALL_KIND = "overall"


def counted(pairs: list[Pair]) -> dict[str, Count]:
    """By kind of operation, those without an answer of the reference apart; ``overall``, the last, is all of them."""
    counts: dict[str, Count] = defaultdict(Count)
    failed, overall = Count(), Count()
    for pair in pairs:
        (failed if pair.expected.status >= 500 else counts[pair.step.kind]).add(pair)
        overall.add(pair)
    return {**dict(sorted(counts.items())), FAILED: failed, OVERALL_KIND: overall}


def table(counts: dict[str, Count]) -> str:
    head = f"{'operation':<14}{'compared':>9}{'equal':>7}{'listed':>8}{'equal %':>9}{'with listed %':>15}"
    rows = [
        f"{kind:<14}{count.compared:>9}{count.equal:>7}{count.listed:>8}{count.strict:>9.1f}{count.excused:>15.1f}"
        for kind, count in counts.items()
    ]
    return "\n".join([head, *rows])


def is_good(counts: dict[str, Count]) -> bool:
    """By what is equal, whatever is listed. Nothing compared is no agreement."""
    bars = {OVERALL_KIND: OVERALL, FAILED: 0.0}
    return counts[OVERALL_KIND].compared > 0 and all(
        count.strict >= bars.get(kind, EACH) for kind, count in counts.items()
    )


def write(pairs: list[Pair], counts: dict[str, Count], file: Path) -> None:
    """The table and every difference, with what it takes to ask again."""
    different = [pair for pair in pairs if not pair.is_equal]
    open_, listed = [pair for pair in different if not pair.reason], [pair for pair in different if pair.reason]
    parts = ["# Parsley and the reference", f"```\n{table(counts)}\n```", f"## Differences: {len(open_)}"]
    parts += map(_entry, open_)
    parts += [f"## Listed differences: {len(listed)}", *map(_entry, listed)]
    worded = [pair for pair in pairs if pair.is_equal and pair.expected.words != pair.given.words]
    parts += [f"## Equal, in other words: {len(worded)}", *map(_words, worded)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(parts).replace("\0", "\\0") + "\n")


def differences(expected: Any, given: Any, path: str = "") -> list[str]:
    """Where two answers part. Rows of lists are paired by their objectId."""
    if isinstance(expected, dict) and isinstance(given, dict):
        names = sorted({*expected, *given})
        found = [differences(expected.get(name, MISSING), given.get(name, MISSING), f"{path}.{name}") for name in names]
        return [line for lines in found for line in lines]
    if isinstance(expected, list) and isinstance(given, list) and [*map(_id, expected)] != [*map(_id, given)]:
        return [f"{path}: reference {[*map(_id, expected)]}, parsley {[*map(_id, given)]}"]
    if isinstance(expected, list) and isinstance(given, list):
        return [line for pair in zip(expected, given, strict=True) for line in differences(*pair, f"{path}[]")]
    return [] if expected == given else [f"{path}: reference {expected!r}, parsley {given!r}"]


def _id(row: Any) -> Any:
    return row.get("objectId", row.get("title", row)) if isinstance(row, dict) else row


def _words(pair: Pair) -> str:
    code = pair.expected.body.get("code") if isinstance(pair.expected.body, dict) else None
    both = f"reference {code} `{pair.expected.words[:LONG]}`, parsley `{pair.given.words[:LONG]}`"
    return f"- {pair.step.kind}: {pair.step.label[:120]}: {both}"


def _entry(pair: Pair) -> str:
    step = pair.step
    who = f"headers {step.headers}" if step.headers is not None else f"as {step.caller or 'nobody'}"
    lines = [f"### {step.kind}: {step.label}", f"- {step.method} {step.address} {who}"]
    lines += [f"- body `{step.text[:600]}`"] if step.text is not None else []
    lines += [f"- reference `{str(pair.expected)[:LONG]}`", f"- parsley `{str(pair.given)[:LONG]}`"]
    if pair.expected.status == pair.given.status == 200:
        lines += [f"  - {line[:LONG]}" for line in differences(pair.expected.body, pair.given.body)[:MOST]]
    return "\n".join(lines + ([f"- listed: {pair.reason}"] if pair.reason else []))
