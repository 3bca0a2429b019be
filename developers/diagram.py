"""The entity-relationship diagram: what points to what, and its source in Mermaid's language."""

from __future__ import annotations

from dataclasses import dataclass

from developers.dictionary import Described, Entry


@dataclass(frozen=True)
class Relation:
    """That rows of ``source`` point to one of ``target``, by ``field``."""

    source: str
    field: str
    target: str

    @property
    def label(self) -> str:
        """``has`` where the pointer is named as what it points to: a company has contacts."""
        return "has" if self.field.lower() == self.target.lower() else self.field


def relations(classes: list[Described]) -> list[Relation]:
    """To the classes that are drawn, in their order; by class that is pointed to, as the template lists them."""
    names = [one.name for one in classes]
    found = [Relation(one.name, entry.name, target) for one in classes for entry in one.own for target in entry.targets]
    return [relation for relation in found if relation.target in names]


def mermaid(classes: list[Described]) -> str:
    lines = ["erDiagram"]
    for one in classes:
        lines += [f"    {one.name} {{", *(f"        {_attribute(entry)}" for entry in one.own), "    }"]
    lines += [f'    {each.target} ||--o{{ {each.source} : "{each.label}"' for each in relations(classes)]
    return "\n".join(lines) + "\n"


def _attribute(entry: Entry) -> str:
    key = {"objectId": " PK"}.get(entry.name, " FK" if entry.type == "Pointer" else "")
    return f"{entry.type} {entry.name}{key}"
