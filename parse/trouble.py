"""Everything that may go wrong without anybody having made a mistake in the code, in Parse's words."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.utils import DatabaseError, ProgrammingError
from django.http import HttpRequest
from psycopg.errors import (
    DeadlockDetected,
    InvalidRegularExpression,
    QueryCanceled,
    RaiseException,
    SerializationFailure,
)

from accounts.hooks import Refused
from accounts.signin import TooManyTries
from parse.errors import (
    DUPLICATE_VALUE,
    EMAIL_TAKEN,
    FORBIDDEN,
    INTERNAL,
    INVALID_JSON,
    INVALID_QUERY,
    OBJECT_TOO_LARGE,
    REQUEST_LIMIT,
    SCRIPT_FAILED,
    TIMEOUT,
    USERNAME_TAKEN,
    VALIDATION,
    ParseError,
)

log = logging.getLogger("parsley.errors")
UNIQUE = {"user_username_unique": USERNAME_TAKEN, "user_email_unique": EMAIL_TAKEN}
AWAY = "The database cannot be reached. It is worth trying again."


class Later(ParseError):
    """Answered with Retry-After, in seconds."""

    def __init__(self, code: int, words: str, status: int, retry_after: int) -> None:
        super().__init__(code, words, status)
        self.retry_after = retry_after


def away(words: str = AWAY) -> Later:
    return Later(INTERNAL, words, 503, 5)


def parse_error(request: HttpRequest, error: Exception) -> ParseError | None:
    """The answer to ``error``; None for a mistake of ours."""
    if isinstance(error, ParseError):
        return error
    if isinstance(error, TooManyTries):
        return Later(REQUEST_LIMIT, str(error), 429, error.retry_after)
    if isinstance(error, RequestDataTooBig):
        return ParseError(OBJECT_TOO_LARGE, "The request body is larger than 1 MB.", 413)
    if isinstance(error, Refused):
        return ParseError(SCRIPT_FAILED, " ".join(error.messages))
    if isinstance(error, ValidationError):
        return ParseError(VALIDATION, " ".join(error.messages))
    if isinstance(error, PermissionDenied):
        return ParseError(FORBIDDEN, str(error) or "Permission denied")
    if isinstance(error, RecursionError):
        return ParseError(INVALID_JSON, "The request is nested too deeply.")
    found = _of_database(error) if isinstance(error, (DatabaseError, InterfaceError)) else None
    if found:
        log.warning("%s %s answered %s: %s", request.method, request.path, found.status, error)
    return found


def _of_database(error: Exception) -> ParseError | None:
    cause = error.__cause__
    if isinstance(cause, QueryCanceled):
        return ParseError(TIMEOUT, "The database took too long over this. Ask for less, or try again later.")
    if isinstance(cause, InvalidRegularExpression):
        return ParseError(INVALID_QUERY, "bad $regex: the pattern cannot be read.")
    if isinstance(cause, (DeadlockDetected, SerializationFailure)):
        return away("Others changed the same rows at the same moment. It is worth trying again.")
    if isinstance(error, IntegrityError):
        return _of_constraint(cause)
    if isinstance(error, ProgrammingError):
        return ParseError(FORBIDDEN, str(cause).splitlines()[0]) if isinstance(cause, RaiseException) else None
    if isinstance(error, DataError):
        return ParseError(INVALID_QUERY, "A value in this request cannot be stored or compared.")
    return away() if isinstance(error, (OperationalError, InterfaceError)) else None


def _of_constraint(cause: object) -> ParseError:
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    if name in UNIQUE:
        words = "username" if UNIQUE[name] == USERNAME_TAKEN else "email address"
        return ParseError(UNIQUE[name], f"Account already exists for this {words}.")
    return ParseError(DUPLICATE_VALUE, "This collides with something saved at the same moment. Read it and try again.")
