"""The classes as types of TypeScript, PHP and Python, to be kept beside a client's code.

The names are those of the wire; a date is a Date there, so each type brings along how it is read and written.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable

from developers.dictionary import Described, Entry

NOTE = "Made by Parsley from its schema, custom fields included. Download it again when the schema changes."
SENT = "What may be sent: without what the server keeps and what is not set."
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def type_name(name: str) -> str:
    """_User is User: a leading underscore means something else in these languages."""
    return name.removeprefix("_")


def comment(text: str) -> str:
    """One line that ends no comment and no string."""
    return " ".join(text.replace("*/", "* /").replace("\\", "/").replace('"', "'").split())


# --- TypeScript -------------------------------------------------------------------------------------------------------

TYPESCRIPT_HEAD = """\
// {note}

export interface Pointer<Name extends string = string> {{ __type: 'Pointer'; className: Name; objectId: string }}
export interface ParseDate {{ __type: 'Date'; iso: string }}
export interface ParseFile {{ __type: 'File'; name: string; url?: string }}
export type ACL = Record<string, {{ read?: boolean; write?: boolean }}>;

export const toDate = (value: ParseDate | string): Date => new Date(typeof value === 'string' ? value : value.iso);
export const fromDate = (value: Date): ParseDate => ({{ __type: 'Date', iso: value.toISOString() }});
export const pointer = <Name extends string>(className: Name, objectId: string): Pointer<Name> =>
  ({{ __type: 'Pointer', className, objectId }});
"""
TYPESCRIPT = {
    "String": "string",
    "Number": "number",
    "Boolean": "boolean",
    "Date": "ParseDate",
    "Array": "unknown[]",
    "Object": "Record<string, unknown>",
    "File": "ParseFile",
    "ACL": "ACL",
}


def typescript(classes: list[Described]) -> str:
    parts = [TYPESCRIPT_HEAD.format(note=NOTE), *(_interface(one) for one in classes)]
    lines = [f"  {one.name}: {type_name(one.name)};" for one in classes]
    return "\n".join([*parts, "export interface Classes {", *lines, "}", ""])


def _interface(one: Described) -> str:
    """As it is read, where only what is required is certain; and without what the server keeps, as it is sent."""
    name = type_name(one.name)
    lines = [f"/** {comment(one.description)} */", f"export interface {name} {{"]
    for entry in one.entries:
        sure = "" if entry.required and entry.name != "password" else "?"
        lines += [f"  /** {comment(entry.description)} */"] if entry.description else []
        lines.append(f"  {entry.name}{sure}: {_typescript_type(entry)};")
    kept = " | ".join(f"'{entry.name}'" for entry in one.entries if entry.is_kept)
    return "\n".join([*lines, "}", f"export type New{name} = Omit<{name}, {kept}>;", ""])


def _typescript_type(entry: Entry) -> str:
    if entry.choices:
        return " | ".join(json.dumps(choice) for choice in entry.choices)
    if entry.targets:
        return f"Pointer<{' | '.join(json.dumps(target) for target in entry.targets)}>".replace('"', "'")
    return "string" if entry.is_plain else TYPESCRIPT.get(entry.type, "unknown")


# --- PHP --------------------------------------------------------------------------------------------------------------

PHP_HEAD = """\
<?php
// {note}
declare(strict_types=1);

namespace Parsley;

final class Pointer
{{
    public function __construct(public readonly string $className, public readonly string $objectId)
    {{
    }}

    public static function of(array $value): self
    {{
        return new self($value['className'], $value['objectId']);
    }}

    public function sent(): array
    {{
        return ['__type' => 'Pointer', 'className' => $this->className, 'objectId' => $this->objectId];
    }}
}}

