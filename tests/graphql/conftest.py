"""Clients of /graphql: the cast with session tokens, nobody, and the master key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Session, User
from tests.parse.conftest import KEYS, MASTER, Answer, statements

__all__ = ["statements"]


class Reply(Answer):
    """``data`` and ``errors`` of an answer; ``code`` of its first error."""

    @property
    def data(self) -> Any:
        assert "errors" not in self.body, self.body
        return self.body["data"]

    @property
    def errors(self) -> list[dict]:
        return self.body["errors"]

    @property
    def code(self) -> Any:
        return self.errors[0]["extensions"]["code"]


class GraphClient:
    def __init__(self, headers: dict[str, str], token: str | None = None) -> None:
        self.headers = headers | ({"X-Parse-Session-Token": token} if token else {})
        self.http = Client(raise_request_exception=True)

    def __call__(self, query: str, **variables: Any) -> Reply:
        return self.send({"query": query, "variables": variables})

    def send(self, body: Any, **headers: str) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = self.headers | headers
        return Reply(self.http.generic("POST", "/graphql", data, "application/json", headers=sent))

    def form(self, operations: Any, places: Any, files: dict[str, Any]) -> Reply:
        """As multipart/form-data, with ``places`` of the files in ``operations``."""
        fields = {"operations": json.dumps(operations), "map": json.dumps(places)}
        return Reply(self.http.post("/graphql", {**fields, **files}, headers=self.headers))

    def upload(self, query: str, variables: dict, files: dict[str, Any]) -> Reply:
        """``files``: by their place."""
        places = {str(number): [place] for number, place in enumerate(files)}
        named = {str(number): file for number, file in enumerate(files.values())}
        return self.form({"query": query, "variables": variables}, places, named)


@pytest.fixture
def graph_of() -> Callable[[User], GraphClient]:
    return lambda user: GraphClient(KEYS, Session.start(user)[1])


@pytest.fixture
def nobody(db):
    return GraphClient(KEYS)


@pytest.fixture
def master(db, settings):
    settings.PARSE_MASTER_KEY = MASTER["X-Parse-Master-Key"]
    return GraphClient(MASTER)


@pytest.fixture
def as_rep(graph_of, rep):
    return graph_of(rep)


@pytest.fixture
def as_outsider(graph_of, outsider):
    return graph_of(outsider)
