"""Rows as Parse objects: find, count, get, create, update, delete. Knows nothing of HTTP; all faces enter here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import JSONField, Model, QuerySet

from accounts.loop import in_loop
from activities.models import Activity
from parse import days
from parse.callers import Caller
from parse.classes import ParseClass, class_named
from parse.codec import ID_LENGTH
from parse.errors import denied, not_found
from parse.queries import Query, Wanted
from parse.reading import fetch, reader
from parse.rendering import finished, whole
from parse.shapes import is_plain, told
from parse.where import Scope, compile_where
from parse.writing import Change, save_changes, save_new
from pipeline.models import Deal
from records.models import PrincipalsField
from records.saving import goes_alone
from records.transactions import atomically

LISTED = "SELECT convert_to('[' || coalesce(string_agg(o, ','), '') || ']', 'UTF8') FROM ({}) found(o)"
GOTTEN = "SELECT convert_to(o, 'UTF8') FROM ({}) found(o)"
COUNTED = "SELECT count(*) FROM ({}) found"
WATCHED = (Deal, Activity)  # Parse has other words where a class is watched


class Search:
    """The visible rows that match ``where``, compiled once for the list and its count."""

    def __init__(self, caller: Caller, parse_class: ParseClass, where: Any) -> None:
        self.parse_class, self.where, self.briefly = parse_class, where, False
        scope = Scope(parse_class.name, caller.rows, caller.hidden_columns, self._note_regex)
        self.rows: QuerySet = caller.rows(parse_class).filter(compile_where(scope, where))

    def _note_regex(self) -> None:
        self.briefly = True


def find(caller: Caller, name: str, query: Query) -> dict:
    """``{"results": […]}``, with ``count`` where it was asked for."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "find")
    found: dict[str, Any] = {"results": []}
    if query.limit:
        listed = _listed if parse_class.is_record else _found
        found["results"] = listed(caller, parse_class, query)
    if query.count:
        found["count"] = _counted(caller, parse_class, query.where)
    return found


def _listed(caller: Caller, parse_class: ParseClass, query: Query) -> orjson.Fragment:
    until = query.skip + query.limit

    def compiled(search: Search) -> QuerySet:
        rows = _ordered(search.rows, parse_class, query)[query.skip : until]
        return rows.values_list(whole(caller, parse_class, query.wanted))

    rest = (tuple(query.order), query.skip, until, query.wanted.key())
    return orjson.Fragment(finished(_value(caller, parse_class, query.where, rest, compiled, LISTED) or b"[]"))


def _counted(caller: Caller, parse_class: ParseClass, where: dict) -> int:
    is_stage = parse_class.model is Deal and where.keys() == {"stage"} and isinstance(where["stage"], str)

    def compiled(search: Search) -> QuerySet:
        rows = Deal.objects.visible_in_stage(caller.user, search.where["stage"]) if is_stage else search.rows
        return rows.order_by().values_list("pk")

    return _value(caller, parse_class, where, ("count",), compiled, COUNTED) or 0


def _value(
    caller: Caller,
    parse_class: ParseClass,
    where: dict,
    rest: tuple,
    compiled: Callable[[Search], QuerySet],
    around: str,
) -> Any:
    """By a kept statement where the query has a shape, else by one that is written for it."""
    if parse_class.is_record and is_plain(where):

        def searched(where: dict) -> QuerySet:
            return compiled(Search(caller, parse_class, where))

        row = told(caller, parse_class, where, rest, searched, around, keep=around != LISTED)
        return row[0] if row else None
    caller.prove()
    search = Search(caller, parse_class, where)
    return fetch(compiled(search), around, briefly=search.briefly)


def _found(caller: Caller, parse_class: ParseClass, query: Query) -> list[dict]:
    caller.prove()
    if any(name in caller.hidden_columns(parse_class.name) for name, _ in query.order):
        raise denied("order by what is protected", parse_class.name)
    search = Search(caller, parse_class, query.where)
    rows = _ordered(search.rows, parse_class, query)[query.skip : query.skip + query.limit]
    return read(caller, parse_class, rows, query.wanted, briefly=search.briefly)


def _ordered(rows: QuerySet, parse_class: ParseClass, query: Query) -> QuerySet:
    """Oldest first where no order is given; ties in the order of the key, so that pages do not overlap."""
    fields = parse_class.fields
    names: list[Any] = []
    for name, descending in query.order:
        field = fields.get(name)
        if field and field.is_day:
            names += days.order(field, descending=descending)
        elif field and field.definition and field.type != "Object":
            kept = field.definition.expression
            names.append(kept.desc() if descending else kept.asc())
        elif field and field.type not in ("Relation", "ACL", "Object"):
            names.append(f"{'-' if descending else ''}{field.column or 'related_id'}")
    return rows.order_by(*(names or ["created_at"]), "pk")


def read(
    caller: Caller, parse_class: ParseClass, rows: QuerySet, wanted: Wanted, *, briefly: bool = False
) -> list[dict]:
    found = reader(parse_class.name, wanted.names(parse_class)).read(rows, briefly=briefly)
    return _finished(caller, parse_class, found, wanted)


