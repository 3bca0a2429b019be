"""How much one query may ask for, counted before anything costly is done with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

LONGEST = 50_000  # characters
MOST_TOKENS = 5_000
DEEPEST = 20
MOST_FIELDS = 500  # fragments counted each time they are used
MOST_ROOTS = 50


class TooMuch(Exception):
    """Its text is for whoever asked."""


@dataclass
class Measure:
    """``fields`` and ``depth`` as parse-server counts them; ``names``: of all fields, to find introspection."""

    fields: int = 0
    depth: int = 0
    names: set[str] = field(default_factory=set)


def measured(document: DocumentNode) -> set[str]:
    """The names of the fields asked for. Raises TooMuch."""
    counter = _Counter(document)
    names: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, (OperationDefinitionNode, FragmentDefinitionNode)):
            found = counter.measure(definition.selection_set, frozenset(), 0)
            if found.fields > MOST_FIELDS:
                raise TooMuch(
                    f"Number of GraphQL fields ({_shown(found.fields)}) exceeds maximum allowed ({MOST_FIELDS})"
                )
            names |= found.names
            if isinstance(definition, OperationDefinitionNode):
                _refuse_many_roots(definition)
    return names


def _shown(number: int) -> str:
    return str(number) if number < 1_000_000 else "over a million"


def _refuse_many_roots(operation: OperationDefinitionNode) -> None:
    if len(operation.selection_set.selections) > MOST_ROOTS:
        raise TooMuch(f"An operation asks for {MOST_ROOTS} things at most.")


class _Counter:
    """Each fragment is counted once; one that leads to itself counts nothing there and is refused by the rules."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.known: dict[str, Measure] = {}

    def measure(self, selections: SelectionSetNode | None, within: frozenset[str], depth: int) -> Measure:
        found = Measure()
        if depth > DEEPEST:
            raise TooMuch(f"GraphQL query depth exceeds maximum allowed depth of {DEEPEST}")
        for one in selections.selections if selections else ():
            if isinstance(one, FieldNode):
                below = self.measure(one.selection_set, within, depth + 1)
                below = Measure(below.fields + 1, below.depth + 1, below.names | {one.name.value})
            elif isinstance(one, InlineFragmentNode):
                below = self.measure(one.selection_set, within, depth + 1)
            else:
                assert isinstance(one, FragmentSpreadNode)  # noqa: S101 - there is no fourth kind
                below = self._fragment(one.name.value, within)
            found.fields += below.fields
            found.depth = max(found.depth, below.depth)
            found.names |= below.names
        if found.depth > DEEPEST:
            raise TooMuch(f"GraphQL query depth of {found.depth} exceeds maximum allowed depth of {DEEPEST}")
        return found

    def _fragment(self, name: str, within: frozenset[str]) -> Measure:
        if name in within or name not in self.fragments:
            return Measure()
        if name not in self.known:
            if len(within) >= DEEPEST * 2:
                raise TooMuch("Fragments are nested too deeply.")
            self.known[name] = self.measure(self.fragments[name].selection_set, within | {name}, 0)
        return self.known[name]
