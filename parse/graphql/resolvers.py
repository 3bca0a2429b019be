"""What answers each field of Query and Mutation: a call of the REST face, and its answer in the shape asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from graphql import GraphQLObjectType, GraphQLResolveInfo

from parse import rows
from parse.graphql import accounts, definitions
from parse.graphql.columns import GraphClass
from parse.graphql.context import Asking, Graph
from parse.graphql.ids import object_id, parts_of
from parse.graphql.reading import connection_of, rendered, row_of
from parse.graphql.selections import Selection, selection_of
from parse.graphql.writing import body_of, makes_rows
from records.transactions import atomically

Answer = Callable[[Asking, dict, Selection], Any]


@dataclass(frozen=True)
class Done:
    """What is in its shape already, and is not to be looked into by the library."""

    value: Any


def teach(graph: Graph) -> None:
    """Gives each field of the roots its resolver."""
    query = cast(GraphQLObjectType, graph.schema.query_type)
    mutation = cast(GraphQLObjectType, graph.schema.mutation_type)
    for graph_class in graph.classes.values():
        query.fields[graph_class.single].resolve = _resolver(partial(_get, graph_class))
        query.fields[graph_class.plural].resolve = _resolver(partial(_find, graph_class))
        for verb, change in CHANGES.items():
            mutation.fields[f"{verb}{graph_class.title}"].resolve = _resolver(partial(_input_of, change, graph_class))
    for name, answer in QUERIES.items():
        query.fields[name].resolve = _resolver(answer)
    for name, told in MUTATIONS.items():
        if name in mutation.fields:
            mutation.fields[name].resolve = _resolver(partial(_told, told))


def _resolver(answer: Answer) -> Callable[..., Done]:
    def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Done:
        asking: Asking = info.context
        try:
            selection = selection_of(info)
            found = answer(asking, given, selection)
            return Done(rendered(asking, info, info.return_type, selection, found))
        except Exception as error:
            raise asking.told(error) from error

    return resolve


# --- questions --------------------------------------------------------------------------------------------------------


def _get(graph_class: GraphClass, asking: Asking, given: dict, selection: Selection) -> dict:
    return row_of(asking, graph_class.name, object_id(graph_class.name, given["id"]), [selection])


def _find(graph_class: GraphClass, asking: Asking, given: dict, selection: Selection) -> dict:
    return connection_of(asking, graph_class.name, given, selection)


def _node(asking: Asking, given: dict, selection: Selection) -> dict:
    name, key = parts_of(given["id"])
    title = name.removeprefix("_")
    asked = Selection({title: selection.of(title)})
    return {**row_of(asking, name, key, [asked]), "__typename": title}


QUERIES: dict[str, Answer] = {
    "health": lambda asking, given, selection: True,
    "node": _node,
    "viewer": lambda asking, given, selection: accounts.viewer(asking, given),
    "class": lambda asking, given, selection: definitions.one(asking, given),
    "classes": lambda asking, given, selection: definitions.listed(asking, given),
    "cloudConfig": lambda asking, given, selection: accounts.cloud_config(asking, given),
}


# --- changes ----------------------------------------------------------------------------------------------------------


def _input_of(change: Callable, graph_class: GraphClass, asking: Asking, given: dict, selection: Selection) -> dict:
    sent = given["input"]
    asked = selection.find(graph_class.single)
    row = change(graph_class.name, asking, sent, asked)
    return {graph_class.single: row, "clientMutationId": sent.get("clientMutationId")}


def _create(name: str, asking: Asking, sent: dict, asked: list[Selection]) -> dict:
    def create() -> Any:
        body = body_of(asking, name, sent.get("fields"))
        return rows.create(asking.line("POST", f"/classes/{name}", body), name).body

    made = _together(create, sent)
    return _read_back(name, asking, made["objectId"], asked)


def _update(name: str, asking: Asking, sent: dict, asked: list[Selection]) -> dict:
    key = object_id(name, sent["id"])

    def update() -> Any:
        body = body_of(asking, name, sent.get("fields"))
        return rows.update(asking.line("PUT", f"/classes/{name}/{key}", body), name, key)

    _together(update, sent)
    return _read_back(name, asking, key, asked)


def _together(work: Callable[[], Any], sent: dict) -> Any:
    """Rows that are made on the way stay only if the one they are made for does."""
    return atomically(work) if makes_rows(sent.get("fields")) else work()


def _read_back(name: str, asking: Asking, key: str, asked: list[Selection]) -> dict:
    """As it is now, which the caller may not be allowed to see: then 101, as in Parse, and the row stays."""
    return row_of(asking, name, key, asked) if asked else {"objectId": key}


def _delete(name: str, asking: Asking, sent: dict, asked: list[Selection]) -> dict:
    """Answers the row as it was."""
    key = object_id(name, sent["id"])
    names = {one for selection in asked for one in selection.names()}
    row = row_of(asking, name, key, asked) if names - {"id", "objectId"} else {"objectId": key}
    rows.delete(asking.line("DELETE", f"/classes/{name}/{key}"), name, key)
    return row


CHANGES = {"create": _create, "update": _update, "delete": _delete}


def _told(change: Callable[[Asking, dict], dict], asking: Asking, given: dict, selection: Selection) -> dict:
    sent = given["input"]
    return {**change(asking, sent), "clientMutationId": sent.get("clientMutationId")}


MUTATIONS: dict[str, Callable[[Asking, dict], dict]] = {
    "createFile": accounts.create_file,
    "signUp": accounts.sign_up,
    "logInWith": accounts.log_in_with,
    "logIn": accounts.log_in,
    "logOut": accounts.log_out,
    "resetPassword": accounts.reset_password,
    "confirmResetPassword": accounts.confirm_reset_password,
    "sendVerificationEmail": accounts.send_verification_email,
    "challenge": accounts.challenge,
    "callCloudCode": accounts.call_cloud_code,
    "createClass": definitions.create,
    "updateClass": definitions.update,
    "deleteClass": definitions.delete,
    "updateCloudConfig": accounts.update_cloud_config,
}
