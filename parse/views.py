"""The one entry of Parse clients: every answer is JSON and carries CORS, errors included."""

from __future__ import annotations

import logging

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.authentication import Overtaken
from parse import auth, bodies, classes, files, routes
from parse.calls import Answer, Call
from parse.errors import INTERNAL, ParseError
from parse.trouble import Later, parse_error
from records.acting import ChangeSet, acting

log = logging.getLogger("parsley.errors")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET,PUT,POST,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": (
        "X-Parse-Master-Key, X-Parse-REST-API-Key, X-Parse-Javascript-Key, X-Parse-Application-Id, "
        "X-Parse-Client-Version, X-Parse-Session-Token, X-Requested-With, X-Parse-Revocable-Session, "
        "X-Parse-Request-Id, X-Parse-Installation-Id, Content-Type, Pragma, Cache-Control"
    ),
    "Access-Control-Expose-Headers": "X-Parse-Job-Status-Id, X-Parse-Push-Status-Id",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
RECORDS = tuple(f"/classes/{name}" for name in classes.RECORDS)
SIGN_IN = {"/login", "/health"}  # an expired token among the keys is no reason to refuse a new one


@csrf_exempt  # no cookie is ever read here, so nobody's browser can be made to act for him
@login_not_required
def entry(request: HttpRequest, path: str | None = None) -> HttpResponse:
    if request.method == "OPTIONS":
        return respond(Answer(b"OK", headers={"Content-Type": "text/plain; charset=utf-8"}))
    try:
        return respond(_answer(request, "/" + (path or "").strip("/")))
    except Exception as error:
        return refuse(request, error)


def _answer(request: HttpRequest, path: str) -> Answer:
    if path == "/health":
        return Answer({"status": "ok"})
    opened = files.opened(request, path) if path.startswith("/files/") else None
    if opened:
        return opened
    sent = files.sent(request, path) or bodies.read(request)
    if sent.method in ("GET", "POST", "PUT") and path.startswith(RECORDS):
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


def respond(answer: Answer) -> HttpResponse:
    content = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    response = HttpResponse(content, "application/json; charset=utf-8", answer.status)
    for headers in (CORS, answer.headers):
        for name, value in headers.items():
            response.headers[name] = value
    return response


def refuse(request: HttpRequest, error: Exception) -> HttpResponse:
    """What is a mistake of ours is logged, and told without any of its words."""
    known = parse_error(request, error)
    if known is None:
        log.exception("%s %s", request.method, request.path)
        known = ParseError(INTERNAL, "Internal server error.")
    if known.detail:
        log.info("%s %s answered %s: %s", request.method, request.path, known.code, known.detail)
    headers = {"Retry-After": str(known.retry_after)} if isinstance(known, Later) else {}
    return respond(Answer(known.body, known.status, headers))
