"""``/classes``: rows of any class."""

from __future__ import annotations

from parse import objects, roles, sessions, users  # type: ignore[attr-defined]
from parse.calls import Answer, Call
from parse.classes import CLASSES, class_named
from parse.errors import not_found
from parse.idempotency import once
from parse.queries import KNOWN_OF_ONE, query_of, refuse_unknown, wanted_of
from parse.where import redirected


def find(call: Call, name: str) -> Answer:
    if name == "_Session":
        return sessions.find(call)
    if call.caller.is_master and name not in CLASSES:
        return Answer({"results": [], **({"count": 0} if call.parameters.get("count") else {})})  # as Parse does
    name = redirected(name, call.parameters.get("redirectClassNameForKey"))
    return Answer(objects.find(call.caller, name, query_of(call.parameters, class_named(name))))


def get(call: Call, name: str, key: str) -> Answer:
    if name in OTHERS and hasattr(OTHERS[name], "get"):
        return OTHERS[name].get(call, key)
    refuse_unknown(call.parameters, KNOWN_OF_ONE)
    _refuse_missing(call, name)
    return Answer(objects.get(call.caller, name, key, wanted_of(call.parameters, class_named(name))))


def _refuse_missing(call: Call, name: str) -> None:
    """The master key is told that the row is missing, others that they may not ask."""
    if call.caller.is_master and name not in CLASSES:
        raise not_found()


def create(call: Call, name: str) -> Answer:
    if name in OTHERS:
        return OTHERS[name].create(call)
    return once(call, lambda: _created(call, name))


def _created(call: Call, name: str) -> Answer:
    made = objects.create(call.caller, name, call.body)
    return Answer(made, 201, {"Location": call.address_of(f"/classes/{name}/{made['objectId']}")})


def update(call: Call, name: str, key: str) -> Answer:
    if name in OTHERS:
        return OTHERS[name].update(call, key)
    _refuse_missing(call, name)
    return once(call, lambda: Answer(objects.update(call.caller, name, key, call.body)))


def delete(call: Call, name: str, key: str) -> Answer:
    if name in OTHERS:
        return OTHERS[name].delete(call, key)
    if name not in CLASSES and not call.caller.is_anonymous:
        return Answer()  # as Parse does: of a class that there is not, no row is left
    return Answer(objects.delete(call.caller, name, key))


OTHERS = {"_User": users, "_Role": roles, "_Session": sessions}
