"""``/sessions``: one's own, without their tokens, which nobody can read back. That of the call itself is known."""

from __future__ import annotations

from accounts.models import Session
from parse import objects
from parse.calls import Answer, Call
from parse.classes import CLASSES
from parse.errors import INVALID_SESSION, PERMISSION_DENIED, ParseError, denied, not_found
from parse.queries import KNOWN_OF_ONE, Wanted, query_of, refuse_unknown, wanted_of

SESSION = CLASSES["_Session"]


def find(call: Call) -> Answer:
    _refuse_anonymous(call)
    found = objects.find(call.caller, "_Session", query_of(call.parameters, SESSION))
    keys = wanted_of(call.parameters, SESSION).keys
    told = _named if keys is None or "sessionToken" in keys else _installed
    found["results"] = [told(call, row) for row in found["results"]]
    return Answer(found)


def get(call: Call, key: str) -> Answer:
    _refuse_anonymous(call)
    refuse_unknown(call.parameters, KNOWN_OF_ONE)
    return Answer(_named(call, objects.get(call.caller, "_Session", key, wanted_of(call.parameters, SESSION))))


def mine(call: Call) -> Answer:
    if call.caller.session is None:
        raise ParseError(INVALID_SESSION, "Session token required.")
    return Answer(_named(call, objects.get(call.caller, "_Session", call.caller.session.pk, Wanted())))


def create(call: Call) -> Answer:
    """One more of the caller's own, which opens no more than the one at hand."""
    if call.caller.session is None:
        raise ParseError(INVALID_SESSION, "Session token required.")
    session, token = Session.start(call.caller.user, "Parse", call.request, created_with="create")
    made = objects.get(call.caller, "_Session", session.pk, Wanted())
    body = {name: made[name] for name in ("objectId", "user", "createdWith", "expiresAt")} | {"sessionToken": token}
    return Answer(body, 201, {"Location": call.address_of(f"/classes/_Session/{session.pk}")})


def update(call: Call, key: str) -> Answer:
    _refuse_anonymous(call)
    raise denied("update", "_Session")  # only ended


def upgrade(call: Call) -> Answer:
    """What very old SDKs ask for: every session here is revocable already, so the one at hand is the answer."""
    if call.caller.session is None:
        raise not_found("invalid session")
    return mine(call)


def delete(call: Call, key: str) -> Answer:
    _refuse_anonymous(call)
    ended, _ = objects.one(call.caller, SESSION, key).delete()
    if not ended:
        raise not_found("Object not found for delete.")
    return Answer()


def _refuse_anonymous(call: Call) -> None:
    if call.caller.is_anonymous:
        raise ParseError(INVALID_SESSION, PERMISSION_DENIED)


def _installed(call: Call, row: dict) -> dict:
    """Without an installation where it has none."""
    if not row.get("installationId"):
        row.pop("installationId", None)
    return row


def _named(call: Call, row: dict) -> dict:
    row = _installed(call, row)
    if call.caller.session and row["objectId"] == call.caller.session.pk:
        row["sessionToken"] = call.caller.token
    return row
