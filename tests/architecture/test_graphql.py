"""No field of the GraphQL schema without a word on who is answered, and none that keeps another word than its own."""

import pytest
from django.test import Client
from graphql import (
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_union_type,
)

from parse.classes import CLASSES
from parse.graphql.columns import graph_classes
from parse.graphql.wording import written
from tests.parse.conftest import KEYS

# public: anybody with the keys. signed in: others are answered 101. own: nobody is told of another's rows. master.
VERBS = ("create", "update", "delete")
ROOTS = {
    **dict.fromkeys(["health", "signUp", "logInWith", "logIn", "logOut", "resetPassword"], "public"),
    **dict.fromkeys(["confirmResetPassword", "sendVerificationEmail", "challenge"], "public"),
    **dict.fromkeys(["node", "viewer", "createFile"], "own"),
    **dict.fromkeys(["class", "classes", "cloudConfig", "updateCloudConfig"], "master"),
    **dict.fromkeys([f"{verb}Class" for verb in VERBS], "master"),
    **dict.fromkeys(["deal", "deals", "contact", "contacts", "company", "companies"], "signed in"),
    **dict.fromkeys(["activity", "activities"], "signed in"),
    **dict.fromkeys(["live:deals", "live:contacts", "live:companies", "live:activities"], "signed in"),
    **{f"{verb}{title}": "signed in" for title in ("Deal", "Contact", "Company", "Activity") for verb in VERBS},
    **dict.fromkeys(["user", "users", "role", "roles", "session", "sessions"], "own"),
    **{f"{verb}{title}": "own" for title in ("User", "Role", "Session") for verb in VERBS},
}  # fmt: skip
# Types that hold no row: parts of one, or words about the schema.
PLAIN = {"ACL", "UserACL", "RoleACL", "PublicACL", "FileInfo", "GeoPoint", "Element", "PageInfo", "Viewer",
         "ConfigValue", "Class", "Query", "Mutation", "Subscription"}  # fmt: skip
ENDS = ("Edge", "Connection", "Payload", "Field", "Event")
REFUSED = {"signed in": {101}, "master": {119}, "own": {101, 119, 130, 142, 200, 206, 209}}


@pytest.fixture(scope="module")
def schema(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return build_schema(written(graph_classes(), []))


def roots(schema) -> dict:
    """Those of subscriptions are called ``live:deals``."""
    found = {
        name: (kind, one) for kind in (schema.query_type, schema.mutation_type) for name, one in kind.fields.items()
    }
    live = schema.subscription_type
    return found | {f"live:{name}": (live, one) for name, one in live.fields.items()}


def test_every_root_is_declared_and_nothing_else(schema):
    told = "say in ROOTS of tests/architecture/test_graphql.py who is answered by"
    assert [f"{told} {name}" for name in roots(schema) if name not in ROOTS] == []
    assert [name for name in ROOTS if name not in roots(schema)] == []


def test_every_type_is_a_class_with_a_permission_or_holds_no_row(schema):
    titles = {name.removeprefix("_"): parse_class for name, parse_class in CLASSES.items()}
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            assert name in titles or name in PLAIN or name.endswith(ENDS), f"{name}: whose rows are these?"
            if name in titles:
                assert {one.name for one in kind.interfaces} == {"ParseObject", "Node"}
                assert titles[name].permission("view")


def test_every_union_is_of_classes(schema):
    titles = {name.removeprefix("_") for name in CLASSES}
    unions = {name: kind for name, kind in schema.type_map.items() if is_union_type(kind)}
    assert unions
    for kind in unions.values():
        assert {one.name for one in kind.types} <= titles | {"Element"}


def value(kind) -> str:
    """The least that can be sent for it."""
    if is_non_null_type(kind):
        return value(kind.of_type)
    if is_list_type(kind):
        return "[]"
    if is_input_object_type(kind):
        needed = {name: one for name, one in kind.fields.items() if is_non_null_type(one.type) or name == "fields"}
        return "{" + ", ".join(f"{name}: {value(one.type)}" for name, one in needed.items()) + "}"
    if is_enum_type(kind):
        return next(iter(kind.values))
    return {"Object": "{a: 1}", "Upload": "null", "Boolean": "true", "Int": "1"}.get(kind.name, '"0000000000"')


def selection(kind, depth: int = 2) -> str:
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if is_union_type(named):
        return "{ __typename }"
    plain = [name for name, one in named.fields.items() if is_leaf_type(get_named_type(one.type))]
    deeper = [name for name, one in named.fields.items() if name not in plain and not one.args] if depth else []
    parts = [*plain, *(f"{name} {selection(named.fields[name].type, depth - 1)}" for name in deeper)]
    return "{ __typename " + " ".join(parts) + " }"


def asked(schema, name: str) -> str:
    kind, field = roots(schema)[name]
    given = ", ".join(f"{key}: {value(one.type)}" for key, one in field.args.items() if is_non_null_type(one.type))
    head = "query" if kind is schema.query_type else "mutation"
    return f"{head} {{ {name}{f'({given})' if given else ''} {selection(field.type, 1)} }}"


def test_a_stranger_gets_what_each_root_declares(schema, db, deal):
    wrong = []
    for name, declared in ROOTS.items():
        if name == "createFile" or name.startswith("live:"):  # want a file along, or a socket: see their own tests
            continue
        body = {"query": asked(schema, name)}
        answer = Client().post("/graphql", body, "application/json", headers=KEYS).json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        if declared != "public" and not (codes <= REFUSED[declared] and is_empty(answer.get("data"))):
            wrong.append(f"{name} ({declared}) was answered {answer}")
    assert not wrong, "\n".join(wrong)


def is_empty(found) -> bool:
    """Nothing but the names of types, noughts and nulls."""
    if isinstance(found, dict):
        return all(
            is_empty(each) for name, each in found.items() if name not in ("__typename", "startCursor", "endCursor")
        )
    return found in (None, [], 0, False)
