"""The data dictionary: every field of the five classes, made at request time from the models behind them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from developers import words
from developers.audience import Audience, audiences
from parse.classes import CLASSES, Field
from records.definitions import CustomField
from records.fields import refresh

NAMES = ("_User", "Company", "Contact", "Deal", "Activity")
PASSWORD = Field("password", "String", required=True)
NEEDED_OF_PEOPLE = {"username", "email"}  # by the pages; of a Parse client's user only the name
AUTO = "auto"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it a spreadsheet takes UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute

ITSELF = gettext_lazy("the user themselves")
SERVER = gettext_lazy("nobody: the server keeps it")
NOBODY = gettext_lazy("nobody")


@dataclass(frozen=True)
class Entry:
    """One field. ``required``: True, False, or AUTO where the server fills it in. ``choices``: all it may hold."""

    class_name: str
    name: str
    type: str
    targets: tuple[str, ...]
    required: bool | str
    description: str
    example: Any
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    is_added: bool = False
    is_plain: bool = False
    choices: tuple[str, ...] = ()

    @property
    def type_in_words(self) -> str:
        return f"{self.type}<{'|'.join(self.targets)}>" if self.targets else self.type

    @property
    def is_kept(self) -> bool:
        return self.required == AUTO

    @property
    def required_in_words(self) -> str:
        return {True: _("required"), False: _("optional"), AUTO: _("by the server")}[self.required]

    @property
    def example_in_words(self) -> str:
        return json.dumps(self.example, ensure_ascii=False)

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name, "type": self.type}
        if len(self.targets) == 1:
            found["targetClass"] = self.targets[0]
        elif self.targets:
            found["targetClasses"] = list(self.targets)
        found |= {"required": self.required, "description": self.description, "example": self.example}
        if self.choices:
            found["choices"] = list(self.choices)
        return {**found, "read": list(self.readers), "write": list(self.writers), "added": self.is_added}


@dataclass(frozen=True)
class Described:
    """One class with its fields, in the order in which Parse lists them."""

    name: str
    description: str
    audience: Audience
    entries: tuple[Entry, ...]

    @property
    def own(self) -> list[Entry]:
        """The fields as the template's documents list them: without the ACL, which every row has."""
        return [entry for entry in self.entries if entry.type != "ACL"]

    @property
    def readers(self) -> tuple[str, ...]:
        """Of its fields, but for those that say otherwise."""
        return self._usual("readers")

    @property
    def writers(self) -> tuple[str, ...]:
        return self._usual("writers")

    @property
    def deleters(self) -> list[str]:
        return self.audience.of("delete")

    def _usual(self, who: str) -> tuple[str, ...]:
        counted = Counter(getattr(entry, who) for entry in self.entries if not entry.is_kept)
        return counted.most_common(1)[0][0]

    def as_json(self) -> dict[str, Any]:
        verbs = {"find": "view", "create": "add", "update": "change", "delete": "delete"}
        return {
            "className": self.name,
            "description": self.description,
            "permissions": {action: self.audience.of(verb) for action, verb in verbs.items()},
            "fields": [entry.as_json() for entry in self.entries],
        }


def described() -> list[Described]:
    """Three statements, and one more after an added field was changed."""
    refresh()
    allowed = audiences()
    return [_described(name, allowed[name]) for name in NAMES]


def _described(name: str, audience: Audience) -> Described:
    entries = tuple(_entry(name, field, audience) for field in fields_of(name))
    return Described(name, str(words.CLASSES[name]), audience, entries)


def fields_of(name: str) -> Iterator[Field]:
    """The fields of a class as Parse clients know them, those that were added, and the password, which is only sent."""
    fields = CLASSES[name].fields.values()
    added = [field for field in fields if field.definition]
    for field in fields:
        if field.name == "createdAt":
            yield from [PASSWORD] if name == "_User" else added
        if not field.definition:
            yield field


def _entry(name: str, field: Field, audience: Audience) -> Entry:
    definition = field.definition
    description, example = _words_of_added(definition, field) if definition else words.words_of(name, field.name)
    needed: bool | str = field.required or (name == "_User" and field.name in NEEDED_OF_PEOPLE)
    readers, writers = _who(name, field, audience)
    return Entry(
        class_name=name,
        name=field.name,
        type=field.type,
        targets=field.targets,
        required=AUTO if field.kept else needed,
        description=str(description),
        example=example,
        readers=tuple(str(one) for one in readers),
        writers=tuple(str(one) for one in writers),
        is_added=definition is not None,
        is_plain=field.is_plain,
        choices=tuple(definition.choices) if definition else (),
    )


def _words_of_added(one: CustomField, field: Field) -> tuple[str, Any]:
    described = f"{one.label}: {one.description}" if one.description else one.label
    if one.default is not None or one.choices:
        return described, one.default if one.default is not None else one.choices[0]
    return described, words.example_pointer(field.targets[0]) if field.targets else words.EXAMPLES[field.type]


def _who(name: str, field: Field, audience: Audience) -> tuple[list[Any], list[Any]]:
    """Who may read and write the field, of the rows that they see and may change."""
    reading: list[Any] = [*audience.of("view")]
    changing = audience.of("change")
    writing: list[Any] = sorted({*audience.of("add"), *changing})
    if name == "_User":
        reading, writing = [ITSELF, *reading], [ITSELF, *changing]
    if field.name == "password":
        reading = [NOBODY]
    if field.kept:
        writing = [SERVER]
    return reading, writing


# --- files ------------------------------------------------------------------------------------------------------------

HEAD = ("class", "field", "type", "required", "description", "example", "read", "write", "added")


def as_json(classes: list[Described]) -> str:
    return json.dumps({"classes": [one.as_json() for one in classes]}, ensure_ascii=False, indent=2) + "\n"


def as_csv(classes: list[Described]) -> str:
    written = io.StringIO()
    write = csv.writer(written).writerow
    write(HEAD)
    for one in classes:
        for entry in one.entries:
            required = entry.required if entry.is_kept else ("yes" if entry.required else "no")
            cells = (one.name, entry.name, entry.type_in_words, required, entry.description, entry.example_in_words)
            who = ("; ".join(entry.readers), "; ".join(entry.writers), "yes" if entry.is_added else "no")
            write([_inert(str(cell)) for cell in (*cells, *who)])
    return BOM + written.getvalue()


def _inert(text: str) -> str:
    """A text that begins as a formula does, with an apostrophe that makes it text again."""
    return f"'{text}" if text.startswith(FORMULA) else text
