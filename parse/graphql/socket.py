"""Subscriptions over a WebSocket at /graphql, in the protocol graphql-transport-ws.

A subscription is a live query (parse/livequery) whose messages are put into the shape that was asked for: who is told
of what, how often rights are looked at, and every limit are decided there. Keys and token come in the headers, or in
the payload of ``connection_init``, as browsers cannot set headers; a cookie is never read.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import orjson
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from graphql import GraphQLError, OperationType

from accounts.authentication import Overtaken
from live.threads import in_thread
from parse.auth import HEADERS
from parse.door import is_secure
from parse.errors import ParseError
from parse.graphql.asked import Asked, asked_of
from parse.graphql.documents import Refusal
from parse.graphql.entry import PATH, asking_of
from parse.graphql.execution import INTERNAL, executed, prepared, told
from parse.graphql.live import Happened, Wanting, happened
from parse.livequery.server import queries
from parse.livequery.sockets import TOO_SLOW, Send, Socket
from records.acting import ChangeSet, acting

log = logging.getLogger("parsley.live")
PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10
MOST_AHEAD = 1_000  # events that wait to be put into their shape
LONGEST_ID = 100
INVALID, UNAUTHORIZED, FORBIDDEN, NO_PROTOCOL, TOO_LATE, TAKEN, TWICE = 4400, 4401, 4403, 4406, 4408, 4409, 4429
# How a live query's connect names what the headers of REST name.
NAMES = {"app": "applicationId", "rest": "restAPIKey", "js": "javascriptKey", "master": "masterKey",
         "token": "sessionToken"}  # fmt: skip


@dataclass
class Operation:
    """One subscription, by its ``id`` to the client and its ``number`` to the live queries."""

    id: str
    number: int
    wanted: Asked
    wanting: Wanting


class GraphSocket(Socket):
    """Takes the messages of live queries for its own and passes them on in GraphQL's form."""

    def __init__(self, send: Send, scope: dict[str, Any]) -> None:
        super().__init__(send)
        self.scope = scope
        self.headers: dict[str, str] = {}
        self.is_begun = False
        self.operations: dict[int, Operation] = {}
        self.numbers = itertools.count(1)
        self._ahead: deque[tuple[Operation, Happened]] = deque()
        self._shaper: asyncio.Task | None = None

    def request(self) -> ASGIRequest:
        """A request with the keys that the socket came with, for what REST has to be asked."""
        kept = [(name, value) for name, value in self.scope["headers"] if name not in (b"cookie", b"content-length")]
        headers = [*kept, *((name.lower().encode(), value.encode()) for name, value in self.headers.items())]
        known = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": headers}
        return ASGIRequest({**self.scope, **known}, BytesIO(b""))

    def find(self, key: str) -> Operation | None:
        return next((one for one in self.operations.values() if one.id == key), None)

    def say(self, kind: str, key: str | None = None, payload: Any = None) -> None:
        message = {"type": kind, **({"id": key} if key is not None else {})}
        super().push(orjson.dumps(message | ({"payload": payload} if payload is not None else {})).decode())

    # --- from the live queries ----------------------------------------------------------------------------------------

    def push(self, text: str) -> None:
        message = orjson.loads(text)
        kind, number = message["op"], message.get("requestId")
        if kind == "connected":
            self.say("connection_ack")
        elif kind == "error":
            self._failed(number, message)
        elif "object" in message and number in self.operations:
            self._take(self.operations[number], happened(message))

    def _failed(self, number: Any, message: dict) -> None:
        operation = self.operations.pop(number, None)
        if operation is None:
            self.end(FORBIDDEN, "Forbidden")
            return
        error = GraphQLError(message["error"], extensions={"code": message["code"]})
        self.say("error", operation.id, [told(error, INTERNAL)])

    def _take(self, operation: Operation, event: Happened) -> None:
        if event.event not in operation.wanting.events:
            return
        self._ahead.append((operation, event))
        if len(self._ahead) > MOST_AHEAD:
            self._ahead.clear()
            self.end(TOO_SLOW, "Too much was left unread.")
        elif self._shaper is None:
            self._shaper = asyncio.create_task(self._shape())

    async def _shape(self) -> None:
        """In order, so that what came first is told first."""
        try:
            while self._ahead and not self.is_ending:
                operation, event = self._ahead.popleft()
                payload = await in_thread(self._payload, operation, event)
                if operation.number in self.operations:
                    self.say("next", operation.id, payload)
        except ParseError as error:
            self.end(FORBIDDEN, error.message[:100])
        except Exception:
            log.exception("An event could not be put into its shape")
            self.end(1011, "Internal server error.")
        finally:
            self._shaper = None

    def _payload(self, operation: Operation, event: Happened) -> dict:
        try:
            return self._told(operation, event, may_assume=True)
        except Overtaken:
            return self._told(operation, event)

    def _told(self, operation: Operation, event: Happened, *, may_assume: bool = False) -> dict:
        """That the event may be told was decided already; what is read besides proves the session once more."""
        asking = asking_of(self.request(), may_assume=may_assume)
        body = executed(prepared(asking, operation.wanted, event)).body
        if operation.wanting.follows:
            asking.caller.prove()
        return body


