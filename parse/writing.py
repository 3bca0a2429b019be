"""A body becomes a change of one record: decoded, checked by the model's own rules, saved column by column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet, Value

from accounts.hooks import has_hooks
from accounts.models import User
from parse import added, adding, days, files, operations
from parse.acl import grants_from, is_as_it_is
from parse.callers import Caller
from parse.classes import CLASSES, Field, ParseClass
from parse.codec import content_type_of, decimal_from, decode, encoder, iso, relation_of, type_of
from parse.errors import (
    FORBIDDEN,
    INVALID_JSON,
    INVALID_KEY_NAME,
    VALIDATION,
    ParseError,
    mismatch,
    not_found,
)
from pipeline.models import Deal, Stage
from records.fields import fields_of
from records.models import Record
from records.sharing import grant_exactly
from records.transactions import explicit_acl

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
LISTS = {"Add", "AddUnique", "Remove"}
STAGE_FIELDS = [one.attname for one in Stage._meta.concrete_fields]
STAGE = "SELECT {} FROM pipeline_stage WHERE slug = %s".format(", ".join(f'"{name}"' for name in STAGE_FIELDS))  # noqa: S608
RELATIONS = {"AddRelation", "RemoveRelation"}


@dataclass
class Change:
    """What a body wants of one row. ``values``: by wire name, decoded. ``increments``: amounts to add."""

    caller: Caller
    parse_class: ParseClass
    values: dict[str, Any] = field(default_factory=dict)
    increments: dict[str, Decimal] = field(default_factory=dict)
    operations: list[tuple[Field, operations.Operate]] = field(default_factory=list)  # on fields that were added
    acl: dict | None = None

    @classmethod
    def of(cls, caller: Caller, parse_class: ParseClass, body: Any, *, is_new: bool) -> Change:
        if not isinstance(body, dict):
            raise ParseError(INVALID_JSON, "The body must be a JSON object.")
        change = cls(caller, parse_class)
        for name, value in body.items():
            change._take(name, value, is_new)
        return change

    @property
    def is_one_statement(self) -> bool:
        """Whether saving sends nothing but the row, and needs no transaction around it."""
        is_alone = self.acl is None and not self.increments and not has_hooks(self.parse_class.model)
        return is_alone and not self.has_file and not self.has_added

    @property
    def has_file(self) -> bool:
        return any(self.parse_class.fields[name].type == "File" for name in self.values)

    @property
    def has_added(self) -> bool:
        """They share a column, so the row is locked for them."""
        added = self.parse_class.added
        return bool(self.operations) or bool(added and any(one.name in self.values for one in added))

    def _take(self, name: str, value: Any, is_new: bool) -> None:
        column = self.parse_class.fields.get(name) or self._unknown(name, value, is_new)
        if column is None:
            return
        if name == "ACL":
            # Removing it removes no grant: here a row without an ACL is nobody's, and not everybody's.
            self.acl = None if value in (None, {"__op": "Delete"}) else grants_from(value)
        elif column.kept:
            self._refuse_kept(column, value, is_new)
        elif isinstance(value, dict) and "__op" in value:
            if column.definition:
                self.operations.append((column, operations.of(self.parse_class.name, column, value, is_new=is_new)))
            else:
                self._operate(column, value)
        else:
            self.values[name] = decode(self.parse_class.name, column, value)

    def _unknown(self, name: str, value: Any, is_new: bool) -> Field | None:
        """A field that is added by being written, if the caller may; None where there is nothing more to do."""
        if name in ("__type", "className"):
            return None
        root, *path = name.split(".")
        column = self.parse_class.fields.get(root)
        if path and all(path) and column and column.definition and not is_new:
            self.operations.append((column, operations.within(self.parse_class.name, column, path, value)))
            return None
        return adding.by_write(self.caller, self.parse_class, name, value)

    def _refuse_kept(self, column: Field, value: Any, is_new: bool) -> None:
        """What the server keeps is ignored, so that a row can be sent back as it was read."""
        if column.name == "objectId":
            if is_new:
                raise ParseError(INVALID_KEY_NAME, "objectId is an invalid field name.")
        elif value is not None and type_of(value) != "Date":
            raise mismatch(self.parse_class.name, column.name, "Date", type_of(value))

    def _operate(self, column: Field, value: dict) -> None:
        name, operation = self.parse_class.name, value["__op"]
        if operation == "Delete":
            self.values[column.name] = None
        elif operation == "Increment":
            if column.type != "Number":
                raise mismatch(name, column.name, column.words, "Number")
            self.increments[column.name] = self._amount(column, value.get("amount"))
        elif operation in LISTS:
            raise mismatch(name, column.name, column.words, "Array")
        elif operation in RELATIONS:
            raise mismatch(name, column.name, column.words, relation_of(value))
        elif operation == "Batch":
            words = orjson.dumps(value).decode()[:200]
            raise ParseError(FORBIDDEN, f"Postgres doesn't support update {words} yet")
        else:
            raise ParseError(INVALID_JSON, f"The {str(operation)[:100]} operation is not supported.")

    def _amount(self, column: Field, value: Any) -> Decimal:
        try:
            return decimal_from(value)
        except ValueError as error:
            raise ParseError(INVALID_JSON, f"incrementing {column.name}: {error}.") from error


# --- saving -----------------------------------------------------------------------------------------------------------


def save_new(change: Change) -> dict:
    record = change.parse_class.model()
    record.created_by = None if change.caller.is_master else change.caller.user
    columns = _assign(change, record)
    _refuse_missing(change, record, set(change.parse_class.fields))
    _check(record, [*columns, *_own_columns(record)], change.caller)
    if change.is_one_statement:
        change.caller.prove_with_write()
    else:
        change.caller.prove_now()
    before = {**_state(record), **_without_defaults(change, record)}
    if change.acl is None:
        record.save(force_insert=True)
    else:
        with explicit_acl():
            record.save(force_insert=True)
        grant_exactly(record, change.acl)
    if change.has_file:
        files.hold(record)
    answer = {"objectId": record.pk, "createdAt": iso(record.created_at.astimezone(UTC))}
    return answer | _answered(change, record, {name for name, value in _state(record).items() if value != before[name]})


def save_changes(change: Change, record: Any) -> dict:
    if record is None:
        raise not_found()
    columns = _assign(change, record)
    _refuse_missing(change, record, {*change.values, *change.increments, *(one.name for one, _ in change.operations)})
    _check(record, columns, change.caller)
    before = _state(record)
    if change.acl is not None and not is_as_it_is(record, change.acl):
        grant_exactly(record, change.acl)
    record.save(update_fields=[*columns, "updated_at"])
    if change.has_file:
        files.hold(record)
    answer = {"updatedAt": iso(record.updated_at.astimezone(UTC))}
    hooked = {name for name, value in _state(record).items() if value != before[name]}
    return answer | _answered(change, record, hooked)


def _without_defaults(change: Change, record: Record) -> dict[str, None]:
    """What a client did not send and is told: the values that a new row starts with."""
    added = change.parse_class.added
    return {one.name: None for one in added if one.name not in change.values and _value(record, one) is not None}


def _assign(change: Change, record: Record) -> list[str]:
    """Sets what really changes; the names of the model's fields."""
    values = dict(change.values)
    for name, amount in change.increments.items():
        values[name] = _bounded(name, (getattr(record, change.parse_class.fields[name].column) or 0) + amount)
    _refuse_hidden(change, record)
    changed: list[str] = []
    for name, value in values.items():
        changed += _set(record, change.parse_class.fields[name], value, change.caller)
    for column, operate in change.operations:
        changed += _set(record, column, operate(_value(record, column)), change.caller)
    return changed


