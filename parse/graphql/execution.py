"""Executes what was asked. The library finds its way from root to root; what is below a root comes ready."""

from __future__ import annotations

from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable

from parse.calls import Answer
from parse.graphql.asked import Asked
from parse.graphql.context import Asking
from parse.graphql.documents import Refusal, document_of, unnamed
from parse.graphql.resolvers import Done
from parse.trouble import Later

LONGEST_WORDS = 1000
INTERNAL = "INTERNAL_SERVER_ERROR"


class Runner(Executor):
    """Leaves alone what a resolver has put into its shape."""

    def complete_value(self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any,
                       position_context: Any) -> Any:  # fmt: skip
        if type(result) is Done:
            return result.value
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


def prepared(asking: Asking, wanted: Asked, root: Any = None) -> Runner:
    """Raises Refusal for what is not executed at all."""
    may_introspect = not asking.caller.is_anonymous
    runner = Runner.build(
        asking.graph.schema,
        document_of(asking.graph, wanted.query, may_introspect),
        root_value=root,
        context_value=asking,
        raw_variable_values=wanted.variables,
        operation_name=wanted.operation,
        is_awaitable=assume_not_awaitable,
        is_async_iterable=assume_not_async_iterable,
        hide_suggestions=not may_introspect,
    )
    if isinstance(runner, list):
        raise _not_built(runner if may_introspect else unnamed(runner))
    assert isinstance(runner, Runner)  # noqa: S101 - it is made by its own class
    return runner


def _not_built(errors: list[GraphQLError]) -> Refusal:
    """What says nothing of a place in the query is about which operation was meant."""
    return Refusal(errors, "BAD_USER_INPUT" if errors[0].nodes else "OPERATION_RESOLUTION_FAILURE")


def executed(runner: Runner) -> Answer:
    result = runner.execute_operation()
    assert isinstance(result, ExecutionResult)  # noqa: S101 - nothing here is awaited
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


def told(error: GraphQLError, code: str) -> dict:
    """Without anything of where it happened inside."""
    found: dict[str, Any] = {"message": error.message[:LONGEST_WORDS]}
    if error.locations:
        found["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if error.path:
        found["path"] = error.path
    known = (error.extensions or {}).get("code")
    return {**found, "extensions": {"code": code if known is None else known}}
