"""The types of each class, written in GraphQL's own language. Names and shapes are Parse's."""

from __future__ import annotations

from pathlib import Path

from parse.graphql.columns import Column, GraphClass, titled

BASE = [Path(__file__).with_name("sdl") / f"{name}.graphql" for name in ("values", "classes", "roots")]
SCALARS = {"String": "String", "Number": "Float", "Boolean": "Boolean", "Object": "Object", "Date": "Date"}
OUTPUTS = {**SCALARS, "Array": "[ArrayResult]", "File": "FileInfo", "Bytes": "Bytes", "ACL": "ACL!",
           "GeoPoint": "GeoPoint", "Polygon": "[GeoPoint!]"}  # fmt: skip
INPUTS = {**SCALARS, "Array": "[Any]", "File": "FileInput", "Bytes": "Bytes", "ACL": "ACLInput",
          "GeoPoint": "GeoPointInput", "Polygon": "[GeoPointInput!]"}  # fmt: skip
CONDITIONS = {name: f"{name}WhereInput" for name in ("String", "Number", "Boolean", "Array", "Object", "Date", "File",
                                                     "Bytes", "GeoPoint", "Polygon")}  # fmt: skip
CONDITIONS["ACL"] = "ObjectWhereInput"
HEAD = "id: ID!, objectId: ID!, createdAt: Date!, updatedAt: Date!, ACL: ACL!"
OPTIONS = "options: ReadOptionsInput"


def written(classes: tuple[GraphClass, ...], functions: list[str]) -> str:
    """The whole schema as text."""
    parts = [path.read_text() for path in BASE]
    for graph_class in classes:
        parts += [_output(graph_class), _inputs(graph_class), _where(graph_class, classes), _payloads(graph_class)]
        parts += [_union(graph_class, column, classes) for column in graph_class.own if column.is_open]
        parts.append(_roots(graph_class))
    parts.append(_live([graph_class for graph_class in classes if graph_class.is_record]))
    titles = " | ".join(graph_class.title for graph_class in classes)
    parts.append(f"union ArrayResult = Element | {titles}")
    user = next(graph_class for graph_class in classes if graph_class.name == "_User")
    fields = [column for column in user.own if column.name not in ("password", "username", "authData")]
    parts.append(_block("input UserLoginWithInput", ["ACL: ACLInput", *(_input(user, one) for one in fields)]))
    return "\n\n".join([*parts, *_functions(functions)])


def _block(head: str, lines: list[str], words: str = "") -> str:
    body = "\n  ".join(lines)
    return f'"{words}"\n{head} {{\n  {body}\n}}' if words else f"{head} {{\n  {body}\n}}"


def union_name(graph_class: GraphClass, column: Column) -> str:
    return f"{graph_class.title}{column.name[0].upper()}{column.name[1:]}"


def find_arguments(title: str) -> str:
    where = f"where: {title}WhereInput, order: [{title}Order!]"
    return f"{where}, skip: Int, after: String, first: Int, before: String, last: Int, {OPTIONS}"


# --- rows -------------------------------------------------------------------------------------------------------------


def _output(graph_class: GraphClass) -> str:
    title = graph_class.title
    extra = ["authDataResponse: Object"] if graph_class.name == "_User" else []
    own = [_output_field(graph_class, column) for column in graph_class.own if not column.is_input]
    row = _block(f"type {title} implements ParseObject & Node", [HEAD, *extra, *own], f"A row of the class {title}.")
    return f"""{row}

type {title}Edge {{ node: {title}, cursor: String! }}

type {title}Connection {{ pageInfo: PageInfo!, edges: [{title}Edge], count: Int! }}"""


def _output_field(graph_class: GraphClass, column: Column) -> str:
    if column.type == "Relation":
        target = titled(column.targets[0])
        return f"{column.name}({find_arguments(target)}): {target}Connection!"
    if column.type == "Pointer":
        return f"{column.name}: {union_name(graph_class, column) if column.is_open else titled(column.targets[0])}"
    return f"{column.name}: {OUTPUTS[column.type]}{'!' if column.is_always else ''}"


# --- what is sent -----------------------------------------------------------------------------------------------------


def _inputs(graph_class: GraphClass) -> str:
    title = graph_class.title
    created = [_input(graph_class, column, "!" if column.required else "") for column in graph_class.own]
    updated = [_input(graph_class, column) for column in graph_class.own]
    return f"""{_block(f"input Create{title}FieldsInput", ["ACL: ACLInput", *created])}

{_block(f"input Update{title}FieldsInput", ["ACL: ACLInput", *updated])}

"A row that there is, by either id, or one that is made with it."
input {title}PointerInput {{ link: ID, createAndLink: Create{title}FieldsInput }}

input {title}RelationInput {{ add: [ID!], remove: [ID!], createAndAdd: [Create{title}FieldsInput!] }}"""


def _input(graph_class: GraphClass, column: Column, bang: str = "") -> str:
    if column.type in ("Pointer", "Relation"):
        base = union_name(graph_class, column) if column.is_open else titled(column.targets[0])
        return f"{column.name}: {base}{column.type}Input{bang}"
    return f"{column.name}: {INPUTS[column.type]}{bang}"


