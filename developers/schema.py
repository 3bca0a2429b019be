"""The schema as JSON, in the form in which the template's documents print it; and what the records import again."""

from __future__ import annotations

import json
from typing import Any

from developers.dictionary import Described, Entry

ORDER = ("Contact", "Company", "Deal", "Activity", "_User")


def as_json(classes: list[Described]) -> str:
    return json.dumps(seed_schema(classes), ensure_ascii=False, indent=2) + "\n"


def seed_schema(classes: list[Described]) -> dict[str, Any]:
    """``{"classes": [{"className", "fields": {name: {"type", "targetClass"?, "required"}}}]}``."""
    by_name = {one.name: one for one in classes}
    found = [
        {"className": name, "fields": {entry.name: _column(entry) for entry in by_name[name].own}} for name in ORDER
    ]
    return {"classes": found}


def _column(entry: Entry) -> dict[str, Any]:
    """A pointer to one of several classes names none."""
    target = {"targetClass": entry.targets[0]} if len(entry.targets) == 1 else {}
    return {"type": entry.type, **target, "required": entry.required is True}
