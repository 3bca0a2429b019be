"""What is sent over HTTP and how it is answered, apart from rows."""

import hashlib
import json
from urllib.parse import quote

import pytest

from parse import door
from tests.parse.conftest import KEYS

HEALTH = {"query": "{ health }"}
GOOD = {"data": {"health": True}}


@pytest.fixture
def get(as_rep):
    def ask(query: str, **headers: str):
        return as_rep.http.get(f"/graphql?query={quote(query)}", headers=as_rep.headers | headers)

    return ask


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Parse-Application-Id": "parsley"}, {**KEYS, "X-Parse-REST-API-Key": "wrong"},
     {"X-Parse-Application-Id": "parsley", "X-Parse-Master-Key": "wrong"}],
)  # fmt: skip
def test_wrong_keys_are_403_as_at_parse(nobody, headers):
    nobody.headers = headers
    reply = nobody.send(HEALTH)
    assert (reply.status, reply.body) == (403, {"error": "unauthorized"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "POST body missing"),
        ([HEALTH], "batching"),
        ({"query": 5}, "strings"),
        ({"query": ""}, "non-empty"),
        ({"query": "{ health }", "variables": "x"}, "variables"),
        ({"query": "{ health }", "operationName": 5}, "operationName"),
        ({"query": "{ health }", "operationName": "nosuch"}, "nosuch"),
        ({"query": "query A { health } query B { health }"}, "operation name"),
        ({"query": "{"}, "Syntax Error"),
        ({"query": "{ nosuch }"}, "nosuch"),
        ({"query": "subscription { nosuch }"}, "subscription"),
    ],
)
def test_what_cannot_be_executed_is_400_and_says_why(as_rep, body, words):
    reply = as_rep.send(body)
    assert reply.status == 400
    assert words.lower() in reply.errors[0]["message"].lower()
    assert "data" not in reply.body


@pytest.mark.parametrize("raw", [b"nonsense", b'"text"', b"\xff", b"{"])
def test_body_that_is_no_json_is_400(as_rep, raw):
    assert as_rep.send(raw).status == 400


def test_one_operation_of_several_is_chosen(as_rep):
    query = "query A { health } query B { b: health }"
    assert as_rep.send({"query": query, "operationName": "B"}).body == {"data": {"b": True}}


def test_questions_come_by_get_and_changes_do_not(get):
    assert get("{ health }").json() == GOOD
    refused = get("mutation { logOut(input: {}) { ok } }")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(as_rep, method):
    assert as_rep.http.generic(method, "/graphql", headers=as_rep.headers).status_code == 405


def test_any_origin_may_ask(nobody):
    answer = nobody.http.options("/graphql")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Parse-Session-Token" in answer.headers["Access-Control-Allow-Headers"]
    assert nobody.send(HEALTH).headers["Access-Control-Allow-Origin"] == "*"
    nobody.headers = {}
    assert nobody.send(HEALTH).headers["Access-Control-Allow-Origin"] == "*"


def test_query_is_sent_once_and_by_its_hash_after_that(as_rep):
    query = "{ once: health }"
    wanted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    unknown = as_rep.send({"extensions": wanted})
    assert (unknown.status, unknown.code) == (200, "PERSISTED_QUERY_NOT_FOUND")
    answer = {"data": {"once": True}}
    assert as_rep.send({"query": query, "extensions": wanted}).body == answer
    assert as_rep.send({"extensions": wanted}).body == answer
    assert as_rep.send({"query": "{ other: health }", "extensions": wanted}).status == 400


def test_newer_media_type_is_answered_to_who_asks_for_it(get):
    kind = "application/graphql-response+json"
    assert get("{ health }", Accept=kind).headers["Content-Type"].startswith(kind)
    assert get("{ health }").headers["Content-Type"] == "application/json; charset=utf-8"


def test_answer_is_the_same_in_front_of_the_middleware(as_rep, deal):
    data = json.dumps({"query": "{ deals { edges { node { title } } } }"}).encode()
    sent = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(data)), **as_rep.headers}
    headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    assert door.takes(scope)
    status, _, content = door.answer(scope, data)
    assert (status, json.loads(content)) == (200, {"data": {"deals": {"edges": [{"node": {"title": "Rollout"}}]}}})


def test_errors_of_one_root_leave_the_others_where_null_may_be(as_rep, deal):
    reply = as_rep('{ node(id: "RGVhbDpub3Bl") { id } health }')
    assert reply.body["data"] == {"node": None, "health": True}
    assert (reply.code, reply.errors[0]["path"]) == (101, ["node"])