def _bounded(name: str, value: Decimal) -> Decimal:
    if abs(value) >= 10**16:
        raise ParseError(VALIDATION, f"{name} would become too large.")
    return value


def _set(record: Any, column: Field, value: Any, caller: Caller) -> list[str]:
    if column.name == "createdBy" and not caller.rights.may("records.write_all"):
        return []  # the server's own: an administrator or the master key may say otherwise
    if column.type == "File":
        return files.attach(record, value, caller)
    if column.definition:
        kept = added.kept(CLASSES_BY_MODEL[type(record)].name, column, value)
        return ["custom"] if column.definition.put(record, kept) else []
    if column.name == "stage" and value is None:
        value = "lead"
    if not column.column:
        kind, key = (content_type_of(value[0]), value[1]) if value else (None, None)
        if (record.related_type_id, record.related_id) == (kind, key):
            return []
        record.related_type_id, record.related_id = kind, key
        return ["related_type", "related_id"]
    if column.is_day:
        return days.put(record, column, value)
    attribute = column.attribute or column.column
    value = value[1] if column.type == "Pointer" and value else value
    if getattr(record, attribute) == value:
        return []
    setattr(record, attribute, value)
    return [attribute.removesuffix("_id")]


def _refuse_missing(change: Change, record: Record, names: set[str]) -> None:
    for column in (*change.parse_class.columns, *change.parse_class.added):
        if column.required and column.name in names and _value(record, column) in (None, ""):
            raise ParseError(VALIDATION, f"{column.name} is required")


