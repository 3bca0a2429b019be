"""Queries as text become documents: read, measured and checked once, and kept, as programs send the same ones."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from threading import Lock
from typing import Any

from graphql import DocumentNode, GraphQLError, parse, validate
from graphql.language import StringValueNode, Visitor, visit

from parse.graphql.context import Graph
from parse.graphql.limits import LONGEST, MOST_TOKENS, TooMuch, measured

KEPT = 200
LONGEST_KEPT = 4_000  # a document takes a hundred times the memory of its text
MOST_ERRORS = 5
INTROSPECTION = {"__schema", "__type"}
REQUIRED = re.compile(r"to include required field|of required type")


class Refusal(Exception):
    """Answered with ``status`` before anything is executed."""

    def __init__(self, errors: list[GraphQLError], code: str, status: int = 400) -> None:
        super().__init__(code)
        self.errors = errors
        self.code = code
        self.status = status

    @classmethod
    def of(cls, words: str, code: str = "BAD_REQUEST", status: int = 400) -> Refusal:
        return cls([GraphQLError(words)], code, status)


class Kept:
    """The newest few hundred; threads share them."""

    def __init__(self) -> None:
        self._found: OrderedDict[Any, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> Any:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Any, value: Any) -> None:
        with self._lock:
            self._found[key] = value
            if len(self._found) > KEPT:
                self._found.popitem(last=False)


_documents, _texts = Kept(), Kept()


def document_of(graph: Graph, text: str, may_introspect: bool) -> DocumentNode:
    """Raises Refusal: what cannot be read, asks for too much, or is not in the schema."""
    key = (id(graph.schema), text, may_introspect)
    known = _documents.get(key)
    if known is None or known[0] is not graph.schema:
        known = (graph.schema, _checked(graph, text, may_introspect))
        if len(text) <= LONGEST_KEPT and may_introspect:  # strangers fill nobody's memory
            _documents.put(key, known)
    return known[1]


def _checked(graph: Graph, text: str, may_introspect: bool) -> DocumentNode:
    document, names = _read(text)
    if not may_introspect and names & INTROSPECTION:
        raise Refusal.of("Introspection is not allowed", "INTERNAL_SERVER_ERROR", 403)  # Parse's code for it
    try:
        errors = validate(graph.schema, document, max_errors=MOST_ERRORS, hide_suggestions=not may_introspect)
    except RecursionError as error:
        raise Refusal.of("The query is nested too deeply.", "GRAPHQL_VALIDATION_FAILED") from error
    if errors:
        raise Refusal(errors if may_introspect else unnamed(errors), "GRAPHQL_VALIDATION_FAILED")
    return document


def unnamed(errors: list[GraphQLError]) -> list[GraphQLError]:
    """For who may not introspect: without the names of fields that he would have had to send."""
    return [_unnamed(error) if REQUIRED.search(error.message) else error for error in errors]


def _unnamed(error: GraphQLError) -> GraphQLError:
    return GraphQLError("Field of required type was not provided.", error.nodes, error.source, error.positions)


def _read(text: str) -> tuple[DocumentNode, set[str]]:
    if len(text) > LONGEST:
        raise Refusal.of(f"A query has at most {LONGEST:,} characters.", "GRAPHQL_PARSE_FAILED")
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
        names = measured(document)
    except GraphQLError as error:
        raise Refusal([error], "GRAPHQL_PARSE_FAILED") from error
    except TooMuch as error:
        raise Refusal.of(str(error), "GRAPHQL_VALIDATION_FAILED") from error
    except RecursionError as error:
        raise Refusal.of("The query is nested too deeply.", "GRAPHQL_PARSE_FAILED") from error
    if "\\u" in text:
        visit(document, _NoNul())
    return document, names


class _NoNul(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\x00" in node.value:
            raise Refusal.of("Text cannot hold NUL.")


# --- automatic persisted queries: the text is sent once, and its hash after that --------------------------------------


def text_of(query: str | None, extensions: dict) -> str | None:
    """The query itself, or the one that was kept under the hash. Raises Refusal."""
    wanted = extensions.get("persistedQuery")
    if not isinstance(wanted, dict):
        return query
    if wanted.get("version") != 1 or not isinstance(wanted.get("sha256Hash"), str):
        raise Refusal.of("Unsupported persisted query version", "INTERNAL_SERVER_ERROR")
    digest = wanted["sha256Hash"]
    if not query:
        known = _texts.get(digest)
        if known is None:
            raise Refusal.of("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND", 200)
        return known
    if hashlib.sha256(query.encode(errors="surrogatepass")).hexdigest() != digest:
        raise Refusal.of("provided sha does not match query", "INTERNAL_SERVER_ERROR")
    if len(query) <= LONGEST_KEPT:
        _texts.put(digest, query)
    return query
