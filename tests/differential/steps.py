"""One request of a script, and short ways to write one down.

Ids and tokens are not known in advance: ``{{name}}`` stands for the objectId that the step kept as ``name`` was
answered, ``{{name.token}}`` for its session token.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PASSWORD = "correct horse battery"
PUBLIC = {"*": {"read": True, "write": True}}


@dataclass(frozen=True)
class Step:
    """``kind``: the class of operations it is counted in. ``caller``: whose session token it carries, or ``master``."""

    kind: str
    label: str
    method: str
    path: str
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    caller: str = "ada"
    headers: dict[str, str] | None = None
    raw: str | None = None
    keep: str = ""
    ordered: bool = False

    @property
    def address(self) -> str:
        values = {name: value if isinstance(value, str) else dumps(value) for name, value in self.query.items()}
        return f"{self.path}?{urlencode(values, safe='{}')}" if values else self.path

    @property
    def text(self) -> str | None:
        return self.raw if self.raw is not None or self.body is None else dumps(self.body)

    @property
    def is_ordered(self) -> bool:
        return self.ordered or "order" in self.query


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pointer(class_name: str, name: str) -> dict:
    return {"__type": "Pointer", "className": class_name, "objectId": f"{{{{{name}}}}}"}


def user(name: str) -> dict:
    return pointer("_User", name)


def date(iso: str) -> dict:
    return {"__type": "Date", "iso": iso}


def day(number: int) -> dict:
    return date(f"2031-03-{number:02}T00:00:00.000Z")


def acl(read: str = "", write: str = "") -> dict:
    """``acl("ada bob *", "ada")``: who reads and who writes, users by name."""
    entries: dict[str, dict] = {}
    for action, names in (("read", read), ("write", write)):
        for name in names.split():
            key = name if name == "*" or name.startswith("role:") else f"{{{{{name}}}}}"
            entries.setdefault(key, {})[action] = True
    return entries


def find(kind: str, label: str, class_name: str, caller: str = "ada", **query: Any) -> Step:
    return Step(kind, label, "GET", f"/classes/{class_name}", query=query, caller=caller)


def get(kind: str, label: str, class_name: str, name: str, caller: str = "ada", **query: Any) -> Step:
    return Step(kind, label, "GET", f"/classes/{class_name}/{{{{{name}}}}}", query=query, caller=caller)


def create(kind: str, label: str, class_name: str, body: Any, caller: str = "ada", keep: str = "") -> Step:
    return Step(kind, label, "POST", f"/classes/{class_name}", body, caller=caller, keep=keep)


def update(kind: str, label: str, class_name: str, name: str, body: Any, caller: str = "ada") -> Step:
    return Step(kind, label, "PUT", f"/classes/{class_name}/{{{{{name}}}}}", body, caller=caller)


def delete(kind: str, label: str, class_name: str, name: str, caller: str = "ada") -> Step:
    return Step(kind, label, "DELETE", f"/classes/{class_name}/{{{{{name}}}}}", caller=caller)


def made(class_name: str, kind: str, label: str, caller: str = "ada", keep: str = "", **columns: Any) -> Step:
    """A row with all that Parsley would fill in by itself: an ACL, the creator or the stage, and its title or name."""
    head = {"Deal": {"title": label, "stage": "lead"}, "Activity": {"subject": label}}.get(class_name, {"name": label})
    creator = {} if class_name == "Deal" else {"createdBy": user(caller)}
    return create(kind, label, class_name, {**head, **creator, "ACL": PUBLIC, **columns}, caller, keep)
