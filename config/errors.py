"""What a person or a program is told when something cannot be done. Nothing internal is ever shown."""

import logging
import sys

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.utils import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from psycopg.errors import DeadlockDetected, QueryCanceled, SerializationFailure
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from accounts.signin import TooManyTries

log = logging.getLogger("parsley.errors")

WORDS = {
    400: ("That request cannot be read", "Something in it is malformed."),
    403: ("Not allowed", "Your role does not include this. An administrator can change that."),
    404: ("Nothing here", "There is no such page, or you may not see it."),
    413: ("Too large", "The request body is larger than 1 MB."),
    429: ("Too many tries", "Please wait a moment and try again."),
    500: ("Something broke", "It is our fault, it has been logged, and nothing of yours was half saved."),
    503: ("One moment", "The database cannot be reached. This page works again as soon as it is back."),
}
RETRY_SECONDS = 5


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/healthz"))


def problem(status: int, detail: str, errors: list[dict] | None = None) -> dict:
    """An RFC 9457 problem; ``errors`` holds one ``{field, code, detail}`` for each thing to correct."""
    body = {"type": "about:blank", "title": WORDS.get(status, ("Error", ""))[0], "status": status, "detail": detail}
    return body | ({"errors": errors} if errors else {})


def refuse(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """The one way to answer an error outside DRF: JSON for programs, a page in our words for people."""
    title, usual = WORDS[status]
    detail = detail or usual
    if wants_json(request):
        response: HttpResponse = JsonResponse(problem(status, detail), status=status)
        response.headers["Content-Type"] = "application/problem+json"
    else:
        response = render(
            None, "errors/error.html", {"title": title, "detail": detail, "status": status}, status=status
        )
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


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
    status = _database_status(error)
    if status:
        log.warning("%s %s answered %s: %s", request.method, request.path, status, error)
    return refuse(request, status) if status else None


def _database_status(error: BaseException | None) -> int | None:
    """503: away, busy or deadlocked, so trying again makes sense. 400: a value no column can hold."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return 400 if isinstance(error.__cause__, QueryCanceled) else 503
    if isinstance(error, DatabaseError) and isinstance(error.__cause__, (DeadlockDetected, SerializationFailure)):
        return 503
    return 400 if isinstance(error, DataError) else None


def api_exception(error: Exception, context: dict) -> Response | None:
    """DRF's handler: every error a problem, every field named; database trouble as 400 or 503, never 500."""
    if isinstance(error, TooManyTries):
        error = exceptions.Throttled(wait=error.retry_after, detail=str(error))
    elif isinstance(error, ValidationError):
        error = exceptions.ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    status = _database_status(error)
    if status or isinstance(error, IntegrityError):
        set_rollback()
        return _database_problem(status or 409)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        listed = list(_listed(error.get_full_details()))
        detail = "; ".join(
            f"{entry['field']}: {entry['detail']}" if entry["field"] else entry["detail"] for entry in listed
        )
        response.data = problem(response.status_code, detail, listed)
    else:
        response.data = problem(response.status_code, str(getattr(error, "detail", error)))
    response.content_type = "application/problem+json"
    return response


def _database_problem(status: int) -> Response:
    words = {
        400: "A value in this request cannot be stored or compared.",
        409: "This collides with something saved at the same moment. Read it again and retry.",
        503: WORDS[503][1],
    }
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    return Response(problem(status, words[status]), status, headers=headers, content_type="application/problem+json")


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