def _refuse_hidden(change: Change, record: Record) -> None:
    """A pointer may be set to what the caller may see, or to what it points to already. One statement for all."""
    wanted: list[tuple[str, str, str]] = []
    for name, value in change.values.items():
        column = change.parse_class.fields[name]
        if column.type == "Pointer" and value and value[1] != _pointed_to(record, column):
            wanted.append((name, *value))
    rows = [_visible(change.caller, class_name, key, name) for name, class_name, key in wanted]
    found = set(rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]) if rows else set()
    for name, class_name, key in wanted:
        if (key, name) not in found:
            raise not_found(f"Object not found: {name} points to no {class_name} that you may see.")


def _pointed_to(record: Record, column: Field) -> str | None:
    if column.definition:
        return _value(record, column)
    return getattr(record, column.column or "related_id")


def _visible(caller: Caller, class_name: str, key: str, name: str) -> QuerySet:
    rows = User.objects.directory() if class_name == "_User" else caller.rows(CLASSES[class_name])
    return rows.order_by().filter(pk=key).values_list("pk", Value(name))


def _own_columns(record: Record) -> list[str]:
    return [one.name for one in record._meta.fields if not one.is_relation]


def _check(record: Record, columns: list[str], caller: Caller) -> None:
    """The model's own rules for ``columns``. Pointers were looked up already, and the database checks them again."""
    if isinstance(record, Deal) and ("stage" in columns or record._state.adding):
        _fetch_stage(record, caller)
    left_out = [one.name for one in record._meta.fields if one.name not in columns or one.is_relation]
    try:
        record.full_clean(exclude=left_out, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise ParseError(VALIDATION, _sentence(error, type(record))) from error


def _fetch_stage(deal: Deal, caller: Caller) -> None:
    """What the deal's own rule will ask about: as remembered, or by a statement that also proves an assumed session.

    A remembered stage counts for as long as the stamp of everybody's rights does, which changes with the stages too.
    """
    stamp = caller.assumed.everybodys_stamp if caller.assumed else None
    slug = str(deal.stage_id)
    known = _stages.get(slug)
    row = known[1] if known and known[0] == stamp else caller.row(STAGE, [slug])
    if row is None or row[0] is None:
        stages = Stage.objects.values_list("slug", flat=True)
        raise ParseError(VALIDATION, f"stage: There is no such stage. The stages are {', '.join(stages)}.")
    if stamp is not None:
        _stages[slug] = stamp, row
    deal.stage = Stage.from_db("default", STAGE_FIELDS, row)


_stages: dict[str, tuple[int, tuple]] = {}  # by slug


def _sentence(error: ValidationError, model: type[Record]) -> str:
    by_name = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    wire = {one.column: one.name for parse_class in CLASSES.values() for one in parse_class.columns}
    wire |= {one.api_name: one.name for one in fields_of(model)}
    return "; ".join(
        f"{wire.get(name, name)}: {' '.join(words)}" if name != NON_FIELD_ERRORS else " ".join(words)
        for name, words in by_name.items()
    )


def _state(record: Record) -> dict[str, Any]:
    parse_class = CLASSES_BY_MODEL[type(record)]
    added = parse_class.added if "custom" in record.__dict__ else ()  # to look must not fetch it
    return {
        one.name: _value(record, one) for one in (*parse_class.columns, *added) if one.column and one.type != "File"
    }


def _answered(change: Change, record: Record, hooked: set[str]) -> dict:
    """What the client could not know: results of operations, and what a hook set."""
    names = {*(name for name, amount in change.increments.items() if amount), *hooked}
    names |= {column.name for column, _ in change.operations}
    return {
        one.name: _encoded(one, _value(record, one))
        for one in (*change.parse_class.columns, *(change.parse_class.added if names else ()))
        if one.name in names and one.type != "File" and _value(record, one) is not None
    }


def _value(record: Any, column: Field) -> Any:
    if column.definition:
        return (record.custom or {}).get(column.definition.key)
    return days.value_of(record, column) if column.is_day else getattr(record, column.attribute or column.column)


def _encoded(column: Field, value: Any) -> Any:
    encode = added.encoder(column) if column.definition else encoder(column)
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return encode(value) if encode else value


CLASSES_BY_MODEL = {parse_class.model: parse_class for parse_class in CLASSES.values()}
