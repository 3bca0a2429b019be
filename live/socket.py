"""The socket ``/live`` of our own pages: the browser's cookie says who, the Origin says that the page is ours.

The page says in one message what it shows, since when, and by which rights; from then on it is told when that changed.

    page    {"show": "deal:aB3dE6gH9k", "since": "…", "rights": "…"}
    server  {"ready": true, "cursor": "…", "rights": "…", "changed": {"deal:aB3dE6gH9k": [null]}}
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

from live.concerns import kinds
from live.guests import Guest, guests, key_in
from live.logged import records
from live.threads import in_thread
from live.windows import AGAIN, DAY, ENDED, HIDDEN, Window, windows

log = logging.getLogger("parsley.live")
PATH = "/live"
LONGEST = 2_000  # characters of the one message
SECONDS = 10  # for it to come
MOST = 40  # open pages of one person in one process
BAD, TOO_MANY = 4400, 4429
ID = re.compile(r"[A-Za-z0-9]{10}\Z")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def takes(scope: Scope) -> bool:
    return scope["path"] == PATH


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Another site's page is answered 403. Ours is let in to be told why it cannot stay: a refused handshake says no
    more to a browser than a lost network, and it would come again and again.
    """
    await receive()
    if not is_ours(scope):
        return await send({"type": "websocket.close", "code": 1008})
    await send({"type": "websocket.accept"})
    try:
        guest = await _guest(scope)
    except Error:
        return await send({"type": "websocket.close", "code": AGAIN})
    if guest is None:
        return await send({"type": "websocket.close", "code": ENDED})
    if windows.of(guest.user.pk) >= MOST:
        return await send({"type": "websocket.close", "code": TOO_MANY})
    window = Window(guest)
    hearing = asyncio.create_task(_hear(window, receive))
    try:
        await _tell(window, hearing, send)
    except (OSError, RuntimeError):
        pass  # gone while it was being told
    finally:
        hearing.cancel()
        await windows.close(window)
    return None


def is_ours(scope: Scope) -> bool:
    """A browser says of every socket which page opened it. Of another site's the cookie must not count."""
    headers = dict(scope["headers"])
    host, origin = (headers.get(name, b"").decode("latin-1").lower() for name in (b"host", b"origin"))
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    try:
        scheme, domain = urlsplit(origin)[:2]
    except ValueError:
        return False
    return domain == host or any(_is_like(scheme, domain, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _is_like(scheme: str, domain: str, trusted: str) -> bool:
    """As Django compares: ``https://*.example.com`` stands for each subdomain."""
    parts = urlsplit(trusted)
    return scheme == parts.scheme and is_same_domain(domain, parts.netloc.removeprefix("*"))


async def _guest(scope: Scope) -> Guest | None:
    key = key_in(scope["headers"])
    return (await in_thread(_found, key)).get(key) if key else None


def _found(key: str) -> dict[str, Guest]:
    kinds()  # asked for here, since the event loop must not
    return guests([key])


async def _hear(window: Window, receive: Receive) -> None:
    """The one message, and then only that the page is gone."""
    try:
        async with asyncio.timeout(SECONDS):
            event = await receive()
        if event["type"] != "websocket.receive":
            return None
        asked = read(event.get("text"))
        if asked is None:
            return window.end(BAD)
        await windows.open(window, *asked)
        if (await receive())["type"] == "websocket.receive":
            window.end(BAD)
    except (TimeoutError, Error):
        window.end(AGAIN)


def read(text: str | None) -> tuple[str, str, str] | None:
    """What the page shows, since when and by which rights; None for what no page of ours would send."""
    if text is None or len(text) > LONGEST:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    show, since, rights = told.get("show"), told.get("since"), told.get("rights", "")
    if not (isinstance(show, str) and isinstance(since, str) and isinstance(rights, str)):
        return None
    name, colon, key = show.partition(":")
    known = (name in records() and (not colon or ID.match(key))) or show == DAY
    return (show, since, rights) if known else None


async def _tell(window: Window, hearing: asyncio.Task, send: Send) -> None:
    """Whatever came up while the last notice was on its way goes out as one."""
    while True:
        waking = asyncio.ensure_future(window.woken.wait())
        await asyncio.wait({waking, hearing}, return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()
        window.woken.clear()
        news, window.news = window.news, {}
        if news and window.ended in (0, HIDDEN):
            await send({"type": "websocket.send", "text": json.dumps(news)})
        if window.ended:
            return await send({"type": "websocket.close", "code": window.ended})
        if hearing.done():
            if not hearing.cancelled() and hearing.exception():
                log.error("A socket of a page failed", exc_info=hearing.exception())
            return None