def _finished(caller: Caller, parse_class: ParseClass, found: list[dict], wanted: Wanted) -> list[dict]:
    """Without what is protected, with what is to be included."""
    if parse_class.name == "_User" and not caller.manages_people:
        for row in found:
            if row["objectId"] != caller.user.pk:
                row.pop("email", None)
    for name, inner in wanted.include.items():
        _include(caller, found, name, inner)
    return found


def _include(caller: Caller, rows: list[dict], name: str, wanted: Wanted) -> None:
    """Puts whole rows where pointers are, one statement a class. What is hidden is left out."""
    pointers: dict[str, set[str]] = {}
    for row in rows:
        value = row.get(name)
        if isinstance(value, dict) and value.get("__type") == "Pointer":
            pointers.setdefault(value["className"], set()).add(value["objectId"])
    shown: dict[tuple[str, str], dict] = {}
    for class_name, keys in pointers.items():
        parse_class = class_named(class_name)
        behind = caller.rows(parse_class).filter(**{f"{parse_class.key}__in": list(keys)})
        for row in read(caller, parse_class, behind.order_by(), wanted):
            shown[class_name, row["objectId"]] = {**row, "__type": "Object", "className": class_name}
    for row in rows:
        value = row.get(name)
        if isinstance(value, dict) and value.get("__type") == "Pointer":
            whole = shown.get((value["className"], value["objectId"]))
            if whole:
                row[name] = whole
            else:
                del row[name]


def get(caller: Caller, name: str, key: str, wanted: Wanted) -> Any:
    """Raises 101 where there is no such row, or it is hidden."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "get")
    if parse_class.is_record:
        return _gotten(caller, parse_class, key, wanted)
    caller.prove()
    found = read(caller, parse_class, one(caller, parse_class, key), wanted)
    if not found:
        raise not_found()
    return found[0]


def _gotten(caller: Caller, parse_class: ParseClass, key: str, wanted: Wanted) -> orjson.Fragment:
    def compiled(where: dict) -> QuerySet:
        return one(caller, parse_class, where["objectId"]).values_list(whole(caller, parse_class, wanted))

    row = told(caller, parse_class, {"objectId": key}, ("get", wanted.key()), compiled, GOTTEN)
    if row is None or row[0] is None:
        raise not_found()
    return orjson.Fragment(finished(row[0]))


def one(caller: Caller, parse_class: ParseClass, key: str, verb: str = "view") -> QuerySet:
    if len(key) > ID_LENGTH:
        raise not_found()
    return caller.rows(parse_class, verb).order_by().filter(**{parse_class.key: key})


def create(caller: Caller, name: str, body: dict) -> dict:
    """``{objectId, createdAt}``, and what a hook changed."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "create")
    change = Change.of(caller, parse_class, body, is_new=True)
    return save_new(change) if change.is_one_statement else atomically(save_new, change)


def update(caller: Caller, name: str, key: str, body: dict) -> dict:
    """``{updatedAt}``, and the new values of what was incremented. Raises 101 for what may not be changed."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "update")
    change = Change.of(caller, parse_class, body, is_new=False)
    if change.is_one_statement:
        return save_changes(change, _loaded(caller, parse_class, key))
    caller.prove()
    return atomically(_update_locked, change, one(caller, parse_class, key, "change"))


def _update_locked(change: Change, rows: QuerySet) -> dict:
    return save_changes(change, rows.select_for_update(of=("self",)).first())


def _loaded(caller: Caller, parse_class: ParseClass, key: str) -> Any:
    """The row to be changed, not locked: what is set depends on nothing that it held."""
    model = parse_class.model
    columns = _columns(parse_class.name)

    def compiled(where: dict) -> QuerySet:
        return one(caller, parse_class, where["objectId"], "change").values_list(*columns)

    row = told(caller, parse_class, {"objectId": key}, ("update",), compiled)
    return model.from_db("default", columns, row) if row and row[0] else None


@lru_cache(maxsize=16)
def _columns(name: str) -> list[str]:
    """Without what the database keeps, and without JSON, which Django reads as text."""
    model = class_named(name).model
    left_out = (JSONField, PrincipalsField)
    return [one.attname for one in model._meta.concrete_fields if not (one.generated or isinstance(one, left_out))]


def delete(caller: Caller, name: str, key: str) -> dict:
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "delete")
    if in_loop() and goes_alone(parse_class.model):
        _delete(parse_class.model, _deletable(caller, parse_class, key))
        return {}
    caller.prove()
    atomically(_delete_locked, one(caller, parse_class, key, "delete"))
    return {}


def _delete_locked(rows: QuerySet) -> None:
    _delete(rows.model, rows.select_for_update(of=("self",)).first())


def _delete(model: type[Model], record: Any) -> None:
    if record is None or not record.delete()[0]:
        raise not_found("Object not found for delete." if model in WATCHED else "Object not found.")


def _deletable(caller: Caller, parse_class: ParseClass, key: str) -> Any:
    """The row to be deleted, by its id alone and not locked."""

    def compiled(where: dict) -> QuerySet:
        return one(caller, parse_class, where["objectId"], "delete").values_list("pk")

    row = told(caller, parse_class, {"objectId": key}, ("delete",), compiled)
    return parse_class.model.from_db("default", ["id"], row) if row and row[0] else None
