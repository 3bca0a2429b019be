"""One call of a client, and what it is answered: what an HTTP request and a line of a batch have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from parse.callers import Caller
from parse.errors import INVALID_JSON, ParseError

MOUNT = "/parse"


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


def refuse_many(values: list, most: int, words: str) -> None:
    if len(values) > most:
        raise ParseError(INVALID_JSON, words)
