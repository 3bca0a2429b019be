"""What of a GraphQL answer is kept and compared: chance decides ids, cursors do not."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Any

PATH = "/graphql"
TIMES = {"createdAt", "updatedAt", "expiresAt"}
ENTRIES = {"users", "roles"}  # of an ACL: in the order of their ids
ID = re.compile(r"[A-Za-z0-9]{10}")


def kept(body: dict) -> dict:
    """The first row in the answer, and the token of the session that began."""
    found: dict[str, Any] = {}
    ahead: list[Any] = [body.get("data")]
    while ahead:
        one = ahead.pop(0)
        if isinstance(one, dict):
            found = {name: one[name] for name in ("objectId", "sessionToken") if one.get(name)} | found
            ahead += one.values()
    return found


def words(body: dict) -> str:
    """Of the first error."""
    errors = body.get("errors")
    return errors[0].get("message", "") if isinstance(errors, list) and errors else ""


def masked(body: Any, names: dict[str, str], mask: Callable[[str, str], str], is_ordered: bool, key: str = "") -> Any:
    """``mask``: of any text. Of an error the code and the path count, not the words."""
    if isinstance(body, dict) and isinstance(body.get("extensions"), dict) and "message" in body:
        return {"code": body["extensions"].get("code"), "path": body.get("path")}
    if isinstance(body, dict):
        return {name: masked(each, names, mask, is_ordered, name) for name, each in body.items()}
    if isinstance(body, list):
        rows = [masked(each, names, mask, is_ordered, key) for each in body]
        is_chance = key in ENTRIES or (key == "edges" and not is_ordered)
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) if is_chance else rows
    if not isinstance(body, str):
        return body
    if key in TIMES and body.endswith("Z"):
        return "<time>"
    return _global(body, names) or mask(body, key)


def _global(text: str, names: dict[str, str]) -> str:
    """``<Deal:name>`` for the global id of a row; empty for anything else."""
    try:
        class_name, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ""
    return f"<{class_name}:{names.get(key, 'id')}>" if ID.fullmatch(key) else ""
