"""Generated bad requests: each answered by a Parse error or a good answer, never a 5xx, never a page.

PARSE_HOSTILE_REQUESTS says how many, PARSE_HOSTILE_SEED which.
"""

import json
import os
import random
import time
from typing import Any

import pytest

from tests.parse.conftest import KEYS, ParseClient, pointer, when

NUMBER = int(os.environ.get("PARSE_HOSTILE_REQUESTS", "600"))
SEED = int(os.environ.get("PARSE_HOSTILE_SEED", "4"))
CLASSES = [
    "Deal",
    "Contact",
    "Company",
    "Activity",
    "_User",
    "_Role",
    "_Session",
    "Nope",
    "../x",
    "a" * 300,
    "_Join:x",
    "%00",
]
COLUMNS = [
    "title",
    "name",
    "amount",
    "stage",
    "contact",
    "company",
    "relatedTo",
    "expectedCloseDate",
    "dueDate",
    "ACL",
    "createdAt",
    "objectId",
    "createdBy",
    "assignedTo",
    "notes",
    "users",
    "roles",
    "username",
    "password",
    "email",
    "_rperm",
    "__proto__",
    "a.b",
    "$where",
    "",
    "readers",
    "created_by__password",
    "x" * 500,
    "nosuch",
]
OPERATORS = [
    "$eq",
    "$ne",
    "$lt",
    "$gte",
    "$in",
    "$nin",
    "$exists",
    "$regex",
    "$options",
    "$all",
    "$containedBy",
    "$text",
    "$inQuery",
    "$notInQuery",
    "$select",
    "$dontSelect",
    "$or",
    "$and",
    "$nor",
    "$relatedTo",
    "$nearSphere",
    "$within",
    "$where",
    "$expr",
    "$size",
    "$elemMatch",
    "$",
]
PARAMETERS = [
    "where",
    "order",
    "limit",
    "skip",
    "count",
    "keys",
    "excludeKeys",
    "include",
    "includeAll",
    "distinct",
    "pipeline",
    "explain",
    "hint",
    "nosuch",
    "redirectClassNameForKey",
]
PATHS = [
    "/users",
    "/users/me",
    "/login",
    "/logout",
    "/sessions",
    "/sessions/me",
    "/roles",
    "/batch",
    "/schemas",
    "/aggregate/Deal",
    "/functions/x",
    "/jobs/x",
    "/requestPasswordReset",
    "/verificationEmailRequest",
    "/purge/Deal",
    "/config",
    "/events/x",
    "/health",
    "/files/x.txt",
    "/loginAs",
    "/verifyPassword",
    "/serverInfo",
    "/nope",
    "/",
    "/classes",
    "/classes/Deal/x/y",
    "//",
    "/hooks/functions",
]


