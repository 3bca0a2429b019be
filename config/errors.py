"""What a person or a program is told when something cannot be done. Nothing internal is ever shown."""

import logging
import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.utils import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, QueryCanceled, SerializationFailure
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from accounts.hooks import Refused
from accounts.middleware import is_signed_in, page_of
from accounts.signin import TooManyTries
from parse.calls import Answer
from parse.errors import INTERNAL, INVALID_JSON, NOT_FOUND, OBJECT_TOO_LARGE, ParseError
from parse.views import respond

log = logging.getLogger("parsley.errors")

# What happened, why, and what to do next.
WORDS = {
    400: (
        _("That request cannot be read"),
        _("Something in it is malformed."),
        _("Go back, and try it once more from there."),
    ),
    403: (
        _("Not allowed"),
        _("Your role does not include this. An administrator can change that."),
        _("If you need it for your work, tell an administrator the address of this page."),
    ),
    404: (
        _("Nothing here"),
        _("There is no such page, or you may not see it."),
        _("It may have been deleted, or be shared with others alone. Look for it by its name."),
    ),
    409: (
        _("Changed meanwhile"),
        _("Somebody saved something else at the same moment. Go back, reload and try again."),
        _("Nothing of yours was half saved."),
    ),
    413: (_("Too large"), _("The request body is larger than 1 MB."), _("Send less at once, or a smaller file.")),
    422: (_("Not done"), _("A rule of this Parsley is against it."), _("Nothing was changed.")),
    429: (_("Too many tries"), _("Please wait a moment and try again."), _("This is how passwords stay unguessed.")),
    500: (
        _("Something broke"),
        _("It is our fault, it has been logged, and nothing of yours was half saved."),
        _("Try it once more. If it breaks again, tell an administrator what you did and when."),
    ),
    503: (
        _("One moment"),
        _("The database cannot be reached. This page works again as soon as it is back."),
        _("Wait a few seconds, and reload the page. What you typed comes back with it in most browsers."),
    ),
}
STALE_TITLE = _("Not sent")
STALE_FORM = _("This form is out of date or came from another site. Reload the page and send it again.")
STALE_NEXT = _("The Back button of your browser brings back what you typed: copy it before you reload.")
CODES = {400: INVALID_JSON, 404: NOT_FOUND, 413: OBJECT_TOO_LARGE}  # for Parse clients
RETRY_SECONDS = 5
PROBLEM = "application/problem+json"
# 503, not 4xx: most statements that run out of time waited for a lock, or run on a busy server. What is too costly by
# itself should not come back at once, hence the longer wait.
TIMED_OUT = _("The database took too long over this. Ask for less, or try again later.")
TIMED_OUT_SECONDS = 30


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/healthz"))


def problem(status: int, detail: str, errors: list[dict] | None = None) -> dict:
    """An RFC 9457 problem; ``errors`` holds one ``{field, code, detail}`` for each thing to correct."""
    title = str(WORDS[status][0]) if status in WORDS else HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": str(detail)}
    return body | ({"errors": errors} if errors else {})


def refuse(request: HttpRequest, status: int, detail: Any = "", errors: list[dict] | None = None) -> HttpResponse:
    """The one way to answer an error outside DRF: JSON for programs (see ``problem``), a page in words for people."""
    title, usual, advice = WORDS[status]
    detail = str(detail or usual)
    if request.path.startswith(("/parse", "/graphql")):
        return respond(Answer(ParseError(CODES.get(status, INTERNAL), detail).body, status, _retry(status)))
    if wants_json(request):
        response: HttpResponse = JsonResponse(problem(status, detail, errors), status=status)
        response.headers["Content-Type"] = PROBLEM
    else:
        response = page(request, status, {"title": title, "detail": detail, "advice": advice})
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def page(request: HttpRequest, status: int, words: dict[str, Any]) -> HttpResponse:
    """In words: for a part of a page as plain text, which becomes a toast; else a page, in the shell if signed in.

    From 500 on without the shell, for that asks the database who is there.
    """
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(words["detail"], status=status, content_type="text/plain; charset=utf-8")
    context = {**words, "status": status, "back": _where_from(request)}
    try:
        if status < 500 and hasattr(request, "user") and is_signed_in(request):
            return render(request, "errors/page.html", context, status=status)
    except DatabaseError:
        log.warning("%s %s: the page of error %s is shown without the shell", request.method, request.path, status)
    return render(None, "errors/error.html", context, status=status)


def _where_from(request: HttpRequest) -> str:
    """The page of ours that led here; empty where none did. The host is compared, not asked for: a bad one raises."""
    address = request.headers.get("Referer", "")
    ours = address.partition("://")[2].startswith(f"{request.META.get('HTTP_HOST')}/")
    page = page_of(address) if ours else ""
    return "" if page.partition("?")[0] == request.path else page


def _retry(status: int) -> dict[str, str]:
    return {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request) or request.path.startswith(("/parse", "/graphql")):
        return refuse(request, 403, str(STALE_FORM))
    return page(request, 403, {"title": STALE_TITLE, "detail": STALE_FORM, "advice": STALE_NEXT})


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


def _database_trouble(error: BaseException) -> tuple[int, Any, int] | None:
    """Status, words, and seconds until it makes sense to try again (0: it makes none); None for our own mistakes."""
    if isinstance(error.__cause__, QueryCanceled):
        return 503, TIMED_OUT, TIMED_OUT_SECONDS
    if isinstance(error, (OperationalError, InterfaceError)):
        return 503, WORDS[503][1], RETRY_SECONDS
    if isinstance(error, DatabaseError) and isinstance(error.__cause__, (DeadlockDetected, SerializationFailure)):
        return 503, WORDS[503][1], RETRY_SECONDS
    if isinstance(error, IntegrityError):
        return 409, _("This collides with something saved at the same moment. Read it again and retry."), 0
    return (
        (400, _("A value in this request cannot be stored or compared."), 0) if isinstance(error, DataError) else None
    )


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
