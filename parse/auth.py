"""The keys of an application, and the token of a session: never the browser's cookie."""

from __future__ import annotations

import base64
import binascii
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.authentication import Assumed, is_fresh, session_of
from parse.callers import Caller, Master
from parse.errors import INVALID_SESSION, ParseError, WithoutCode
from records.fields import refresh

HEADERS = {
    "app": "X-Parse-Application-Id",
    "rest": "X-Parse-REST-API-Key",
    "js": "X-Parse-Javascript-Key",
    "master": "X-Parse-Master-Key",
    "token": "X-Parse-Session-Token",
    "installation": "X-Parse-Installation-Id",
}
CONTROLS = {
    "app": "_ApplicationId",
    "js": "_JavaScriptKey",
    "master": "_MasterKey",
    "token": "_SessionToken",
    "installation": "_InstallationId",
}


# What Parse says to an unknown token, by route, where it says something else.
WORDS = {"/sessions/me": "Session token not found."}


def caller_of(
    request: HttpRequest,
    controls: dict[str, Any],
    path: str = "",
    *,
    with_session: bool = True,
    may_assume: bool = False,
) -> Caller:
    """``may_assume``: the session need not be looked up, if what is answered proves it (Caller.assumed).

    Raises 403 ``unauthorized`` for wrong keys, 209 for an unknown token; without a token the caller is anonymous.
    """
    given = {name: request.headers.get(header, "") for name, header in HEADERS.items()}
    if "Authorization" in request.headers:
        given |= _basic(request.headers["Authorization"])
    for name, control in CONTROLS.items():
        value = controls.get(control)
        if not given[name] and isinstance(value, str):
            given[name] = value
    known: dict[str, Any] = {"request": request, "installation_id": given["installation"][:100]}
    if is_master(given):
        refresh()  # nobody's rights are asked, so neither was what comes along with them
        return Caller(Master(), **known)
    if not given["token"] or not with_session:
        return Caller(AnonymousUser(), **known)
    assumed = Assumed.of(given["token"]) if may_assume else None
    if assumed and is_fresh(assumed.session):
        return Caller(assumed.session.user, assumed.session, given["token"], assumed=assumed, **known)
    return _signed_in(given["token"], known, WORDS.get(path, "Invalid session token"))


def is_master(given: dict[str, str]) -> bool:
    """Whether the keys are the master's. Raises 403 ``unauthorized`` for wrong ones."""
    if not _same(given["app"], settings.PARSE_APP_ID):
        raise WithoutCode("unauthorized")
    if _same(given["master"], settings.PARSE_MASTER_KEY):
        return True
    # A wrong master key opens nothing, and closes nothing that a client's key beside it opens.
    keys = {"rest": settings.PARSE_REST_KEY, "js": settings.PARSE_JS_KEY}
    if (given["master"] or any(keys.values())) and not any(_same(given[name], key) for name, key in keys.items()):
        raise WithoutCode("unauthorized")
    return False


def _signed_in(token: str, known: dict[str, Any], words: str) -> Caller:
    session = session_of(token, known["request"]) if len(token) <= 100 else None
    if session is None:
        raise ParseError(INVALID_SESSION, words)
    return Caller(session.user, session, token, **known)


def _same(given: str, key: str) -> bool:
    """An unset key fits nothing."""
    return bool(key) and compare_digest(given.encode(errors="replace"), key.encode())


def _basic(header: str) -> dict[str, str]:
    """``Authorization: Basic``: the application id, and the master key or ``javascript-key=…``."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        app, _, key = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    if key.startswith("javascript-key="):
        return {"app": app, "js": key.removeprefix("javascript-key=")}
    return {"app": app, **({"master": key} if key else {})}
