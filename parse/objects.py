"""Rows as Parse objects: find, count, get, create, update, delete. Knows nothing of HTTP; all faces enter here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from activities.models import Activity
from parse.callers import Caller
from parse.classes import ParseClass, class_named
from parse.codec import ID_LENGTH
from parse.errors import not_found
from parse.queries import Query, Wanted
from parse.reading import Reader, reader
from parse.shapes import is_plain, told
from parse.where import Scope, compile_where
from parse.writing import Change, save_changes, save_new
from pipeline.models import Deal
from records.transactions import atomically

WATCHED = (Deal, Activity)  # Parse has other words where a class is watched


class Search:
    """The visible rows that match ``where``, compiled once for the list and its count."""

    def __init__(self, caller: Caller, parse_class: ParseClass, where: Any) -> None:
        self.parse_class, self.briefly = parse_class, False
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
        found["results"] = _finished(caller, parse_class, _found(caller, parse_class, query), query.wanted)
    if query.count:
        found["count"] = _counted(caller, parse_class, query.where)
    return found


def _found(caller: Caller, parse_class: ParseClass, query: Query) -> list[dict]:
    names = query.wanted.names(parse_class)
    how, until = reader(parse_class.name, names), query.skip + query.limit

    def compiled(where: dict) -> QuerySet:
        search = Search(caller, parse_class, where)
        return _ordered(search.rows, parse_class, query)[query.skip : until].values_list(*how.columns)

    if not parse_class.is_record or not is_plain(query.where):
        search = Search(caller, parse_class, query.where)
        rows = _ordered(search.rows, parse_class, query)[query.skip : until]
        return how.read(rows, briefly=search.briefly)
    return how.objects(told(caller, parse_class, query.where, (tuple(query.order), query.skip, until, names), compiled))


def _counted(caller: Caller, parse_class: ParseClass, where: dict) -> int:
    if not parse_class.is_record or not is_plain(where):
        return count(Search(caller, parse_class, where))

    def compiled(where: dict) -> QuerySet:
        return Search(caller, parse_class, where).rows.order_by().values_list("pk")

    rows = told(caller, parse_class, where, ("count",), compiled, around="SELECT count(*) FROM ({}) found")
    return rows[0][0] if rows else 0


def count(search: Search) -> int:
    if not search.briefly:
        return search.rows.count()
    return len(Reader(search.parse_class, frozenset({"objectId"})).read(search.rows, briefly=True))


def _ordered(rows: QuerySet, parse_class: ParseClass, query: Query) -> QuerySet:
    """Oldest first where no order is given; ties in the order of the key, so that pages do not overlap."""
    fields = parse_class.fields
    names = [
        f"{'-' if descending else ''}{fields[name].column or 'related_id'}"
        for name, descending in query.order
        if name in fields and fields[name].type not in ("Relation", "ACL", "Object")
    ]
    return rows.order_by(*(names or ["created_at"]), "pk")


def read(caller: Caller, parse_class: ParseClass, rows: QuerySet, wanted: Wanted) -> list[dict]:
    found = reader(parse_class.name, wanted.names(parse_class)).read(rows)
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


def get(caller: Caller, name: str, key: str, wanted: Wanted) -> dict:
    """Raises 101 where there is no such row, or it is hidden."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "get")
    found = _gotten(caller, parse_class, key, wanted)
    if not found:
        raise not_found()
    return found[0]


def _gotten(caller: Caller, parse_class: ParseClass, key: str, wanted: Wanted) -> list[dict]:
    if not parse_class.is_record:
        return read(caller, parse_class, one(caller, parse_class, key), wanted)
    names = wanted.names(parse_class)
    how = reader(parse_class.name, names)

    def compiled(where: dict) -> QuerySet:
        return one(caller, parse_class, where["objectId"]).values_list(*how.columns)

    found = how.objects(told(caller, parse_class, {"objectId": key}, ("get", names), compiled))
    return _finished(caller, parse_class, found, wanted)


def one(caller: Caller, parse_class: ParseClass, key: str, verb: str = "view") -> QuerySet:
    if len(key) > ID_LENGTH:
        raise not_found()
    return caller.rows(parse_class, verb).order_by().filter(**{parse_class.key: key})


def create(caller: Caller, name: str, body: dict) -> dict:
    """``{objectId, createdAt}``, and what a hook changed."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "create")
    return atomically(save_new, Change.of(caller, parse_class, body, is_new=True))


def update(caller: Caller, name: str, key: str, body: dict) -> dict:
    """``{updatedAt}``, and the new values of what was incremented. Raises 101 for what may not be changed."""
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "update")
    change = Change.of(caller, parse_class, body, is_new=False)
    return atomically(save_changes, change, one(caller, parse_class, key, "change"))


def delete(caller: Caller, name: str, key: str) -> dict:
    parse_class = class_named(name)
    caller.refuse_unless(parse_class, "delete")
    atomically(_delete, one(caller, parse_class, key, "delete"))
    return {}


def _delete(rows: QuerySet) -> None:
    record = rows.select_for_update(of=("self",)).first()
    if record is None:
        raise not_found("Object not found for delete." if rows.model in WATCHED else "Object not found.")
    record.delete()
