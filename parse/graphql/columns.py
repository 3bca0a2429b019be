"""The classes as GraphQL sees them: made of the one table of parse/classes.py, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from parse.classes import CLASSES, RECORDS, Field, ParseClass
from parse.schemas import UNSHOWN

KEPT = ("objectId", "createdAt", "updatedAt", "ACL")


@dataclass(frozen=True)
class Column:
    """``type``: Parse's word. ``is_input``: may only be sent, as a password.

    ``required``: of a new row. ``is_always``: no row is without; a field that was added may be missing in older ones.
    """

    name: str
    type: str
    targets: tuple[str, ...] = ()
    required: bool = False
    is_always: bool = False
    is_input: bool = False

    @property
    def is_open(self) -> bool:
        """A pointer to rows of one of several classes."""
        return self.type == "Pointer" and len(self.targets) > 1


@dataclass(frozen=True)
class GraphClass:
    """``name``: Parse's; ``title``: GraphQL's, without the underscore. ``columns``: in the order of their names."""

    name: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        return self.name.removeprefix("_")

    @property
    def single(self) -> str:
        return self.title[0].lower() + self.title[1:]

    @property
    def plural(self) -> str:
        return f"{self.single[:-1]}ies" if self.single.endswith("y") else f"{self.single}s"

    @property
    def own(self) -> tuple[Column, ...]:
        """What is not in every class."""
        return tuple(column for column in self.columns if column.name not in KEPT)

    @property
    def is_record(self) -> bool:
        return self.name in RECORDS

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def graph_classes() -> tuple[GraphClass, ...]:
    """As they are now; two answers are equal where the schema made of them would be."""
    return tuple(_graph_class(parse_class) for parse_class in sorted(CLASSES.values(), key=_place))


def _place(parse_class: ParseClass) -> tuple[bool, str]:
    return not parse_class.name.startswith("_"), parse_class.name


def _graph_class(parse_class: ParseClass) -> GraphClass:
    found = {name: _column(name, field) for name, field in parse_class.fields.items()}
    for name, unshown in UNSHOWN.get(parse_class.name, {}).items():
        found.setdefault(name, Column(name, unshown["type"], is_input=name == "password"))
    return GraphClass(parse_class.name, tuple(found[name] for name in sorted(found)))


def _column(name: str, field: Field) -> Column:
    added = field.definition
    required = field.required and (added is None or added.default is None)
    return Column(name, field.type, tuple(field.targets), required, is_always=field.required and added is None)


def titled(class_name: str) -> str:
    return class_name.removeprefix("_")
