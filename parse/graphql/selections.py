"""What a query asks for below one of its roots, with fragments and directives worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields


@dataclass
class Selected:
    """One field: ``key`` is its name in the answer. ``below``: of what is no leaf."""

    key: str
    name: str
    node: FieldNode
    type: GraphQLField | None
    below: Selection | None


@dataclass
class Selection:
    """The fields asked of a value, by the name of each type that it may have."""

    by_type: dict[str, list[Selected]] = field(default_factory=dict)

    def of(self, type_name: str) -> list[Selected]:
        return self.by_type.get(type_name, [])

    def find(self, *path: str) -> list[Selection]:
        """What is asked at the end of a path of names, once for each time that it is asked."""
        found = [self]
        for name in path:
            found = [
                one.below
                for selection in found
                for fields in selection.by_type.values()
                for one in fields
                if one.name == name and one.below is not None
            ]
        return found

    def names(self) -> set[str]:
        return {one.name for fields in self.by_type.values() for one in fields} - {"__typename"}


class Collector:
    def __init__(self, info: GraphQLResolveInfo) -> None:
        self.schema = info.schema
        self.operation = info.operation
        self.values = info.variable_values
        self.fragments = {name: FragmentDetails(one) for name, one in info.fragments.items()}

    def below(self, named: Any, details: list[FieldDetails]) -> Selection:
        types: list[Any] = list(self.schema.get_possible_types(named)) if is_abstract_type(named) else [named]
        return Selection({one.name: self._fields(one, details) for one in types})

    def _fields(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> list[Selected]:
        grouped = collect_subfields(self.schema, self.fragments, self.values, self.operation, kind, details)
        return [self._selected(kind, key, found) for key, found in grouped.grouped_field_set.items()]

    def _selected(self, kind: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Selected:
        node = details[0].node
        declared = kind.fields.get(node.name.value)
        named = get_named_type(declared.type) if declared else None
        below = None if named is None or is_leaf_type(named) else self.below(named, details)
        return Selected(key, node.name.value, node, declared, below)


def selection_of(info: GraphQLResolveInfo) -> Selection:
    details = [FieldDetails(node, None) for node in info.field_nodes]
    return Collector(info).below(get_named_type(info.return_type), details)
