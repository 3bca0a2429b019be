"""Results as files: one run is one JSON under bench/results/, and a table of it for people."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine

FOLDER = Path(__file__).parent / "results"


def keep(scenario: str, world: str, rows: list[dict[str, Any]], said: dict[str, Any], load: tuple[float, ...]) -> Path:
    """``load``: that of the machine before the run; ``said``: how it was measured."""
    found = {
        "scenario": scenario,
        "world": world,
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": machine.commit(),
        "machine": machine.facts(),
        "load before and after": [[round(one, 1) for one in part] for part in (load, os.getloadavg())],
        **said,
        "rows": rows,
    }
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{datetime.now(UTC):%Y-%m-%d}-{scenario}-{world}.json"
    lines = [json.dumps({name: value}, ensure_ascii=False)[1:-1] for name, value in found.items() if name != "rows"]
    body = ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("{" + ",\n".join([*lines, '"rows": [\n ' + body]) + "\n]}\n")
    return file


def latest(scenario: str, world: str = "*") -> Path | None:
    files = sorted(FOLDER.glob(f"*-{scenario}-{world}.json"))
    return files[-1] if files else None


def table(file: Path) -> str:
    """As Markdown: what was measured on what, then a line for each row."""
    found = json.loads(file.read_text())
    rows = found.pop("rows")
    lines = [f"# {found.pop('scenario')}, {found.pop('world')}", ""]
    lines += [f"- {name}: {_said(value)}" for name, value in found.items()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines += ["", f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(_cell(row.get(name)) for name in names)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(_said(one) if isinstance(one, list) else str(one) for one in value)
    return str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def grown(smaller: Path, larger: Path) -> Iterable[str]:
    """How much more the same costs in the larger world: the processor time of application and database together."""
    before = {(row["what"], row["user"]): row for row in json.loads(smaller.read_text())["rows"]}
    yield f"| what | user | {smaller.stem} | {larger.stem} | times |\n| --- | --- | ---: | ---: | ---: |"
    for row in json.loads(larger.read_text())["rows"]:
        was = before.get((row["what"], row["user"]))
        if was:
            one, ten = (each["app ms"] + each["database ms"] for each in (was, row))
            yield f"| {row['what']} | {row['user']} | {one:.1f} | {ten:.1f} | {ten / one:.2f} |"
