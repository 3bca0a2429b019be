"""Rows and pages of rows: a query's arguments and selection become one call of the REST face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from graphql import GraphQLField, GraphQLResolveInfo, get_named_type
from graphql.execution import get_argument_values

from parse import rows
from parse.errors import INVALID_QUERY, ParseError
from parse.graphql.columns import Column
from parse.graphql.context import Asking, plain
from parse.graphql.ids import cursor, offset_of
from parse.graphql.rendering import Render, Renderer
from parse.graphql.selections import Selected, Selection
from parse.graphql.wheres import where_of
from parse.queries import DEFAULT_LIMIT, MOST_ROWS

PAGED = {"hasNextPage", "hasPreviousPage"}


# --- which columns ----------------------------------------------------------------------------------------------------


def keys_of(asking: Asking, selections: list[Selection]) -> str:
    """The columns to be read, those of rows behind pointers with dots: ``title,contact.name``."""
    found = [path for selection in selections for path in _paths(asking, selection, "")]
    return ",".join(dict.fromkeys(found)) or "objectId"


def _paths(asking: Asking, selection: Selection, before: str) -> list[str]:
    found = []
    for title, fields in selection.by_type.items():
        graph_class = asking.graph.classes.get(asking.graph.names.get(title, ""))
        for one in fields:
            column = graph_class.column(one.name) if graph_class else None
            if one.name == "id":
                found.append(f"{before}objectId")
            elif column and column.type == "Pointer" and one.below:
                path = f"{before}{one.name}."
                found += _paths(asking, one.below, path) or [f"{path}objectId"]
            elif column and column.type != "Relation":
                found.append(f"{before}{one.name}")
    return found


# --- one row ----------------------------------------------------------------------------------------------------------


def row_of(asking: Asking, name: str, key: str, selections: list[Selection]) -> dict:
    """Raises 101 where there is none, or it is hidden."""
    asking.read()
    line = asking.line("GET", parameters={"keys": keys_of(asking, selections)})
    return plain(rows.get(line, name, key).body)


# --- pages ------------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """``from_end``: the last rows of all, so that they have to be counted first."""

    skip: int | None = None
    limit: int | None = None
    from_end: bool = False


def page_of(given: dict) -> Page:
    """As Parse works it out. Raises 102."""
    page = Page(_number(given, "skip"), _number(given, "first"))
    if given.get("after"):
        page.skip = (page.skip or 0) + _offset(given, "after") + 1
    if given.get("before"):
        _end_before(page, _offset(given, "before"))
    last = _number(given, "last")
    if last is None:
        return page
    if page.limit is None:
        page.limit, page.from_end = last, last > 0
    elif last < page.limit:
        page.skip, page.limit = (page.skip or 0) + page.limit - last, last
    return page


def _end_before(page: Page, before: int) -> None:
    skip = page.skip or 0
    if skip >= before:
        page.limit = 0
    elif page.limit is None or skip + page.limit > before:
        page.limit = before - skip


def _number(given: dict, name: str) -> int | None:
    value = given.get(name)
    if value is not None and value < 0:
        raise ParseError(INVALID_QUERY, f"{name.capitalize()} should be a positive number")
    return value


def _offset(given: dict, name: str) -> int:
    found = offset_of(given[name])
    if found is None:
        raise ParseError(INVALID_QUERY, f"{name.capitalize()} is not a valid cursor")
    return found


def connection_of(asking: Asking, name: str, given: dict, selection: Selection, around: dict | None = None) -> dict:
    """``{edges, pageInfo, count}``, as much of it as is asked for. ``around``: a condition beside those given."""
    page = page_of(given)
    where = where_of(asking.graph.classes, name, given.get("where"))
    where = {"$and": [around, where]} if around and where else around or where
    asked = selection.names()
    paged = {one for inner in selection.find("pageInfo") for one in inner.names()}
    nodes = selection.find("edges", "node")
    counts = "count" in asked or bool(paged & PAGED)
    parameters: dict[str, Any] = {"where": where, "keys": keys_of(asking, nodes)}
    if given.get("order"):
        parameters["order"] = ",".join(map(_order, given["order"]))
    total: int | None = None
    if page.from_end:
        total = _found(asking, name, {**parameters, "limit": 0, "count": 1})["count"]
        if (page.skip or 0) + (page.limit or 0) < total:
            page.skip = total - (page.limit or 0)
    parameters["limit"] = _limit(page) if nodes or paged or selection.find("edges") else 0
    parameters |= {"skip": page.skip or 0} | ({"count": 1} if counts and total is None else {})
    found = _found(asking, name, parameters)
    return _connection(found["results"], found.get("count") if total is None else total, page.skip)


def _limit(page: Page) -> int:
    return DEFAULT_LIMIT if page.limit is None else min(page.limit, MOST_ROWS)


def _found(asking: Asking, name: str, parameters: dict) -> dict:
    asking.read()
    return plain(rows.find(asking.line("GET", parameters=parameters), name).body)


def _order(word: str) -> str:
    name, _, way = word.rpartition("_")
    return ("-" if way == "DESC" else "") + ("objectId" if name == "id" else name)


def _connection(found: list[dict], total: int | None, given_skip: int | None) -> dict:
    skip = given_skip or 0
    return {
        "edges": [{"cursor": cursor(skip + index), "node": row} for index, row in enumerate(found)],
        "pageInfo": {
            "hasPreviousPage": bool(total) and skip > 0,
            "hasNextPage": (total or 0) > skip + len(found),
            "startCursor": cursor(skip),
            "endCursor": cursor(skip + (len(found) or 1) - 1),
        },
        "count": total,
    }


# --- the answer -------------------------------------------------------------------------------------------------------


def rendered(asking: Asking, info: GraphQLResolveInfo, kind: Any, selection: Selection, value: Any) -> Any:
    """``value``, as REST answers it, in the shape that was asked for."""

    def related(title: str, one: Selected) -> Render:
        return _relation(asking, info, renderer, title, one)

    renderer = Renderer(asking.graph.names, related)
    return renderer.of(kind, selection, f"{info.parent_type.name}.{info.field_name}")(value)


def _relation(asking: Asking, info: GraphQLResolveInfo, renderer: Renderer, title: str, one: Selected) -> Render:
    """The members of a role. Each role's are a list of their own, and count as one."""
    class_name = asking.graph.names[title]
    column = asking.graph.classes[class_name].column(one.name)
    column, below = cast(Column, column), cast(Selection, one.below)  # a field with arguments is a relation
    kind, target = cast(GraphQLField, one.type), column.targets[0]
    given = get_argument_values(kind, one.node, info.variable_values)
    render = renderer.object(get_named_type(kind.type).name, below)

    def of(row: dict) -> dict:
        held = {"__type": "Pointer", "className": class_name, "objectId": row["objectId"]}
        around = {"$relatedTo": {"object": held, "key": one.name}}
        return render(connection_of(asking, target, given, below, around))

    return of
