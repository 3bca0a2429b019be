"""What a person or a program is told when something cannot be done. Nothing internal is ever shown."""

import logging
import sys
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.utils import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from psycopg.errors import DeadlockDetected, QueryCanceled, SerializationFailure
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from accounts.hooks import Refused
from accounts.signin import TooManyTries
from parse.calls import Answer
from parse.errors import INTERNAL, INVALID_JSON, NOT_FOUND, OBJECT_TOO_LARGE, ParseError
from parse.views import respond

log = logging.getLogger("parsley.errors")

WORDS = {
    400: ("That request cannot be read", "Something in it is malformed."),
    403: ("Not allowed", "Your role does not include this. An administrator can change that."),
    404: ("Nothing here", "There is no such page, or you may not see it."),
    409: ("Changed meanwhile", "Somebody saved something else at the same moment. Go back, reload and try again."),
    413: ("Too large", "The request body is larger than 1 MB."),
    422: ("Not done", "A rule of this Parsley is against it."),
    429: ("Too many tries", "Please wait a moment and try again."),
    500: ("Something broke", "It is our fault, it has been logged, and nothing of yours was half saved."),
    503: ("One moment", "The database cannot be reached. This page works again as soon as it is back."),
}
CODES = {400: INVALID_JSON, 404: NOT_FOUND, 413: OBJECT_TOO_LARGE}  # for Parse clients
RETRY_SECONDS = 5
PROBLEM = "application/problem+json"
# 503, not 4xx: most statements that run out of time waited for a lock, or run on a busy server. What is too costly by
# itself should not come back at once, hence the longer wait.
TIMED_OUT = "The database took too long over this. Ask for less, or try again later."
TIMED_OUT_SECONDS = 30


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/healthz"))


def problem(status: int, detail: str, errors: list[dict] | None = None) -> dict:
    """An RFC 9457 problem; ``errors`` holds one ``{field, code, detail}`` for each thing to correct."""
    title = WORDS[status][0] if status in WORDS else HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return body | ({"errors": errors} if errors else {})


def refuse(request: HttpRequest, status: int, detail: str = "", errors: list[dict] | None = None) -> HttpResponse:
    """The one way to answer an error outside DRF: JSON for programs (see ``problem``), a page in words for people."""
    title, usual = WORDS[status]
    detail = detail or usual
    if request.path.startswith("/parse"):
        return respond(Answer(ParseError(CODES.get(status, INTERNAL), detail).body, status, _retry(status)))
    if wants_json(request):
        response: HttpResponse = JsonResponse(problem(status, detail, errors), status=status)
        response.headers["Content-Type"] = PROBLEM
    else:
        response = render(
            None, "errors/error.html", {"title": title, "detail": detail, "status": status}, status=status
        )
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _retry(status: int) -> dict[str, str]:
    return {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refuse(
        request, 403, "This form is out of date or came from another site. Reload the page and send it again."
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Also where a database that went away in mid-request ends up when a middleware was the first to notice."""
    error = sys.exc_info()[1]
    return (expected(request, error) if error else None) or refuse(request, 500)


def expected(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The answer to what may happen without anybody having made a mistake in the code; None for the rest."""
    if isinstance(error, TooManyTries):
        response = refuse(request, 429, str(error))
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    if isinstance(error, Refused):
        return refuse(request, 422, " ".join(error.messages))
    trouble = _database_trouble(error)
    if trouble is None:
        return None
    status, detail, retry_after = trouble
    log.warning("%s %s answered %s: %s", request.method, request.path, status, error)
    response = refuse(request, status, detail)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _database_trouble(error: BaseException) -> tuple[int, str, int] | None:
    """Status, words, and seconds until it makes sense to try again (0: it makes none); None for our own mistakes."""
    if isinstance(error.__cause__, QueryCanceled):
        return 503, TIMED_OUT, TIMED_OUT_SECONDS
    if isinstance(error, (OperationalError, InterfaceError)):
        return 503, WORDS[503][1], RETRY_SECONDS
    if isinstance(error, DatabaseError) and isinstance(error.__cause__, (DeadlockDetected, SerializationFailure)):
        return 503, WORDS[503][1], RETRY_SECONDS
    if isinstance(error, IntegrityError):
        return 409, "This collides with something saved at the same moment. Read it again and retry.", 0
    return (400, "A value in this request cannot be stored or compared.", 0) if isinstance(error, DataError) else None


def api_exception(error: Exception, context: dict) -> Response | None:
    """DRF's handler: every error a problem, every field named; database trouble as 4xx or 503, never 500."""
    trouble = _database_trouble(error)
    if trouble:
        set_rollback()
        return _database_problem(context["request"], error, *trouble)
    words = str(error)
    error = _translated(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        listed = list(_listed(error.get_full_details()))
        response.data = problem(response.status_code, "; ".join(map(_sentence, listed)), listed)
    else:
        detail = words if isinstance(error, exceptions.Throttled) else str(getattr(error, "detail", error))
        response.data = problem(response.status_code, detail)
    response.content_type = PROBLEM
    return response


def _translated(error: Exception) -> Exception:
    """Django's own errors as those that DRF answers."""
    if isinstance(error, TooManyTries):
        return exceptions.Throttled(wait=error.retry_after)
    if isinstance(error, ValidationError):
        return exceptions.ValidationError(get_error_detail(error))
    if isinstance(error, Http404):
        return exceptions.NotFound(WORDS[404][1])
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    return error


def _database_problem(request, error: Exception, status: int, detail: str, retry_after: int) -> Response:
    log.warning("%s %s answered %s: %s", request.method, request.path, status, error)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return Response(problem(status, detail), status, headers=headers, content_type=PROBLEM)


def _sentence(entry: dict) -> str:
    return f"{entry['field']}: {entry['detail']}" if entry["field"] else entry["detail"]


def _listed(details, path: str = ""):
    """Flattens DRF's nested error details to ``{field, code, detail}``."""
    if isinstance(details, dict) and "message" in details and "code" in details:
        field = "" if path in ("non_field_errors", "__all__") else path
        yield {"field": field, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _listed(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(details, list):
        for inner in details:
            yield from _listed(inner, path)
