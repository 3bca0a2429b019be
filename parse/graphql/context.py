"""What the resolvers of one request share: who asks, the schema, and the way to the REST routes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLSchema

from accounts.authentication import Overtaken
from parse import routes
from parse.callers import Caller
from parse.calls import Call
from parse.errors import FORBIDDEN, INTERNAL, INVALID_QUERY, PERMISSION_DENIED, ParseError
from parse.graphql.columns import GraphClass
from parse.trouble import parse_error

log = logging.getLogger("parsley.errors")
MOST_READS = 50  # of rows or lists, in one request


@dataclass(frozen=True)
class Graph:
    """``classes``: by Parse's name."""

    schema: GraphQLSchema
    classes: dict[str, GraphClass]

    @property
    def names(self) -> dict[str, str]:
        """Parse's name by title."""
        return {one.title: name for name, one in self.classes.items()}


@dataclass
class Asking:
    """``call``: the request, as if it had come to /parse."""

    call: Call
    graph: Graph
    reads: int = 0

    @property
    def caller(self) -> Caller:
        return self.call.caller

    def line(self, method: str, path: str = "", body: dict | None = None, parameters: dict | None = None) -> Call:
        return self.call.line(method, path, body or {}, parameters or {}, False)

    def do(self, method: str, path: str, body: dict | None = None) -> Any:
        """What the REST route answers: the same rules, whatever they are."""
        return plain(routes.answer(self.line(method, path, body)).body)

    def read(self) -> None:
        """Counts what is read: each list costs statements of its own."""
        self.reads += 1
        if self.reads > MOST_READS:
            raise ParseError(INVALID_QUERY, f"A query reads at most {MOST_READS} lists and rows. Ask for less at once.")

    def require_master(self) -> None:
        if not self.caller.is_master:
            raise ParseError(FORBIDDEN, PERMISSION_DENIED, detail="The master key is required.")

    def told(self, error: Exception) -> GraphQLError:
        """In the words of REST, with Parse's code. What is a mistake of ours is logged and told without its words."""
        if isinstance(error, GraphQLError):
            return error
        if isinstance(error, Overtaken):  # all of it is done once more: parse/graphql/entry.py
            return GraphQLError("Invalid session token")
        known = parse_error(self.call.request, error)
        if known is None:
            log.error("%s %s", self.call.method, self.call.request.path, exc_info=error)
            known = ParseError(INTERNAL, "Internal server error")
        elif known.detail:
            log.info("/graphql answered %s: %s", known.code, known.detail)
        return GraphQLError(known.message, extensions={"code": known.code}, original_error=known)


def plain(body: Any) -> Any:
    """Rows leave PostgreSQL as JSON, which has to be read once to be put into another shape."""
    if isinstance(body, orjson.Fragment) or (isinstance(body, dict) and _has_fragment(body)):
        return orjson.loads(orjson.dumps(body))
    return body


def _has_fragment(body: dict) -> bool:
    return any(isinstance(value, orjson.Fragment) for value in body.values())
