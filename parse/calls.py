"""One call of a client, and what it is answered: what an HTTP request and a line of a batch have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.http import HttpRequest

from parse.callers import Caller
from parse.errors import INVALID_JSON, ParseError

MOUNT = "/parse"
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET,PUT,POST,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": (
        "X-Parse-Master-Key, X-Parse-REST-API-Key, X-Parse-Javascript-Key, X-Parse-Application-Id, "
        "X-Parse-Client-Version, X-Parse-Session-Token, X-Requested-With, X-Parse-Revocable-Session, "
        "X-Parse-Request-Id, X-Parse-Installation-Id, Content-Type, Pragma, Cache-Control"
    ),
    "Access-Control-Expose-Headers": "X-Parse-Job-Status-Id, X-Parse-Push-Status-Id",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Call:
    """``path`` is what follows the mount. ``body``: the JSON object sent. ``parameters``: of a GET, wherever they came.

    ``is_line``: of a batch; ``in_transaction``: of one that is done as a whole. ``route`` answers a line.
    """

    request: HttpRequest
    caller: Caller
    method: str
    path: str
    body: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    is_line: bool = False
    in_transaction: bool = False
    route: Callable[[Call], Answer] | None = None

    def line(self, method: str, path: str, body: dict, parameters: dict, in_transaction: bool) -> Call:
        return replace(
            self,
            method=method,
            path=path,
            body=body,
            parameters=parameters,
            is_line=True,
            in_transaction=in_transaction,
        )

    def text(self, name: str) -> Any:
        """A field of the body, or of a GET its parameter."""
        return self.body.get(name, self.parameters.get(name))

    def address_of(self, path: str) -> str:
        return self.request.build_absolute_uri(f"{MOUNT}{path}")


@dataclass
class Answer:
    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> dict[str, str]:
        return HEADERS | self.headers

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


def refuse_many(values: list, most: int, words: str) -> None:
    if len(values) > most:
        raise ParseError(INVALID_JSON, words)
