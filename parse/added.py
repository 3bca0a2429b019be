"""Fields that were added to a class, on the wire: their columns are values in JSON (records/kept.py)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Func, OuterRef, Q, QuerySet, TextField
from django.db.models.lookups import In

from parse.classes import Field
from parse.codec import BadValue, moment_from, number, pointed_to
from parse.errors import INCORRECT_TYPE, INVALID_QUERY, ParseError
from parse.matching import NOTHING, Matcher, Not
from records.definitions import CustomField
from records.kept import Holds, KeptNumber, KeptPath, KeptText, compared, looked_up

ORDERED = ("String", "Number", "Date", "Boolean")
OPERANDS: dict[str, tuple[str, Any]] = {
    "String": ("text", str),
    "Number": ("a number", (int, float)),
    "Boolean": ("true or false", bool),
    "Object": ("an object", dict),
}


def definition_of(field: Field) -> CustomField:
    assert field.definition is not None  # noqa: S101 - for the type checker: whoever calls has asked
    return field.definition


# --- reading ----------------------------------------------------------------------------------------------------------


def json_text(field: Field) -> Func:
    """The text of its JSON, null where it has no value."""
    definition = definition_of(field)
    text: Func = Func(definition.json, template="(%(expressions)s)::text", output_field=TextField())
    if field.type == "Date":
        return _around(text, '{"__type":"Date","iso":')
    if field.type == "Pointer":
        return _around(text, f'{{"__type":"Pointer","className":"{field.targets[0]}","objectId":')
    return text


def _around(text: Func, head: str) -> Func:
    return Func(text, template=f"('{head}' || %(expressions)s || '}}')", output_field=TextField())


def key_behind(field: Field) -> KeptText:
    """Of a pointer, for a sub-query within the row."""
    return KeptText(definition_of(field).key, OuterRef("custom"))


def encoder(field: Field) -> Callable[[Any], Any] | None:
    if field.type == "Date":
        return lambda kept: {"__type": "Date", "iso": kept}
    if field.type == "Pointer":
        return lambda kept: {"__type": "Pointer", "className": field.targets[0], "objectId": kept}
    return None


def plain_encoder(field: Field) -> Callable[[Any], Any] | None:
    """Of what ``plain`` gave."""
    if field.type in ("Array", "Object"):
        return json.loads
    return {"Boolean": lambda text: text == "true", "Number": number}.get(field.type, encoder(field))


def plain(field: Field) -> Any:
    """For sums and groups, and beside columns of the class itself: text or a number."""
    return KeptNumber(definition_of(field).key) if field.type == "Number" else KeptText(definition_of(field).key)


# --- writing ----------------------------------------------------------------------------------------------------------


def kept(class_name: str, field: Field, value: Any) -> Any:
    """What was sent, decoded, as it is kept. Raises 111; what the model has a rule for, it says itself."""
    if field.type not in ("Date", "Pointer", "Number"):
        return value
    try:
        return definition_of(field).stored(value[1] if field.type == "Pointer" and value else value)
    except ValidationError as error:
        raise ParseError(INCORRECT_TYPE, f"{class_name}.{field.name}: {' '.join(error.messages)}") from error


# --- where ------------------------------------------------------------------------------------------------------------


class AddedMatcher(Matcher):
    """The operators of a field that was added. An array equals what it holds."""

    def __init__(self, class_name: str, field: Field) -> None:
        super().__init__(class_name, field)
        self.kept: Any = definition_of(field).expression
        if field.type == "Array":
            self.operators |= {"$in": self.any_of, "$containedBy": self.contained_by}

    @property
    def _null(self) -> Q:
        return Q(looked_up(self.kept, "isnull", True))

    @property
    def _no_value(self) -> Q:
        return compared(self.kept, "lt", self.kept)

    def patterned(self, lookup: str, text: str) -> Q:
        self.text_column("$regex")
        return Q(looked_up(self._text(), lookup, text))

    def searched(self) -> Any:
        self.text_column("$text")
        return self._text()

    def _text(self) -> Any:
        return KeptText(definition_of(self.field).key)

    def equal(self, value: Any) -> Q:
        if value is None:
            return self._null
        if self.field.type == "Array":
            return self._holds(value if isinstance(value, list) else [value])
        if self.field.type == "Number" and isinstance(value, bool):
            return self._no_value
        if self.field.type == "Pointer" and self._is_never(value):
            return self._no_value
        return compared(self.kept, "exact", self._operand_of(value))

    def _holds(self, values: list) -> Q:
        return Q(Holds(self.kept, values))

    def _operand_of(self, value: Any) -> Any:
        kind = self.field.type
        try:
            if kind == "Date":
                return definition_of(self.field).stored(moment_from(value))
            if kind == "Pointer":
                name, key = (self.field.targets[0], value) if isinstance(value, str) else pointed_to(value)
                return key if name in self.field.targets else ""
            words, kinds = OPERANDS[kind]
            if not isinstance(value, kinds) or (kind == "Number" and isinstance(value, bool)):
                raise BadValue(f"write {words}")
        except BadValue as error:
            raise ParseError(INVALID_QUERY, f"{self.where} is a {kind}: {error}.") from error
        return value

    def unequal(self, value: Any) -> Q:
        if value is None:
            return ~self._null
        return self._null | Q(Not(self.equal(value)))

    def one_of(self, value: Any) -> Q:
        values = [self._operand_of(one) for one in self._list("$in", value) if one is not None]
        return compared(self.kept, "in", values) if values else NOTHING

    def any_of(self, value: Any) -> Q:
        found = NOTHING
        for one in self._list("$in", value):
            found |= self._holds([one])
        return found

    def none_of(self, value: Any) -> Q:
        if self.field.type == "Array":  # of which Parse takes a missing one for an empty one
            return self._null | Q(Not(self.any_of(value)))
        return super().none_of(value)

    def all_of(self, value: Any) -> Q:
        if self.field.type != "Array" or not isinstance(value, list):
            return super().all_of(value)
        values = self._list("$all", value)
        return self._holds(values) if values else NOTHING

    def contained_by(self, value: Any) -> Q:
        return Q(Holds(self.kept, self._list("$containedBy", value), "<@"))

    def among(self, name: str, keys: Any) -> Q:
        if name not in self.field.targets:
            return NOTHING
        if isinstance(keys, QuerySet):
            return Q(In(self._text(), keys))
        return compared(self.kept, "in", list(keys)) if keys else NOTHING

    def within(self, chosen: QuerySet) -> Q:
        return Q(In(plain(self.field), chosen))

    def _ordered(self, name: str) -> Callable[[Any], Q]:
        def compare(value: Any) -> Q:
            if self.field.type not in ORDERED:
                raise ParseError(INVALID_QUERY, f"{name} does not go with {self.where}, a {self.field.type}.")
            return compared(self.kept, name[1:], self._operand_of(value))

        return compare


class InnerMatcher(AddedMatcher):
    """``meta.colour``: what stands further inside of an object, of whatever type it is there."""

    KINDS = {bool: "boolean", int: "number", float: "number", str: "string"}

    def __init__(self, class_name: str, field: Field, path: list[str]) -> None:
        super().__init__(class_name, field)
        self.key, self.path = definition_of(field).key, path
        self.kept = KeptPath(self.key, path)
        self.operators |= {"$in": self.one_of, "$containedBy": self.contained_by}

    def _text(self) -> Any:
        return KeptPath(self.key, self.path, "#>>")

    def text_column(self, operator: str) -> str:
        return self.field.column

    @property
    def _null(self) -> Q:
        text = self._text()
        return Q(looked_up(text, "isnull", True))

    def _operand_of(self, value: Any) -> Any:
        return value

    def equal(self, value: Any) -> Q:
        return self._null if value is None else compared(self.kept, "exact", value)

    def one_of(self, value: Any) -> Q:
        found = NOTHING
        for one in self._list("$in", value):
            if one is not None:
                found |= self.equal(one)
        return found

    def all_of(self, value: Any) -> Q:
        values = self._list("$all", value)
        return self._holds(values) if values else NOTHING

    def none_of(self, value: Any) -> Q:
        return self._null | Q(Not(self.one_of(value)))

    def _ordered(self, name: str) -> Callable[[Any], Q]:
        def compare(value: Any) -> Q:
            kind = self.KINDS.get(type(value))
            if kind is None:
                raise ParseError(INVALID_QUERY, f"{name} takes text or a number within {self.where}.")
            of_kind = Func(self.kept, template="jsonb_typeof(%(expressions)s)", output_field=TextField())
            return Q(looked_up(of_kind, "exact", kind)) & compared(self.kept, name[1:], value)

        return compare


def matcher(class_name: str, fields: dict[str, Field], key: str) -> Matcher | None:
    """None where there is no such column."""
    root, *path = key.split(".")
    field = fields.get(root)
    if field is None or (path and not (field.definition and field.type in ("Object", "Array"))):
        return None
    if path:
        return InnerMatcher(class_name, field, path)
    return AddedMatcher(class_name, field) if field.definition else Matcher(class_name, field)


def selected(mine: Field, theirs: Field) -> Any:
    """What a sub-query gives to be compared with ``mine``; None where the two have nothing in common."""
    is_date_of_two_kinds = mine.type == "Date" and not (mine.definition and theirs.definition)
    if mine.type in ("Array", "Object") or is_date_of_two_kinds:
        return None
    return plain(theirs) if theirs.definition else F(theirs.column)
