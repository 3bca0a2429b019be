"""Clients of the Parse face: the cast with session tokens, nobody, and the master key."""

import json
import re
from collections.abc import Callable
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.loop import InLoop
from accounts.models import Session, User
from accounts.statements import run
from parse import door

KEYS = {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "parsley-rest"}
MASTER = {"X-Parse-Application-Id": "parsley", "X-Parse-Master-Key": "only-for-tests"}


class Answer:
    """``status``, ``body`` as JSON, ``headers``; ``code`` of an error."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.content
        self.body = orjson.loads(response.content) if response.content else None

    @property
    def code(self) -> int | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def ids(self) -> set[str]:
        return {row["objectId"] for row in self.body["results"]}


def stepped(function: Callable[..., Any], *arguments: Any) -> Any:
    """As accounts/loop.py's Lines: each statement is asked for outside of the call that wants it."""
    task = InLoop(function)
    step = task.switch(*arguments)
    while not task.dead:
        try:
            with transaction.atomic():  # there, a transaction of its own
                if step.first is not None:
                    sql, told = step.first
                    run(re.sub(r"\$\d", "%s", sql.decode()), [word.decode() for word in told])
                found = run(step.sql, step.parameters, keep=step.keep)
        except Exception as error:
            step = task.throw(error)
        else:
            step = task.switch(found)
    return step


class ParseClient:
    """Plain REST, as Guzzle speaks it."""

    def __init__(self, headers: dict[str, str], token: str | None = None) -> None:
        self.token = token
        self.headers = headers | ({"X-Parse-Session-Token": token} if token else {})
        self.http = Client(raise_request_exception=True)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**self.headers, **headers}
        return Answer(self.way(method, f"/parse{path}", data, sent))

    def by_url(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> Any:
        return self.http.generic(method, path, data, "application/json", headers=headers)

    def by_door(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> Any:
        """As config/asgi.py does, in front of the middleware: in a thread."""
        return self._through(door.answer, method, path, data, headers)

    def by_loop(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> Any:
        """And as it does with reads, which leave their statements to the loop; here to a loop on Django's connection,
        for rows that only the test's own transaction sees."""

        def answer(scope: dict[str, Any], body: bytes) -> door.Answered:
            return stepped(door.told, scope, body) if door.is_quick(scope, body) else door.answer(scope, body)

        return self._through(answer, method, path, data, headers)

    def _through(
        self, answer: Callable[..., door.Answered], method: str, path: str, data: bytes, headers: dict[str, str]
    ) -> Any:
        address, _, query = path.partition("?")
        sent = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(data)), **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(address),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        }
        status, told, content = answer(scope, data)
        known = {name.decode(): value.decode() for name, value in told}
        return SimpleNamespace(status_code=status, headers=known, content=content)

    way = by_url

    def get(self, path: str, **parameters: Any) -> Answer:
        pairs = [
            f"{name}={quote(value if isinstance(value, str) else json.dumps(value), safe='')}"
            for name, value in parameters.items()
        ]
        return self("GET", f"{path}?{'&'.join(pairs)}" if pairs else path)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any) -> Answer:
        return self("PUT", path, body)

    def delete(self, path: str) -> Answer:
        return self("DELETE", path)


@pytest.fixture
def client_of() -> Callable[[User], ParseClient]:
    return lambda user: ParseClient(KEYS, Session.start(user)[1])


@pytest.fixture
def nobody(db):
    return ParseClient(KEYS)


@pytest.fixture
def master(db, settings):
    settings.PARSE_MASTER_KEY = MASTER["X-Parse-Master-Key"]
    return ParseClient(MASTER)


@pytest.fixture
def as_rep(client_of, rep):
    return client_of(rep)


@pytest.fixture
def as_outsider(client_of, outsider):
    return client_of(outsider)


@pytest.fixture
def statements():
    """A context manager that gives the list of statements run within it."""

    @contextmanager
    def capture():
        found: list[str] = []
        with CaptureQueriesContext(connection) as context:
            yield found
        found += [query["sql"] for query in context.captured_queries]

    return capture


def pointer(row: Any) -> dict[str, str]:
    names = {"user": "_User", "company": "Company", "contact": "Contact", "deal": "Deal", "activity": "Activity"}
    return {"__type": "Pointer", "className": names[row._meta.model_name], "objectId": row.pk}


def when(text: str) -> dict[str, str]:
    return {"__type": "Date", "iso": text}
