"""The schema of the classes as they are now, made anew when a column comes or goes."""

from __future__ import annotations

from threading import Lock

from graphql import build_schema

from parse.classes import CLASSES
from parse.graphql import live, resolvers, scalars
from parse.graphql.accounts import function_names
from parse.graphql.columns import graph_classes
from parse.graphql.context import Graph
from parse.graphql.wording import written

_made: dict[str, tuple[object, Graph]] = {}
_making = Lock()


def graph() -> Graph:
    """Compared by the columns themselves: those that did not change are the same objects, so it costs little."""
    stamp = tuple(tuple(one.fields.values()) for one in CLASSES.values())
    known = _made.get("graph")
    if known is None or known[0] != stamp:
        with _making:
            known = _made["graph"] = (stamp, _graph())
    return known[1]


def _graph() -> Graph:
    classes = graph_classes()
    schema = build_schema(written(classes, function_names()), assume_valid=True, assume_valid_sdl=True)
    found = Graph(schema, {one.name: one for one in classes})
    scalars.teach(schema)
    resolvers.teach(found)
    live.teach(found)
    return found