class Hostile:
    def __init__(self, choose: random.Random, rows: list) -> None:
        self.choose, self.rows = choose, rows

    def value(self, depth: int = 3) -> Any:
        choose = self.choose
        plain = [
            None,
            True,
            False,
            0,
            -1,
            1.5,
            1e308,
            2**63,
            2**70,
            -(2**63),
            "",
            "x",
            "lead",
            "\\Q",
            "\\Q(\\E",
            "(",
            "[",
            "a" * 5000,
            "' OR 1=1 --",
            "%",
            "\u202e",
            "𝒳",
            "9999-99-99",
            [],
            {},
            "{}",
            "null",
            "r:" + "0" * 32,
            "2026-01-01T00:00:00Z",
            when("x"),
            when("0001-01-01T00:00:00Z"),
            when("9999-12-31T23:59:59-14:00"),
            {"__type": "Date"},
            {"__type": "Pointer"},
            {"__type": "Pointer", "className": "Deal", "objectId": 5},
            {"__type": "Nope"},
            {"__type": "File", "name": "x"},
            {"__type": "Bytes", "base64": "!"},
            {"__type": "GeoPoint", "latitude": 1000},
            {"__op": "Increment"},
            {"__op": "Increment", "amount": "x"},
            {"__op": "Increment", "amount": 1e300},
            {"__op": "Delete"},
            {"__op": "Add", "objects": [1]},
            {"__op": "Nope"},
            {"__op": 5},
            {"__op": "Batch", "ops": []},
            {"__op": "AddRelation", "objects": [5]},
            {"*": {"read": True}},
            {"role:Nope": {"read": True}},
            {"x": 5},
            {"className": "Deal", "where": {}},
            {"query": {"className": "Deal", "where": {}}, "key": "title"},
            pointer(choose.choice(self.rows)),
            "0\u0000",
        ]
        if depth and choose.random() < 0.4:
            if choose.random() < 0.5:
                return [self.value(depth - 1) for _ in range(choose.randrange(4))]
            return {choose.choice([*COLUMNS, *OPERATORS]): self.value(depth - 1) for _ in range(choose.randrange(4))}
        return choose.choice(plain)

    def where(self) -> Any:
        choose = self.choose
        if choose.random() < 0.2:
            return self.value()
        column = choose.choice(COLUMNS)
        return {column: {choose.choice(OPERATORS): self.value() for _ in range(choose.randrange(1, 3))}}

    def body(self) -> Any:
        if self.choose.random() < 0.15:
            return self.value()
        return {self.choose.choice(COLUMNS): self.value() for _ in range(self.choose.randrange(5))}

    def path(self) -> str:
        choose = self.choose
        if choose.random() < 0.3:
            return choose.choice(PATHS)
        tail = choose.choice(["", f"/{choose.choice(self.rows).pk}", "/x", "/" + "y" * 100, "/%00", "/%ff", "/'"])
        return f"/classes/{choose.choice(CLASSES)}{tail}"

    def batch(self) -> dict:
        lines = [
            {
                "method": self.choose.choice(["GET", "POST", "PUT", "DELETE", "NOPE"]),
                "path": f"/parse{self.path()}",
                "body": self.body(),
            }
            for _ in range(self.choose.randrange(4))
        ]
        return {
            "requests": [*lines, self.value()] if self.choose.random() < 0.2 else lines,
            "transaction": self.choose.random() < 0.3,
        }

    def send(self, client: ParseClient) -> Any:
        choose = self.choose
        kind = choose.randrange(5)
        if kind == 0:
            return client.get(self.path(), where=self.where())
        if kind == 1:
            return client.get(self.path(), **{choose.choice(PARAMETERS): self.value() for _ in range(3)})
        if kind == 2:
            return client.post("/batch", self.batch())
        method = choose.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"])
        if kind == 3:
            raw = choose.choice(
                [
                    b"{",
                    b"\xff\xfe",
                    b"null",
                    b"[]",
                    b"5",
                    b'{"a":NaN}',
                    b"[" * 2000,
                    b'{"a":' * 500,
                    b'{"title":"\\ud800"}',
                ]
            )
            return client(method, self.path(), raw)
        return client(method, self.path(), json.dumps(self.body()).encode())


@pytest.mark.parametrize("who", ["rep", "nobody", "master"])
def test_no_request_is_answered_5xx(request, client_of, settings, rep, deal, contact, company, call, who):
    settings.SIGN_IN_TRIES = 10_000
    settings.PARSE_MASTER_KEY = "mk"
    clients = {
        "rep": lambda: client_of(rep),
        "nobody": lambda: ParseClient(KEYS),
        "master": lambda: ParseClient({**KEYS, "X-Parse-Master-Key": "mk"}),
    }
    hostile = Hostile(random.Random(f"{SEED}{who}"), [deal, contact, company, call, rep])
    client = clients[who]()
    for number in range(NUMBER // 3):
        started = time.monotonic()
        answer = hostile.send(client)
        assert answer.status < 500, (number, answer.body)
        assert time.monotonic() - started < 5
        if answer.status >= 400 and answer.body is not None:
            assert isinstance(answer.body.get("error"), str), answer.body
            assert set(answer.body) <= {"code", "error"}
        if answer.code == 209 and who == "rep":
            rep.is_active = True
            rep.save()
            client = clients[who]()