def _where(graph_class: GraphClass, classes: tuple[GraphClass, ...]) -> str:
    title = graph_class.title
    fields = [f"{column.name}: {_condition(graph_class, column)}" for column in graph_class.columns]
    orders = [f"{name}_{way}" for name in [*(one.name for one in graph_class.columns), "id"] for way in ("ASC", "DESC")]
    return f"""{_block(f"input {title}WhereInput", [*fields, "id: IdWhereInput", *_combined(title)])}

"Conditions on the row behind a pointer."
input {title}RelationWhereInput {{ have: {title}WhereInput, haveNot: {title}WhereInput, exists: Boolean }}

{_block(f"enum {title}Order", orders)}"""


def _combined(title: str) -> list[str]:
    return [f"{word}: [{title}WhereInput!]" for word in ("OR", "AND", "NOR")]


def _condition(graph_class: GraphClass, column: Column) -> str:
    if column.name == "objectId":
        return "IdWhereInput"
    if column.type in ("Pointer", "Relation"):
        base = union_name(graph_class, column) if column.is_open else titled(column.targets[0])
        return f"{base}RelationWhereInput"
    return CONDITIONS[column.type]


# --- pointers to rows of several classes ------------------------------------------------------------------------------


def _union(graph_class: GraphClass, column: Column, classes: tuple[GraphClass, ...]) -> str:
    """``have`` takes the columns of all the classes: a row of a class without one of them does not have it."""
    name = union_name(graph_class, column)
    targets = [one for one in classes if one.name in column.targets]
    conditions: dict[str, str] = {}
    for target in targets:
        for one in target.columns:
            conditions.setdefault(one.name, _condition(target, one))
    lines = [f"{field}: {kind}" for field, kind in sorted(conditions.items())]
    made = [f"{one.single}: Create{one.title}FieldsInput" for one in targets]
    return f""""A row of one of several classes: ask with ... on {targets[0].title}."
union {name} = {" | ".join(one.title for one in targets)}

{_block(f"enum {name}Class", [one.title for one in targets])}

"A row that there is, by its global id, or by its objectId and class; or one that is made with it."
input {name}PointerInput {{ link: ID, class: {name}Class, createAndLink: Create{name}Input }}

{_block(f"input Create{name}Input", made, "One of them.")}

{_block(f"input {name}WhereInput", [*lines, "id: IdWhereInput", *_combined(name)])}

input {name}RelationWhereInput {{ have: {name}WhereInput, haveNot: {name}WhereInput, exists: Boolean }}"""


# --- what can be asked and done ---------------------------------------------------------------------------------------


def _payloads(graph_class: GraphClass) -> str:
    title, single = graph_class.title, graph_class.single
    inputs = {"Create": f"fields: Create{title}FieldsInput", "Update": f"id: ID!, fields: Update{title}FieldsInput",
              "Delete": "id: ID!"}  # fmt: skip
    return "\n\n".join(
        f"input {verb}{title}Input {{ {fields}, clientMutationId: String }}\n\n"
        f"type {verb}{title}Payload {{ {single}: {title}!, clientMutationId: String }}"
        for verb, fields in inputs.items()
    )


def _roots(graph_class: GraphClass) -> str:
    title, single, plural = graph_class.title, graph_class.single, graph_class.plural
    queries = [
        f'"One {title}, by either id."\n  {single}(id: ID!, {OPTIONS}): {title}!',
        f'"The rows of {title} that you may read."\n  {plural}({find_arguments(title)}): {title}Connection!',
    ]
    mutations = [
        f"{verb.lower()}{title}(input: {verb}{title}Input!): {verb}{title}Payload"
        for verb in ("Create", "Update", "Delete")
    ]
    return f"{_block('extend type Query', queries)}\n\n{_block('extend type Mutation', mutations)}"


def _live(classes: list[GraphClass]) -> str:
    """What Parse has no words for: its live queries, asked for in this language."""
    fields = [
        f'"Changes of rows that match before them, after them or both."\n'
        f"  {one.plural}(where: {one.title}WhereInput, events: [RowEvent!]): {one.title}Event!"
        for one in classes
    ]
    events = [
        f"type {one.title}Event {{ event: RowEvent!, objectId: ID!, {one.single}: {one.title}, original: {one.title} }}"
        for one in classes
    ]
    return "\n\n".join([_block("type Subscription", fields), *events])


def _functions(names: list[str]) -> list[str]:
    """The functions that hook modules registered, where there are any."""
    if not names:
        return []
    return [
        _block("enum CloudCodeFunction", names),
        "input CallCloudCodeInput { functionName: CloudCodeFunction!, params: Object, clientMutationId: String }",
        "type CallCloudCodePayload { result: Any, clientMutationId: String }",
        "extend type Mutation { callCloudCode(input: CallCloudCodeInput!): CallCloudCodePayload }",
    ]
