"""On whose behalf a tool is called. What it does goes through the REST API, so that no rule is written twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from developers.playground.calls import Call
from developers.playground.running import answered, request_of
from live.middleware import FACE

MCP = "mcp"
Parameters = list[tuple[str, str]]


class Refusal(Exception):
    """``problem``: as the REST API tells what was wrong (RFC 9457)."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["detail"])
        self.problem = problem

    @property
    def status(self) -> int:
        return self.problem["status"]


def refusal(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> Refusal:
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Refusal(problem | ({"errors": errors} if errors else {}))


def wrong(errors: list[dict[str, str]]) -> Refusal:
    return refusal(400, "; ".join(f"{one['field']}: {one['detail']}" for one in errors), errors)


@dataclass
class Agent:
    """``asking``: the request at /mcp. ``change_set``: what the last call wrote, if it wrote anything."""

    user: User
    token: str
    asking: HttpRequest
    change_set: str | None = None

    def ask(self, method: str, path: str, parameters: Parameters | None = None, body: Any = None) -> Any:
        """What /api/v1 answers to the same person. Raises Refusal."""
        call = Call("rest", method, path, tuple(parameters or ()), body)
        request = request_of(call, self.token, self.asking)
        request.META[FACE] = MCP
        response = answered(request)
        written = getattr(request, "change_set", None)
        self.change_set = str(written) if written else None
        if response.status_code >= 300:
            raise _told(response.status_code, response.content)  # type: ignore[attr-defined]
        return json.loads(response.content)  # type: ignore[attr-defined]


def _told(status: int, content: bytes) -> Refusal:
    try:
        return Refusal({"status": status, "detail": "", **json.loads(content)})
    except (ValueError, TypeError):
        return refusal(500, "This could not be done. It has been logged.")
