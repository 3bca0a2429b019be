"""``/users``, ``/login`` and what belongs to them. Passwords go through authenticate(), where tries are counted."""

from __future__ import annotations

from typing import Any
from unicodedata import category

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.confirming import ask_to_confirm
from accounts.models import Session, Try, User
from accounts.principals import Rights
from accounts.signin import address_of, count_try
from parse import objects
from parse.acl import entries_of
from parse.callers import Caller
from parse.calls import Answer, Call
from parse.classes import CLASSES, KEYS
from parse.codec import iso, type_of
from parse.errors import (
    EMAIL_MISSING,
    EMAIL_TAKEN,
    FORBIDDEN,
    INVALID_EMAIL,
    INVALID_KEY_NAME,
    INVALID_SESSION,
    INVALID_VALUE,
    NOT_FOUND,
    PASSWORD_MISSING,
    PERMISSION_DENIED,
    SESSION_MISSING,
    USERNAME_MISSING,
    USERNAME_TAKEN,
    VALIDATION,
    ParseError,
    denied,
    mismatch,
    not_found,
)
from parse.queries import KNOWN_OF_ONE, Wanted, refuse_unknown, wanted_of
from parse.writing import NAME

USER = CLASSES["_User"]
COLUMNS = ("username", "email", "password")
WRONG = "Invalid username/password."
NO_PASSWORD = (PASSWORD_MISSING, "password is required")


def create(call: Call) -> Answer:
    """Sign-up: the new person has the role of new people, and a session."""
    if not (settings.SIGN_UP_OPEN or call.caller.is_master):
        raise denied("create", "_User")
    missing = {"username": (USERNAME_MISSING, "bad or missing username"), "password": NO_PASSWORD}
    for name, error in missing.items():
        if not call.body.get(name) or not isinstance(call.body[name], str):
            raise ParseError(*error)
    values = _values(call, is_new=True)
    user = User(username=values["username"], email=values.get("email"))
    _check(user, values["password"], set(values))
    with transaction.atomic():
        user.set_password(values["password"])
        user.save(force_insert=True)
        user.groups.add(*Group.objects.filter(name=settings.SIGN_UP_ROLE))
        token = {} if call.caller.is_master else {"sessionToken": _session(call, user, "signup")}
    answer = {"objectId": user.pk, "createdAt": iso(user.created_at), **token}
    return Answer(answer, 201, {"Location": call.address_of(f"/users/{user.pk}")})


def _values(call: Call, *, is_new: bool) -> dict[str, Any]:
    """Username, email and password as far as they were sent; refuses the rest by name."""
    found: dict[str, Any] = {}
    for name, value in call.body.items():
        if name in COLUMNS:
            if isinstance(value, dict) and value.get("__op") == "Delete":
                value = None
            if value is not None and not isinstance(value, str):
                raise mismatch("_User", name, "String", type_of(value))
            found[name] = value
        elif name == "objectId":
            if is_new:
                raise ParseError(INVALID_KEY_NAME, "objectId is an invalid field name.")
        elif name == "authData" and (value or (is_new and value is None)):
            raise ParseError(252, "This authentication method is unsupported.")
        elif not NAME.match(name) and name not in ("__type",):
            raise ParseError(INVALID_KEY_NAME, f"Invalid field name: {name[:100]}.")
        elif name == "ACL":
            entries_of(value or {})  # looked at, and left: a person's row is his own
        elif name in ("createdAt", "updatedAt"):
            if value is not None and type_of(value) != "Date":
                raise mismatch("_User", name, "Date", type_of(value))
        elif name == "emailVerified" and call.caller.is_master and isinstance(value, bool):
            found[name] = value
        elif name not in (*KEYS, "__type", "className", "authData") and (is_new or name != "sessionToken"):
            raise denied(f"addField ({name[:100]})", "_User")
    return found


def _check(user: User, password: str | None, names: set[str]) -> None:
    if user.email is not None:
        _check_email(user.email)
    _refuse_taken(user)
    user.clean()  # one spelling for names that look the same
    if not _is_showable(user.username):
        raise ParseError(VALIDATION, "username: 1 to 150 visible characters, without a space at its ends.")
    try:
        if password is not None and _has_rules(user):
            validate_password(password, user)
    except ValidationError as error:
        raise ParseError(VALIDATION, " ".join(error.messages)) from error


