"""The live queries of a process: its sockets, what they asked for, and the delivery of changes to them."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

import orjson
from django.db import DatabaseError, InterfaceError

from live.feed import Moment
from live.follower import Entry, follower
from live.threads import in_thread
from parse.auth import is_master
from parse.classes import CLASSES, NAMES, ParseClass
from parse.errors import INVALID_SESSION, REQUEST_LIMIT, TIMEOUT, ParseError
from parse.livequery import conditions, holders
from parse.livequery.events import Event, Step, steps_of
from parse.livequery.frames import complaint, error
from parse.livequery.groups import Groups
from parse.livequery.holders import Holder, Holders
from parse.livequery.images import Asker, Images, Lost
from parse.livequery.sockets import AGAIN, ENDED, Socket
from parse.livequery.subscriptions import Subscription
from parse.trouble import AWAY

log = logging.getLogger("parsley.live")
MOST_SUBSCRIPTIONS = 200  # of one socket
MOST_BEHIND = 20_000  # changes that wait to be delivered
AT_ONCE = 100
INTERNAL, TOO_EARLY, WRONG_KEY = 1, 2, 4  # codes of the protocol itself
NO_CLIENT = "Can not find this client, make sure you connect to server before {}"
NO_SUBSCRIPTION = (
    "Cannot find subscription with clientId {} subscriptionId {}. "
    "Make sure you subscribe to live query server before unsubscribing."
)


class LiveQueries:
    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.groups = Groups()
        self.holders = Holders()
        self.asker = Asker(self.groups)
        self._ahead: asyncio.Queue[list[Entry] | str] = asyncio.Queue()
        self._behind = 0
        self._task: asyncio.Task | None = None
        self._stop: Any = None

    # --- coming and going ---------------------------------------------------------------------------------------------

    def enter(self, socket: Socket) -> None:
        self.sockets.add(socket)

    async def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self._forget_all(socket)
        if not self.sockets:
            await self._rest()

    async def _start(self) -> None:
        """Every change that is committed after this is delivered. Raises 124 where the database is away."""
        if self._task is None:
            self._ahead, self._behind = asyncio.Queue(), 0
            self._stop = follower.listen(self._take, self._heed)
            self._task = asyncio.create_task(self._deliver_all())
        try:
            async with asyncio.timeout(5):
                await follower.ready()
        except TimeoutError as late:
            raise ParseError(TIMEOUT, AWAY) from late

    async def _rest(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            self._stop()
            task.cancel()
            await self.asker.close()

    def _forget_all(self, socket: Socket) -> None:
        for subscription in list(socket.subscriptions.values()):
            self._forget(subscription)

    def _forget(self, subscription: Subscription) -> None:
        subscription.socket.subscriptions.pop(subscription.request_id, None)
        subscription.holder.subscriptions.discard(subscription)
        self.groups.remove(subscription)
        self.holders.drop_unused(subscription.holder)

    def end_all(self, code: int, reason: str) -> None:
        for socket in list(self.sockets):
            self._forget_all(socket)
            socket.end(code, reason)

    # --- what a client says -------------------------------------------------------------------------------------------

    async def hear(self, socket: Socket, text: str | None) -> None:
        """``text``: None for a frame of bytes. What is no JSON gets no answer, as from Parse's own server."""
        try:
            message = {} if text is None else orjson.loads(text)
        except orjson.JSONDecodeError:
            return
        wrong = complaint(message)
        if wrong:
            socket.push(error(INTERNAL, wrong))
        elif message["op"] == "connect":
            self._connect(socket, message)
        elif message["op"] == "subscribe":
            await self._subscribe(socket, message)
        else:
            ended = self._unsubscribe(socket, message, is_told=message["op"] == "unsubscribe")
            if message["op"] == "update":
                await self._subscribe(socket, message, ended.since if ended else None)

    def _connect(self, socket: Socket, message: dict[str, Any]) -> None:
        names = {"app": "applicationId", "rest": "restAPIKey", "js": "javascriptKey", "master": "masterKey"}
        try:
            master = is_master({name: message.get(key, "") for name, key in names.items()})
        except ParseError:
            socket.push(error(WRONG_KEY, "Key in request is not valid"))
            return
        self._forget_all(socket)
        installation = message.get("installationId")
        socket.connected(str(uuid.uuid4()), installation, message.get("sessionToken", ""), master)

    def _unsubscribe(self, socket: Socket, message: dict[str, Any], *, is_told: bool) -> Subscription | None:
        """Answers what has ended."""
        if not socket.client_id:
            socket.push(error(TOO_EARLY, NO_CLIENT.format("unsubscribing")))
            return None
        subscription = socket.subscriptions.get(message["requestId"])
        if subscription is None:
            number = orjson.dumps(message["requestId"]).decode()
            socket.push(error(TOO_EARLY, NO_SUBSCRIPTION.format(socket.client_id, number)))
            return None
        self._forget(subscription)
        if is_told:
            subscription.tell("unsubscribed")
        return subscription

    async def _subscribe(self, socket: Socket, message: dict[str, Any], since: Moment | None = None) -> None:
        """``since``: of the one that this takes the place of."""
        if not socket.client_id:
            socket.push(error(TOO_EARLY, NO_CLIENT.format("subscribing")))
            return
        request_id = message["requestId"]
        try:
            await self._add(socket, request_id, message["query"], message.get("sessionToken", ""), since)
        except ParseError as refused:
            socket.push(error(refused.code, refused.message, reconnect=False, request_id=request_id))
        except (DatabaseError, InterfaceError) as away:
            log.warning("A subscription could not be looked at: %s", away)
            socket.push(error(TIMEOUT, AWAY, request_id=request_id))

    async def _add(
        self, socket: Socket, request_id: Any, query: dict[str, Any], token: str, since: Moment | None
    ) -> None:
        if request_id not in socket.subscriptions and len(socket.subscriptions) >= MOST_SUBSCRIPTIONS:
            raise ParseError(REQUEST_LIMIT, f"A socket takes at most {MOST_SUBSCRIPTIONS} subscriptions.")
        conditions.refuse_shape(query["where"])
        holder = await self._holder(socket, token)
        try:
            since = since or await in_thread(Moment.now)
            await self._add_for(holder, socket, request_id, query, since)
        finally:
            self.holders.drop_unused(holder)

    async def _add_for(
        self, holder: Holder, socket: Socket, request_id: Any, query: dict[str, Any], since: Moment
    ) -> None:
        name, where = query["className"], query["where"]
        if name == "_Session" and holder.user_id is None:
            raise ParseError(INVALID_SESSION, "Invalid session token")
        parse_class = CLASSES.get(name)
        is_live = parse_class is not None and parse_class.is_record
        subscription = Subscription(
            socket,
            request_id,
            holder,
            parse_class,
            conditions.key_of(where),
            since,
            _names(query, "keys"),
            _names(query, "watch"),
        )
        condition = await self._condition(holder, parse_class, where) if parse_class and is_live else None
        if self.holders.put(holder) is not holder or not holder.is_alive:
            raise ParseError(INVALID_SESSION, "Invalid session token")
        if request_id in socket.subscriptions:
            self._forget(socket.subscriptions[request_id])
        if socket.is_ending or socket not in self.sockets:
            return
        socket.subscriptions[request_id] = subscription
        holder.subscriptions.add(subscription)
        if parse_class and condition:
            self.groups.add(subscription, parse_class, condition)
        subscription.tell("subscribed")

    async def _holder(self, socket: Socket, token: str) -> Holder:
        """The token of the subscription counts; that of the socket where it has none."""
        if socket.is_master:
            return self.holders.master
        token = token or socket.token
        if not token:
            return self.holders.nobody
        holder = await in_thread(holders.load, token)
        return self.holders.nobody if holder is None else self.holders.put(holder)

    async def _condition(self, holder: Holder, parse_class: ParseClass, where: dict[str, Any]) -> conditions.Condition:
        """Raises 101 or 119 to whom the class is closed, and whatever is wrong with ``where``."""
        holder.caller.refuse_unless(parse_class, conditions.action_of(where))
        await self._start()
        known = self.groups.find(parse_class, conditions.key_of(where))
        if known is not None:
            return known.condition
        condition = await in_thread(conditions.compiled, parse_class, where)
        if not self.groups.has_room_for(condition):
            raise ParseError(REQUEST_LIMIT, "Too many different queries are live. It is worth trying again later.")
        return condition

    # --- what happened ------------------------------------------------------------------------------------------------

    def _take(self, entries: list[Entry]) -> None:
        """From the follower: only what somebody may have asked for."""
        wanted = [one for one in entries if NAMES.get(one.model) in self.groups.by_class]
        if not wanted:
            return
        self._behind += len(wanted)
        if self._behind > MOST_BEHIND:
            self._ahead, self._behind = asyncio.Queue(), 0
            self.end_all(AGAIN, "Too much happened at once: read the rows again.")
        else:
            self._ahead.put_nowait(wanted)

    def _heed(self, kind: str, name: str) -> None:
        if kind == "lost":
            self.end_all(AGAIN, "The database was restored: read the rows again.")
        elif kind == "rights" and (name == holders.EVERYBODY or name in self.holders.stamps):
            self._ahead.put_nowait(kind)

    async def _deliver_all(self) -> None:
        """In order, one batch after the other; what goes wrong ends the sockets, so that clients read again."""
        while True:
            try:
                async with asyncio.timeout(1):
                    entries = await self._ahead.get()
            except TimeoutError:
                self._end_sessions(holders.expired(self.holders))
                continue
            try:
                if not isinstance(entries, str):
                    self._behind = max(0, self._behind - len(entries))
                await self._renew()
                if not isinstance(entries, str):
                    steps = steps_of(entries)
                    for start in range(0, len(steps), AT_ONCE):
                        await self._deliver(steps[start : start + AT_ONCE])
            except Lost:
                self.end_all(AGAIN, "The database cannot be reached: read the rows again later.")
            except Exception:
                log.exception("Changes could not be delivered")
                self.end_all(AGAIN, "Something went wrong here: read the rows again.")

    async def _renew(self) -> None:
        """Whoever's rights or session changed before what is delivered next has those of now."""
        stale = await self.asker.stale(self.holders.stamps)
        if stale:
            ended = await in_thread(holders.renew, self.holders.of_people(set(stale)))
            self.holders.note(stale)
            self._end_sessions(ended)
        self._end_sessions(holders.expired(self.holders))

    def _end_sessions(self, ended: list[Holder]) -> None:
        for holder in ended:
            holder.is_alive = False
            for subscription in list(holder.subscriptions):
                socket = subscription.socket
                told = {"reconnect": False, "request_id": subscription.request_id}
                socket.push(error(INVALID_SESSION, "Invalid session token", **told))
                self._forget(subscription)
                socket.end(ENDED, "The session has ended.")
                self._forget_all(socket)
            self.holders.drop_unused(holder)

    async def _deliver(self, steps: list[Step]) -> None:
        asked: dict[str, list[int]] = {}
        for step in steps:
            asked.setdefault(step.parse_class.name, []).extend(step.seqs)
        images: Images = {}
        for name, seqs in asked.items():
            of_class = self.groups.by_class.get(name)
            if of_class is not None:
                images |= await self.asker.images(of_class, seqs)
        self._give_up_broken()
        for step in steps:
            before, after = images.get((step.first.seq, False)), images.get((step.last.seq, True))
            if before or after:
                await Event(step, before, after).deliver()

    def _give_up_broken(self) -> None:
        """A pattern that takes the database too long, or a comparison that it cannot make."""
        broken, self.asker.broken = self.asker.broken, []
        for group in broken:
            for subscription in list(group):
                told = {"reconnect": False, "request_id": subscription.request_id}
                subscription.socket.push(error(TIMEOUT, "The database cannot answer this query in time.", **told))
                self._forget(subscription)


def _names(query: dict[str, Any], what: str) -> tuple[str, ...] | None:
    return tuple(query[what]) if what in query else None


queries = LiveQueries()
