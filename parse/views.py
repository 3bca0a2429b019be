"""The one entry of Parse clients: every answer is JSON and carries CORS, errors included."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SynchronousOnlyOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.authentication import Overtaken
from accounts.loop import in_loop
from parse import auth, bodies, classes, files, routes
from parse.calls import Answer, Call
from parse.errors import INTERNAL, ParseError
from parse.trouble import Later, parse_error
from records.acting import ChangeSet, acting

log = logging.getLogger("parsley.errors")
RECORDS = tuple(f"/classes/{name}" for name in classes.RECORDS)
FOR_A_THREAD = (SynchronousOnlyOperation, OperationalError)  # what parse/door.py begins anew in one
SIGN_IN = {"/login", "/health"}  # an expired token among the keys is no reason to refuse a new one


@csrf_exempt  # no cookie is ever read here, so nobody's browser can be made to act for him
@login_not_required
def entry(request: HttpRequest, path: str | None = None) -> HttpResponse:
    return respond(answered(request, path or ""))


def answered(request: HttpRequest, path: str) -> Answer:
    """To any call, errors included."""
    if request.method == "OPTIONS":
        return Answer(b"OK", headers={"Content-Type": "text/plain; charset=utf-8"})
    try:
        return _answer(request, "/" + path.strip("/"))
    except Exception as error:
        here = in_loop()
        if here and not here.has_written and isinstance(error, FOR_A_THREAD):
            raise
        return refused(request, error)


def respond(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.content, status=answer.status)
    for name, value in answer.all_headers.items():
        response.headers[name] = value
    return response


def _answer(request: HttpRequest, path: str) -> Answer:
    if path == "/health":
        return Answer({"status": "ok"})
    opened = files.opened(request, path) if path.startswith("/files/") else None
    if opened:
        return opened
    sent = files.sent(request, path) or bodies.read(request)
    if sent.method in ("GET", "POST", "PUT", "DELETE") and path.startswith(RECORDS):
        try:
            return _routed(request, sent, path, may_assume=True)
        except Overtaken:
            pass
    return _routed(request, sent, path)


def _routed(request: HttpRequest, sent: bodies.Sent, path: str, *, may_assume: bool = False) -> Answer:
    """``may_assume``: of a session that is not looked up first only the answer counts that proved it on its way."""
    caller = auth.caller_of(request, sent.controls, path, with_session=path not in SIGN_IN, may_assume=may_assume)
    parameters = sent.parameters | sent.body if sent.method == "GET" else sent.parameters
    call = Call(request, caller, sent.method, path, sent.body, parameters, route=routes.answer)
    try:
        with acting(caller.user, "parse", ChangeSet()):
            answer = routes.answer(call)
    except Exception:
        caller.prove()
        raise
    caller.prove()
    return answer


def refused(request: HttpRequest, error: Exception) -> Answer:
    """What is a mistake of ours is logged, and told without any of its words."""
    known = parse_error(request, error)
    if known is None:
        log.exception("%s %s", request.method, request.path)
        known = ParseError(INTERNAL, "Internal server error.")
    if known.detail:
        log.info("%s %s answered %s: %s", request.method, request.path, known.code, known.detail)
    headers = {"Retry-After": str(known.retry_after)} if isinstance(known, Later) else {}
    return Answer(known.body, known.status, headers)