final class Dates
{{
    public static function read(array|string $value): \\DateTimeImmutable
    {{
        return new \\DateTimeImmutable(is_array($value) ? $value['iso'] : $value);
    }}

    public static function sent(\\DateTimeInterface $value): array
    {{
        $utc = \\DateTimeImmutable::createFromInterface($value)->setTimezone(new \\DateTimeZone('UTC'));
        return ['__type' => 'Date', 'iso' => $utc->format('Y-m-d\\TH:i:s.v\\Z')];
    }}
}}
"""
PHP = {
    "String": "string",
    "Number": "int|float",
    "Boolean": "bool",
    "Date": "\\DateTimeImmutable",
    "Array": "array",
    "Object": "array",
    "File": "array",
    "ACL": "array",
    "Pointer": "Pointer",
}


def php(classes: list[Described]) -> str:
    return "\n".join([PHP_HEAD.format(note=NOTE), *(_php_class(one) for one in classes)])


def _php_class(one: Described) -> str:
    entries = [entry for entry in one.entries if entry.name != "this"]
    lines = [f"/** {comment(one.description)} */", f"final class {type_name(one.name)}", "{"]
    lines += ["    public function __construct("]
    for entry in entries:
        lines += [f"        /** {comment(entry.description)} */"] if entry.description else []
        lines.append(f"        public readonly {_php_type(entry)} ${entry.name} = null,")
    lines += [
        "    ) {",
        "    }",
        "",
        "    public static function of(array $row): self",
        "    {",
        "        return new self(",
    ]
    lines += [f"            {entry.name}: {_php_read(entry)}," for entry in entries]
    lines += [
        "        );",
        "    }",
        "",
        f"    /** {SENT} */",
    ]
    lines += ["    public function sent(): array", "    {", "        return array_filter(["]
    lines += [f"            '{entry.name}' => {_php_sent(entry)}," for entry in entries if not entry.is_kept]
    return "\n".join([*lines, "        ], fn ($value) => $value !== null);", "    }", "}", ""])


def _php_type(entry: Entry) -> str:
    known = PHP.get(entry.type, "mixed")
    return known if known == "mixed" else f"{known}|null"


def _php_read(entry: Entry) -> str:
    value = f"$row['{entry.name}']"
    reader = {"Date": "Dates::read", "Pointer": "Pointer::of"}.get(entry.type)
    return f"isset({value}) ? {reader}({value}) : null" if reader else f"{value} ?? null"


def _php_sent(entry: Entry) -> str:
    own = f"$this->{entry.name}"
    if entry.type == "Date":
        return f"{own} === null ? null : Dates::sent({own})"
    return f"{own}?->sent()" if entry.type == "Pointer" else own


# --- Python -----------------------------------------------------------------------------------------------------------

PYTHON_HEAD = '''\
"""{note}"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any


@dataclass(frozen=True)
class Pointer:
    class_name: str
    object_id: str

    @classmethod
    def of(cls, value: dict[str, Any]) -> Pointer:
        return cls(value["className"], value["objectId"])

    def sent(self) -> dict[str, str]:
        return {{"__type": "Pointer", "className": self.class_name, "objectId": self.object_id}}


def read_date(value: Any) -> datetime:
    text: str = value["iso"] if isinstance(value, dict) else value
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def sent_date(value: datetime) -> dict[str, str]:
    text = value.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return {{"__type": "Date", "iso": text.replace("+00:00", "Z")}}


def set_only(values: dict[str, Any]) -> dict[str, Any]:
    return {{name: value for name, value in values.items() if value is not None}}
'''
PYTHON = {
    "String": "str",
    "Number": "float",
    "Boolean": "bool",
    "Date": "datetime",
    "Array": "list[Any]",
    "Object": "dict[str, Any]",
    "File": "dict[str, Any]",
    "ACL": "dict[str, dict[str, bool]]",
    "Pointer": "Pointer",
}


def python(classes: list[Described]) -> str:
    return "\n\n".join([PYTHON_HEAD.format(note=NOTE), *(_dataclass(one) for one in classes)])


def _dataclass(one: Described) -> str:
    names = attribute_names(one)
    name = type_name(one.name)
    lines = ["@dataclass", f"class {name}:", f'    """{comment(one.description)}"""', ""]
    lines += [f"    {names[entry.name]}: {PYTHON.get(entry.type, 'Any')} | None = None" for entry in one.entries]
    lines += ["", "    @classmethod", f"    def of(cls, row: dict[str, Any]) -> {name}:", "        return cls("]
    lines += [f"            {names[entry.name]}={_python_read(entry)}," for entry in one.entries]
    lines += ["        )", "", "    def sent(self) -> dict[str, Any]:"]
    lines += [f'        """{SENT}"""']
    lines += ["        return set_only(", "            {"]
    kept = [entry for entry in one.entries if not entry.is_kept]
    lines += [f'                "{entry.name}": {_python_sent(entry, names[entry.name])},' for entry in kept]
    return "\n".join([*lines, "            }", "        )", ""])


def attribute_names(one: Described) -> dict[str, str]:
    """Each field's name as Python writes names, with an underscore more where that is taken."""
    found: dict[str, str] = {}
    taken = {"of", "sent"}
    for entry in one.entries:
        name = "acl" if entry.name == "ACL" else WORD.sub("_", entry.name).lower()
        while keyword.iskeyword(name) or name in taken:
            name += "_"
        taken.add(name)
        found[entry.name] = name
    return found


def _python_read(entry: Entry) -> str:
    value = f'row.get("{entry.name}")'
    reader = {"Date": "read_date", "Pointer": "Pointer.of"}.get(entry.type)
    return f'{reader}(row["{entry.name}"]) if {value} else None' if reader else value


def _python_sent(entry: Entry, name: str) -> str:
    if entry.type == "Date":
        return f"sent_date(self.{name}) if self.{name} else None"
    return f"self.{name}.sent() if self.{name} else None" if entry.type == "Pointer" else f"self.{name}"


LANGUAGES: dict[str, tuple[str, str, Callable[[list[Described]], str]]] = {
    "typescript": ("TypeScript", "parsley.ts", typescript),
    "php": ("PHP", "parsley.php", php),
    "python": ("Python", "parsley.py", python),
}
"""By key: how it is called, the name of the file, and what writes it."""
