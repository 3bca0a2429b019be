"""Runs a call as a program's request would run: through the same middleware and views, with a token and no cookie.

In this process and on this thread's connection, so that a dry run is one transaction around all that the call does,
which is rolled back once the answer is there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.rehearsal import rehearsal
from developers.playground.calls import Call
from records import fields

SHOWN = 200_000  # characters of an answer
TOLD = ("Content-Type", "Location", "ETag", "Retry-After")
COPIED = (
    "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    milliseconds: int
    is_dry: bool
    is_cut: bool = False
    trouble: str = ""

    @property
    def phrase(self) -> str:
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return ""

    @property
    def is_good(self) -> bool:
        return self.status < 400 and not self.trouble


def run(call: Call, token: str, asking: HttpRequest, *, dry: bool) -> Outcome:
    """``asking``: the request of the page. What it says of host and address holds for the call too."""
    request = request_of(call, token, asking)
    started = time.perf_counter()
    response, trouble = _rehearsed(request) if dry else (answered(request), "")
    took = round((time.perf_counter() - started) * 1000)
    text = _text(response)
    headers = tuple((name, response.headers[name]) for name in TOLD if name in response.headers)
    return Outcome(response.status_code, headers, text[:SHOWN], took, dry, len(text) > SHOWN, trouble)


def request_of(call: Call, token: str, asking: HttpRequest) -> HttpRequest:
    return WSGIRequest(_environ(call, token, asking))


def answered(request: HttpRequest) -> HttpResponseBase:
    return _handler().get_response(request)


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _rehearsed(request: HttpRequest) -> tuple[HttpResponseBase, str]:
    """The answer, and what the database would have said at the end of the transaction."""
    with taken_back():
        response = answered(request)
        trouble = trouble_at_the_end(response.status_code)
    return response, trouble


@contextmanager
def taken_back() -> Iterator[None]:
    """All that is done within is rolled back at its end."""
    try:
        with rehearsal(), transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        fields.refresh()  # what was added meanwhile is not there


def trouble_at_the_end(status: int) -> str:
    """Rules that the database checks only when all is done."""
    try:
        if not connection.needs_rollback:
            connection.check_constraints()
    except IntegrityError:
        return _("When it was to be kept, the database refused it: it collides with something else.")
    except DatabaseError:
        return "" if status >= 400 else _("The database broke it off.")
    return ""


def _environ(call: Call, token: str, asking: HttpRequest) -> dict[str, Any]:
    content = b"" if call.body is None else json.dumps(call.body).encode()
    environ = {name: asking.META[name] for name in COPIED if name in asking.META}
    environ |= {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        # WSGI hands bytes over as if they were Latin-1.
        "PATH_INFO": call.address.encode().decode("latin-1"),
        "QUERY_STRING": call.query,
        "CONTENT_LENGTH": str(len(content)),
        "CONTENT_TYPE": "application/json" if content else "",
        "HTTP_ACCEPT": "application/json",
        "wsgi.input": BytesIO(content),
        "wsgi.url_scheme": asking.scheme,
    }
    return environ | _credentials(call.face, token)


def _credentials(face: str, token: str) -> dict[str, str]:
    if face == "rest":
        return {"HTTP_AUTHORIZATION": f"Token {token}"}
    return {
        "HTTP_X_PARSE_APPLICATION_ID": settings.PARSE_APP_ID,
        "HTTP_X_PARSE_REST_API_KEY": settings.PARSE_REST_KEY,
        "HTTP_X_PARSE_SESSION_TOKEN": token,
    }


def _text(response: HttpResponseBase) -> str:
    """JSON with line breaks; anything else as it is."""
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined,arg-type]
    text = content.decode(errors="replace")
    if "json" not in response.headers.get("Content-Type", ""):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
