"""The one entry of GraphQL. Keys and token are those of /parse, in headers alone; a cookie is never read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from graphql import OperationType

from accounts.authentication import Overtaken
from parse import auth, routes
from parse.callers import Caller
from parse.calls import Answer, Call
from parse.graphql import asked
from parse.graphql.context import Asking
from parse.graphql.documents import Refusal
from parse.graphql.execution import executed, prepared, told
from parse.graphql.schema import graph
from parse.views import refused, respond
from records.acting import ChangeSet, acting
from records.fields import refresh

PATH = "/graphql"
NEWER = "application/graphql-response+json"


@csrf_exempt  # no cookie is ever read here, so nobody's browser can be made to act for him
@login_not_required
def entry(request: HttpRequest) -> HttpResponse:
    return respond(answered(request))


def answered(request: HttpRequest) -> Answer:
    if request.method == "OPTIONS":
        return Answer(b"OK", headers={"Content-Type": "text/plain; charset=utf-8"})
    try:
        answer = _done(request)
    except Refusal as refusal:
        answer = Answer({"errors": [told(one, refusal.code) for one in refusal.errors]}, refusal.status)
        if refusal.status == 405:
            answer.headers["Allow"] = "GET, POST"
    except Exception as error:
        return refused(request, error)
    if request.headers.get("Accept", "").startswith(NEWER):
        answer.headers["Content-Type"] = f"{NEWER}; charset=utf-8"
    return answer


def _done(request: HttpRequest) -> Answer:
    """A question is asked on the strength of a session that its own statements prove; anything else looks it up."""
    try:
        return _tried(request, may_assume=True)
    except Overtaken:
        return _tried(request)


def _tried(request: HttpRequest, *, may_assume: bool = False) -> Answer:
    asking = asking_of(request, may_assume=may_assume)
    try:
        answer = _executed(request, asking)
    except Exception:
        asking.caller.prove()
        raise
    asking.caller.prove()
    return answer


def _executed(request: HttpRequest, asking: Asking) -> Answer:
    wanted = asked.read(request)
    runner = prepared(asking, wanted)
    kind = runner.operation.operation
    if kind == OperationType.SUBSCRIPTION:
        raise Refusal.of("Subscriptions are answered over a WebSocket, with the protocol graphql-transport-ws.")
    if wanted.is_get and kind != OperationType.QUERY:
        words = f"GET requests only support query operations, not {kind.value} operations"
        raise Refusal.of(words, status=405)
    if kind != OperationType.QUERY:
        asking.caller.prove()
    with acting(asking.caller.user, "parse", ChangeSet()):
        return executed(runner)


def asking_of(request: HttpRequest, *, may_assume: bool = False) -> Asking:
    """Raises 403 for wrong keys, 209 for an unknown token."""
    caller = auth.caller_of(request, {}, PATH, may_assume=may_assume)
    _know_columns(caller)
    return Asking(Call(request, caller, request.method or "POST", PATH, route=routes.answer), graph())


def _know_columns(caller: Caller) -> None:
    """Whether a field was added is told along with somebody's rights; the master key has to ask."""
    if caller.is_master:
        refresh()
    elif not caller.is_anonymous:
        _ = caller.rights