def _is_showable(name: str) -> bool:
    """As Parse any characters are taken, but none that hide, and a name that the form of the pages can send."""
    return 0 < len(name) <= 150 and name == name.strip() and not any(category(sign)[0] == "C" for sign in name)


def _has_rules(user: User) -> bool:
    """Parse knows no rules for passwords. Who looks after the installation keeps to ours on every face."""
    return settings.PARSE_PASSWORD_RULES or user.is_staff or user.is_superuser


def _check_email(email: Any) -> str:
    try:
        User._meta.get_field("email").run_validators(email)
    except ValidationError as error:
        raise ParseError(INVALID_EMAIL, "Email address format is invalid.") from error
    return email


def _refuse_taken(user: User) -> None:
    """Compared without case. The database refuses what slips past two of these at once."""
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username__iexact=user.username).exists():
        raise ParseError(USERNAME_TAKEN, "Account already exists for this username.")
    if user.email and others.filter(email__iexact=user.email).exists():
        raise ParseError(EMAIL_TAKEN, "Account already exists for this email address.")


def _session(call: Call, user: User, made: str) -> str:
    fields = {"created_with": made, "installation_id": call.caller.installation_id}
    if call.caller.installation_id:  # one device has one session of a person
        user.sessions.filter(installation_id=call.caller.installation_id).delete()
    return Session.start(user, "Parse", call.request, **fields)[1]


def update(call: Call, key: str) -> Answer:
    """One's own, or that of a person one looks after. A new password ends all sessions and starts one."""
    user = _person(call.caller, key, "change")
    values = _values(call, is_new=False)
    if "username" in values and not values["username"]:
        raise ParseError(USERNAME_MISSING, "bad or missing username")
    if "password" in values and not values["password"]:
        raise ParseError(*NO_PASSWORD)
    changed: list[str] = [
        name for name in ("username", "email") if name in values and getattr(user, name) != values[name]
    ]
    for name in changed:
        setattr(user, name, values[name])
    _check(user, values.get("password"), set(values))
    if "emailVerified" in values:
        user.confirmed_email = user.email if values["emailVerified"] else None
        changed.append("confirmed_email")
    answer: dict[str, Any] = {}
    with transaction.atomic():
        if "password" in values:
            user.set_password(values["password"])
            changed.append("password")
        user.save(update_fields=[*changed, "updated_at"])
        if "password" in values and call.caller.user == user:
            answer["sessionToken"] = _session(call, user, "login")
    return Answer({"updatedAt": iso(user.updated_at), **answer})


def delete(call: Call, key: str) -> Answer:
    """Deactivates: what a person owns stays where it is under his name, and nobody signs in as him any more.

    As in Parse, his username and his address are free for a new account.
    """
    if call.caller.is_anonymous:
        raise ParseError(SESSION_MISSING, "Insufficient auth to delete user")
    person = _person(call.caller, key, "delete")
    with transaction.atomic():
        person.name = person.name or person.username
        person.username, person.email = f"{person.username[:139]}~{person.pk}", None
        person.save(update_fields=["name", "username", "email"])
        person.deactivate()
    return Answer()


def _person(caller: Caller, key: str, verb: str) -> User:
    """The active user ``key``, as far as the caller may change him: himself, or one who holds no more than he does."""
    if caller.is_anonymous:
        raise ParseError(SESSION_MISSING, PERMISSION_DENIED)
    user = User.objects.filter(pk=key, is_active=True).first() if len(key) <= 10 else None
    if caller.is_master:
        if user is None:
            raise not_found()
        return user
    may = user is not None and (user.pk == caller.user.pk or _looks_after(caller, user, verb))
    if not may or user is None:
        raise ParseError(SESSION_MISSING, PERMISSION_DENIED)
    return user


