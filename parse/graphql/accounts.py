"""Signing up, in and out, and what belongs to it: the mutations of Parse that are not about rows."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.hooks import functions as hooked
from accounts.models import Try, User
from accounts.signin import address_of, count_try
from parse import functions, users
from parse.errors import INVALID_SESSION, PASSWORD_MISSING, PERMISSION_DENIED, VALIDATION, ParseError
from parse.graphql.context import Asking, plain
from parse.graphql.writing import body_of, uploaded

OTHER_CAUSE = -1
UNSUPPORTED = 252


def viewer(asking: Asking, given: dict) -> dict:
    if asking.caller.session is None:
        raise ParseError(INVALID_SESSION, PERMISSION_DENIED)
    return _viewer(users.me(asking.line("GET", "/users/me")).body)


def _viewer(row: dict) -> dict:
    return {"sessionToken": row["sessionToken"], "user": row}


def sign_up(asking: Asking, given: dict) -> dict:
    made = users.create(asking.line("POST", "/users", body_of(asking, "_User", given.get("fields")))).body
    row = users.own_row(User.objects.get(pk=made["objectId"]))
    return {"viewer": _viewer(plain(row) | {"sessionToken": made["sessionToken"]})}


def log_in(asking: Asking, given: dict) -> dict:
    row = users.log_in(asking.line("POST", "/login", {name: given[name] for name in ("username", "password")})).body
    return {"viewer": _viewer(plain(row))}


def log_in_with(asking: Asking, given: dict) -> dict:
    raise ParseError(UNSUPPORTED, "This authentication method is unsupported.")


def log_out(asking: Asking, given: dict) -> dict:
    users.log_out(asking.line("POST", "/logout"))
    return {"ok": True}


def reset_password(asking: Asking, given: dict) -> dict:
    asking.do("POST", "/requestPasswordReset", {"email": given["email"]})
    return {"ok": True}


def send_verification_email(asking: Asking, given: dict) -> dict:
    asking.do("POST", "/verificationEmailRequest", {"email": given["email"]})
    return {"ok": True}


def confirm_reset_password(asking: Asking, given: dict) -> dict:
    """With the token in the address that the letter holds. Each try counts, as a token could be guessed at."""
    if not given["password"]:
        raise ParseError(PASSWORD_MISSING, "you must provide a password")
    if not given["token"]:
        raise ParseError(OTHER_CAUSE, "you must provide a token")
    count_try(Try.objects, [f"reset:{address_of(asking.call.request)}"])
    user = User.objects.filter(username=User.normalize_username(given["username"]), is_active=True).first()
    if user is None or not default_token_generator.check_token(user, given["token"]):
        raise ParseError(OTHER_CAUSE, "Failed to reset password: username / email / token is invalid")
    try:
        validate_password(given["password"], user)
    except ValidationError as error:
        raise ParseError(VALIDATION, " ".join(error.messages)) from error
    with transaction.atomic():
        user.set_password(given["password"])
        user.save(update_fields=["password", "updated_at"])
    return {"ok": True}


def challenge(asking: Asking, given: dict) -> dict:
    """No service that would challenge is set up; what is sent is checked all the same, as Parse does."""
    if given.get("username") or given.get("email"):
        if not given.get("password"):
            words = "You provided username or email, you need to also provide password."
            raise ParseError(OTHER_CAUSE, words)
        asking.do("POST", "/verifyPassword", {name: given[name] for name in ("username", "password")})
    if not given.get("challengeData"):
        raise ParseError(OTHER_CAUSE, "Nothing to challenge.")
    return {"challengeData": {}}


def create_file(asking: Asking, given: dict) -> dict:
    return {"fileInfo": uploaded(asking, given["upload"])}


def call_cloud_code(asking: Asking, given: dict) -> dict:
    """A function that a hook module registered decides itself who may call it."""
    line = asking.line("POST", f"/functions/{given['functionName']}", given.get("params") or {})
    return {"result": functions.run(line, given["functionName"]).body["result"]}


def function_names() -> list[str]:
    return sorted(name for name in hooked if name.isidentifier() and name.isascii())


# --- Parse.Config -----------------------------------------------------------------------------------------------------


def cloud_config(asking: Asking, given: dict) -> dict:
    asking.require_master()
    found = asking.do("GET", "/config")
    name = given["paramName"]
    known = name in found["params"]
    return {
        "value": _text(found["params"][name]) if known else None,
        "isMasterKeyOnly": found.get("masterKeyOnly", {}).get(name) if known else None,
    }


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def update_cloud_config(asking: Asking, given: dict) -> dict:
    asking.require_master()
    name, hidden = given["paramName"], bool(given.get("isMasterKeyOnly"))
    asking.do("PUT", "/config", {"params": {name: given["value"]}, "masterKeyOnly": {name: hidden}})
    return {"cloudConfig": {"value": given["value"], "isMasterKeyOnly": hidden}}
