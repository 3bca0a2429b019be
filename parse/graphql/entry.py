"""The one entry of GraphQL. Keys and token are those of /parse, in headers alone; a cookie is never read."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution import Executor
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable

from parse import auth, routes
from parse.callers import Caller
from parse.calls import Answer, Call
from parse.graphql import asked
from parse.graphql.asked import Asked
from parse.graphql.context import Asking
from parse.graphql.documents import Refusal, document_of, unnamed
from parse.graphql.resolvers import Done
from parse.graphql.schema import graph
from parse.trouble import Later
from parse.views import refused, respond
from records.acting import ChangeSet, acting
from records.fields import refresh

log = logging.getLogger("parsley.errors")
PATH = "/graphql"
LONGEST_WORDS = 1000
INTERNAL = "INTERNAL_SERVER_ERROR"
NEWER = "application/graphql-response+json"


class Runner(Executor):
    """Leaves alone what a resolver has put into its shape."""

    def complete_value(self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any,
                       position_context: Any) -> Any:  # fmt: skip
        if type(result) is Done:
            return result.value
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


@csrf_exempt  # no cookie is ever read here, so nobody's browser can be made to act for him
@login_not_required
def entry(request: HttpRequest) -> HttpResponse:
    return respond(answered(request))


def answered(request: HttpRequest) -> Answer:
    if request.method == "OPTIONS":
        return Answer()
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
    caller = auth.caller_of(request, {}, PATH)
    wanted = asked.read(request)
    _know_columns(caller)
    call = Call(request, caller, request.method or "POST", PATH, route=routes.answer)
    with acting(caller.user, "parse", ChangeSet()):
        return answer_of(Asking(call, graph()), wanted)


def _know_columns(caller: Caller) -> None:
    """Whether a field was added is told along with somebody's rights; the master key has to ask."""
    if caller.is_master:
        refresh()
    elif not caller.is_anonymous:
        _ = caller.rights


def answer_of(asking: Asking, wanted: Asked) -> Answer:
    """Raises Refusal for what is not executed at all."""
    result = _executed(asking, wanted)
    body: dict[str, Any] = {"errors": [told(error, INTERNAL) for error in result.errors]} if result.errors else {}
    answer = Answer({**body, "data": result.data})
    for error in result.errors or []:
        cause = _cause(error)
        if isinstance(cause, Later):
            answer.status = cause.status
            answer.headers["Retry-After"] = str(cause.retry_after)
    return answer


def _cause(error: Exception) -> Exception:
    """What REST raised, below the places that the library added."""
    while isinstance(error, GraphQLError) and error.original_error:
        error = error.original_error
    return error


def _executed(asking: Asking, wanted: Asked) -> ExecutionResult:
    may_introspect = not asking.caller.is_anonymous
    document = document_of(asking.graph, wanted.query, may_introspect)
    runner = Runner.build(
        asking.graph.schema,
        document,
        context_value=asking,
        raw_variable_values=wanted.variables,
        operation_name=wanted.operation,
        is_awaitable=assume_not_awaitable,
        is_async_iterable=assume_not_async_iterable,
        hide_suggestions=not may_introspect,
    )
    if isinstance(runner, list):
        raise _not_built(runner if may_introspect else unnamed(runner))
    _refuse_operation(runner.operation, wanted)
    result = runner.execute_operation()
    assert isinstance(result, ExecutionResult)  # noqa: S101 - nothing here is awaited
    return result


def _not_built(errors: list[GraphQLError]) -> Refusal:
    """What says nothing of a place in the query is about which operation was meant."""
    return Refusal(errors, "BAD_USER_INPUT" if errors[0].nodes else "OPERATION_RESOLUTION_FAILURE")


def _refuse_operation(operation: OperationDefinitionNode, wanted: Asked) -> None:
    kind = operation.operation
    if kind == OperationType.SUBSCRIPTION:
        raise Refusal.of("Subscriptions are answered over a WebSocket, with the protocol graphql-transport-ws.")
    if wanted.is_get and kind != OperationType.QUERY:
        words = f"GET requests only support query operations, not {kind.value} operations"
        raise Refusal.of(words, status=405)


def told(error: GraphQLError, code: str) -> dict:
    """Without anything of where it happened inside."""
    found: dict[str, Any] = {"message": error.message[:LONGEST_WORDS]}
    if error.locations:
        found["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if error.path:
        found["path"] = error.path
    known = (error.extensions or {}).get("code")
    return {**found, "extensions": {"code": code if known is None else known}}