def _looks_after(caller: Caller, user: User, verb: str) -> bool:
    if not caller.rights.may(f"accounts.{verb}_user") or user.is_superuser:
        return caller.user.is_superuser
    return caller.rights.everything or Rights.held_by(user).permissions <= caller.rights.permissions


def get(call: Call, key: str) -> Answer:
    refuse_unknown(call.parameters, KNOWN_OF_ONE)
    if call.caller.is_anonymous:
        raise not_found()
    row = objects.get(call.caller, "_User", key, wanted_of(call.parameters, USER))
    return Answer(row | ({"sessionToken": call.caller.token} if key == call.caller.user.pk else {}))


def me(call: Call) -> Answer:
    if call.caller.session is None:
        raise ParseError(INVALID_SESSION, PERMISSION_DENIED)
    return Answer(own_row(call.caller.user) | {"sessionToken": call.caller.token})


def own_row(user: User) -> dict:
    return objects.get(Caller(user), "_User", user.pk, Wanted())


# --- signing in and out -----------------------------------------------------------------------------------------------


def log_in(call: Call) -> Answer:
    user = _authenticated(call)
    return Answer(own_row(user) | {"sessionToken": _session(call, user, "login")})


def verify_password(call: Call) -> Answer:
    return Answer(own_row(_authenticated(call)))


def _authenticated(call: Call) -> User:
    """Raises 200, 201, 101 with the same words for a wrong name and a wrong password, or TooManyTries."""
    if call.in_transaction:
        raise ParseError(FORBIDDEN, "A batch with transaction: true does not sign in: each try has to be counted.")
    username, email, password = (call.text(name) for name in ("username", "email", "password"))
    if not username and not email:
        raise ParseError(USERNAME_MISSING, "username/email is required.")
    if not password:
        raise ParseError(PASSWORD_MISSING, "password is required.")
    given = (username or email, password)
    user = None
    if all(isinstance(one, str) and len(one) <= 1000 and "\x00" not in one for one in given):
        user = authenticate(call.request, username=User.normalize_username(given[0]), password=password)
    if not isinstance(user, User) or not _is_called(user, username, email):
        raise ParseError(NOT_FOUND, WRONG)
    return user


def _is_called(user: User, username: Any, email: Any) -> bool:
    """Here, as in Parse, letter by letter; the pages look past capitals."""
    if username and email:
        return (user.username, user.email) == (User.normalize_username(username), email)
    return email == user.email if email else User.normalize_username(username) in (user.username, user.email)


def log_out(call: Call) -> Answer:
    if call.caller.session:
        call.caller.session.delete()
    return Answer()


def log_in_as(call: Call) -> Answer:
    if not call.caller.is_master:
        raise denied("loginAs", "_User")
    key = call.text("userId")
    if not isinstance(key, str) or not key:
        raise ParseError(INVALID_VALUE, "userId must not be empty, null, or undefined")
    user = User.objects.filter(pk=key, is_active=True).first() if len(key) <= 10 else None
    if user is None:
        raise not_found("user not found")
    return Answer(own_row(user) | {"sessionToken": _session(call, user, "masterkey")})


def request_password_reset(call: Call) -> Answer:
    """The same answer for known and unknown addresses. Counted: each mail costs somebody's attention."""
    email = _asked_email(call)
    count_try(Try.objects, [f"reset:{address_of(call.request)}", f"reset:{email.casefold()}"[:200]])
    form = PasswordResetForm({"email": email})
    if form.is_valid():
        form.save(
            request=call.request,
            use_https=call.request.is_secure(),
            email_template_name="accounts/password_reset_email.txt",
            subject_template_name="accounts/password_reset_subject.txt",
        )
    return Answer()


def request_verification(call: Call) -> Answer:
    """The same answer for known, unknown and confirmed addresses."""
    ask_to_confirm(_asked_email(call), call.request)
    return Answer()


def _asked_email(call: Call) -> str:
    email = call.body.get("email")
    if not email and not call.body.get("token"):
        raise ParseError(EMAIL_MISSING, "you must provide an email")
    if not isinstance(email, str):
        raise ParseError(INVALID_EMAIL, "you must provide a valid email string")
    return email