# --- the door ---------------------------------------------------------------------------------------------------------


def takes(scope: dict[str, Any]) -> bool:
    return scope["path"].rstrip("/") == PATH


async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    offered = PROTOCOL in scope.get("subprotocols", [])
    await send({"type": "websocket.accept", **({"subprotocol": PROTOCOL} if offered else {})})
    if not offered or (settings.SECURE_SSL_REDIRECT and not is_secure(scope)):
        code, reason = (1008, "") if offered else (NO_PROTOCOL, "Subprotocol not acceptable")
        await send({"type": "websocket.close", "code": code, "reason": reason})
        return
    socket = GraphSocket(send, scope)
    queries.enter(socket)
    try:
        await _listen(socket, receive)
    except TimeoutError:
        socket.end(TOO_LATE, "Connection initialisation timeout")
        await receive()
    finally:
        await queries.leave(socket)


async def _listen(socket: GraphSocket, receive: Any) -> None:
    while True:
        async with asyncio.timeout(None if socket.client_id else INIT_SECONDS):
            event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        if not socket.is_ending:
            await _hear(socket, event.get("text"))


async def _hear(socket: GraphSocket, text: str | None) -> None:
    try:
        message = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        message = None
    kind = message.get("type") if isinstance(message, dict) else None
    hear = HEARD.get(kind) if isinstance(kind, str) else None
    if hear is None:
        socket.end(INVALID, "Invalid message")
        return
    try:
        await hear(socket, message)
    except Exception:
        log.exception("A message of a subscription failed")
        socket.end(1011, "Internal server error.")


async def _init(socket: GraphSocket, message: dict) -> None:
    if socket.is_begun:
        socket.end(TWICE, "Too many initialisation requests")
        return
    socket.is_begun = True
    payload = message.get("payload")
    sent = payload if isinstance(payload, dict) else {}
    given = {name.lower(): value for name, value in sent.items() if isinstance(value, str)}
    socket.headers = {name: given[name.lower()] for name in HEADERS.values() if name.lower() in given}
    try:
        await in_thread(asking_of, socket.request())
    except ParseError as error:
        socket.end(FORBIDDEN, error.message[:100])
        return
    keys = {name: socket.request().headers.get(HEADERS[known], "") for known, name in NAMES.items()}
    said = {"op": "connect", **{name: value for name, value in keys.items() if value}}
    await queries.hear(socket, orjson.dumps(said).decode())


async def _ping(socket: GraphSocket, message: dict) -> None:
    socket.say("pong", payload=message.get("payload"))


async def _pong(socket: GraphSocket, message: dict) -> None:
    """Nothing is asked by it."""


async def _subscribe(socket: GraphSocket, message: dict) -> None:
    key, payload = message.get("id"), message.get("payload")
    if not socket.client_id:
        socket.end(UNAUTHORIZED, "Unauthorized")
    elif not isinstance(key, str) or not 0 < len(key) <= LONGEST_ID or not isinstance(payload, dict):
        socket.end(INVALID, "Invalid message")
    elif socket.find(key):
        socket.end(TAKEN, f"Subscriber for {key} already exists")
    else:
        await _begin(socket, key, payload)


async def _begin(socket: GraphSocket, key: str, payload: dict) -> None:
    try:
        wanted = asked_of(payload)
        answer = await in_thread(_looked_at, socket, wanted)
    except Refusal as refusal:
        socket.say("error", key, [told(one, refusal.code) for one in refusal.errors])
        return
    except ParseError as error:
        socket.end(FORBIDDEN, error.message[:100])
        return
    if isinstance(answer, dict):
        socket.say("next" if "data" in answer else "error", key, answer if "data" in answer else answer["errors"])
        if "data" in answer:
            socket.say("complete", key)
        return
    operation = Operation(key, next(socket.numbers), wanted, answer)
    socket.operations[operation.number] = operation
    query = {"className": answer.class_name, "where": answer.where}
    said = {"op": "subscribe", "requestId": operation.number, "query": query}
    await queries.hear(socket, orjson.dumps(said).decode())


def _looked_at(socket: GraphSocket, wanted: Asked) -> Wanting | dict:
    """What a subscription wants; of a query or a mutation the answer."""
    asking = asking_of(socket.request())
    wanting = Wanting()
    runner = prepared(asking, wanted, wanting)
    if runner.operation.operation != OperationType.SUBSCRIPTION:
        with acting(asking.caller.user, "parse", ChangeSet()):
            return executed(prepared(asking, wanted)).body
    answer = executed(runner).body
    return {"errors": answer["errors"]} if "errors" in answer else wanting


async def _complete(socket: GraphSocket, message: dict) -> None:
    operation = socket.find(message.get("id", ""))
    if operation is not None:
        del socket.operations[operation.number]
        said = {"op": "unsubscribe", "requestId": operation.number}
        await queries.hear(socket, orjson.dumps(said).decode())


HEARD = {
    "connection_init": _init,
    "ping": _ping,
    "pong": _pong,
    "subscribe": _subscribe,
    "complete": _complete,
}
