"""The roots of Subscription: what they want to hear of, and what they are told once it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from graphql import GraphQLObjectType, GraphQLResolveInfo

from parse.errors import NOT_FOUND, ParseError
from parse.graphql.columns import GraphClass
from parse.graphql.context import Asking, Graph
from parse.graphql.reading import rendered, row_of
from parse.graphql.resolvers import Done
from parse.graphql.selections import Selection, selection_of
from parse.graphql.wheres import where_of

KINDS = ("CREATE", "UPDATE", "ENTER", "LEAVE", "DELETE")
BARE = {"id", "objectId"}  # what a pointer tells by itself


@dataclass
class Wanting:
    """As the root of an operation that is only looked at, it is told there what the subscription wants."""

    class_name: str = ""
    where: dict = field(default_factory=dict)
    events: tuple[str, ...] = KINDS
    follows: bool = False  # pointers, so that rows have to be read once more


@dataclass
class Happened:
    """``row`` is None where the listener may not see it any more."""

    event: str
    key: str
    row: dict | None
    original: dict | None


def happened(message: dict) -> Happened:
    """From a message of a live query."""
    row = message["object"]
    return Happened(
        message["op"].upper(), row["objectId"], row if "createdAt" in row else None, message.get("original")
    )


def teach(graph: Graph) -> None:
    subscription = cast(GraphQLObjectType, graph.schema.subscription_type)
    for graph_class in graph.classes.values():
        if graph_class.is_record:
            subscription.fields[graph_class.plural].resolve = _resolver(graph_class)


def _resolver(graph_class: GraphClass) -> Callable[..., Done]:
    def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Done:
        asking: Asking = info.context
        try:
            selection = selection_of(info)
            if isinstance(source, Wanting):
                _note(source, graph_class, asking, given, selection)
                return Done(None)
            value = _value(source, graph_class, asking, selection)
            return Done(rendered(asking, info, info.return_type, selection, value))
        except Exception as error:
            raise asking.told(error) from error

    return resolve


def _note(wanting: Wanting, graph_class: GraphClass, asking: Asking, given: dict, selection: Selection) -> None:
    wanting.class_name = graph_class.name
    wanting.where = where_of(asking.graph.classes, graph_class.name, given.get("where"), is_live=True)
    wanting.events = tuple(given.get("events") or KINDS)
    wanting.follows = bool(_followed(graph_class, selection))


def _followed(graph_class: GraphClass, selection: Selection) -> set[str]:
    """The pointers of which more is asked than an id."""
    pointers = [one.name for one in graph_class.own if one.type == "Pointer"]
    rows = [*selection.find(graph_class.single), *selection.find("original")]
    return {name for name in pointers for row in rows for behind in row.find(name) if behind.names() - BARE}


def _value(source: Happened, graph_class: GraphClass, asking: Asking, selection: Selection) -> dict:
    followed = _followed(graph_class, selection)
    bare = partial(_without, followed)
    row = bare(source.row)
    if row is not None and followed and source.event in ("CREATE", "UPDATE", "ENTER"):
        row = _read_again(source, graph_class, asking, selection)
    return {
        "event": source.event,
        "objectId": source.key,
        graph_class.single: row,
        "original": bare(source.original),
    }


def _read_again(source: Happened, graph_class: GraphClass, asking: Asking, selection: Selection) -> dict | None:
    """With what is behind its pointers, as the listener may see it now."""
    try:
        return row_of(asking, graph_class.name, source.key, selection.find(graph_class.single))
    except ParseError as error:
        if error.code != NOT_FOUND:
            raise
        return None


def _without(names: set[str], row: dict | None) -> dict | None:
    """Of a row that is past, what was behind its pointers is not known."""
    return None if row is None else {name: value for name, value in row.items() if name not in names}
