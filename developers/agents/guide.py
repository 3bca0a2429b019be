"""The tools in writing: as JSON for programs, and as the part of docs/agents.md that lists them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from developers.agents.tools import INSTRUCTIONS, Tool, tools

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "agents.md"
BEGIN = "<!-- tools: `manage.py agents_guide` writes what follows -->\n"
END = "<!-- end of tools -->\n"
WIDTH = 116


def as_json(address: str) -> str:
    told = [
        {
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "readOnly": not tool.writes,
            "inputSchema": tool.input,
            "outputSchema": tool.output,
        }
        for tool in tools().values()
    ]
    found = {"protocol": "MCP", "transport": "streamable-http", "url": address, "instructions": INSTRUCTIONS}
    return json.dumps({**found, "tools": told}, ensure_ascii=False, indent=2) + "\n"


def section() -> str:
    found = tools().values()
    groups = {"Reading": [one for one in found if not one.writes], "Writing": [one for one in found if one.writes]}
    parts = [f"### {title}\n\n" + "\n".join(map(_described, group)) for title, group in groups.items()]
    return "\n".join(parts)


def _described(tool: Tool) -> str:
    return f"#### `{tool.name}`\n\n{tool.description}\n\n```json\n{laid_out(tool.input)}\n```\n"


def laid_out(value: Any, indent: str = "") -> str:
    """JSON in as few lines as fit the page."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return line
    inner = f"{indent}  "
    if isinstance(value, list):
        parts, ends = [laid_out(one, inner) for one in value], "[]"
    else:
        parts, ends = [f"{json.dumps(name)}: {laid_out(one, inner)}" for name, one in value.items()], "{}"
    return ends[0] + ",".join(f"\n{inner}{part}" for part in parts) + f"\n{indent}{ends[1]}"


def written(document: str) -> str:
    """``document`` with the tools as they are."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{section()}\n{END}{after}"
