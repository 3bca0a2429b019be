"""The routes below /parse: a table from method and path to a function, for HTTP and for the lines of a batch."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from parse import aggregates, batch, files, functions, rows, schemas, server, sessions, users
from parse.calls import Answer, Call
from parse.errors import WithoutCode

Handler = Callable[..., Answer]


def _of_class(name: str) -> list[tuple[str, str, Handler]]:
    plural = {"_User": "users", "_Role": "roles", "_Session": "sessions"}[name]
    return [
        ("GET", rf"/{plural}", lambda call: rows.find(call, name)),
        ("POST", rf"/{plural}", lambda call: rows.create(call, name)),
        ("GET", rf"/{plural}/([^/]+)", lambda call, key: rows.get(call, name, key)),
        ("PUT", rf"/{plural}/([^/]+)", lambda call, key: rows.update(call, name, key)),
        ("DELETE", rf"/{plural}/([^/]+)", lambda call, key: rows.delete(call, name, key)),
    ]


ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", r"/classes/([^/]+)", rows.find),
    ("POST", r"/classes/([^/]+)", rows.create),
    ("GET", r"/classes/([^/]+)/([^/]+)", rows.get),
    ("PUT", r"/classes/([^/]+)/([^/]+)", rows.update),
    ("DELETE", r"/classes/([^/]+)/([^/]+)", rows.delete),
    ("GET", r"/login", users.log_in),
    ("POST", r"/login", users.log_in),
    ("POST", r"/loginAs", users.log_in_as),
    ("POST", r"/logout", users.log_out),
    ("GET", r"/verifyPassword", users.verify_password),
    ("POST", r"/verifyPassword", users.verify_password),
    ("POST", r"/requestPasswordReset", users.request_password_reset),
    ("POST", r"/verificationEmailRequest", users.request_verification),
    ("GET", r"/users/me", users.me),
    ("GET", r"/sessions/me", sessions.mine),
    ("POST", r"/upgradeToRevocableSession", sessions.upgrade),
    *_of_class("_User"),
    *_of_class("_Role"),
    *_of_class("_Session"),
    ("POST", r"/batch", batch.run),
    ("POST", r"/functions/([^/]+)", functions.run),
    ("POST", r"/jobs/([^/]+)", server.job),
    ("GET", r"/schemas", schemas.listed),
    ("POST", r"/schemas", schemas.create),
    ("GET", r"/schemas/([^/]+)", schemas.one),
    ("POST", r"/schemas/([^/]+)", schemas.create),
    ("PUT", r"/schemas/([^/]+)", schemas.update),
    ("DELETE", r"/schemas/([^/]+)", schemas.delete),
    ("DELETE", r"/purge/([^/]+)", schemas.purge),
    ("GET", r"/aggregate/([^/]+)", aggregates.run),
    ("POST", r"/files", files.nameless),
    ("POST", r"/files/([^/]+)", files.upload),
    ("GET", r"/files/([^/]+)/([^/]+)", files.download),
    ("DELETE", r"/files/([^/]+)", files.delete),
    ("GET", r"/serverInfo", server.info),
    ("GET", r"/config", server.config),
    ("PUT", r"/config", server.set_config),
    ("GET", r"/hooks/functions", server.none),
    ("GET", r"/hooks/triggers", server.none),
    ("GET", r"/hooks/(?:functions|triggers)/(.+)", server.no_hook),
    *((method, r"/hooks/(?:functions|triggers)(?:/(.+))?", server.no_hook) for method in ("POST", "PUT", "DELETE")),
    ("GET", r"/scriptlog", server.none),
    ("GET", r"/push_audiences", server.no_audiences),
    ("GET", r"/graphql-config", server.nothing_set),
    ("GET", r"/cloud_code/jobs", server.none),
    ("GET", r"/cloud_code/jobs/data", server.jobs),
    ("POST", r"/push", server.push),
    ("POST", r"/events/([^/]+)", server.event),
]
COMPILED = [(method, re.compile(rf"{path}\Z"), handler) for method, path, handler in ROUTES]


def knows(method: str, path: str) -> bool:
    return any(method == one and pattern.match(path) for one, pattern, _ in COMPILED)


def answer(call: Call) -> Answer:
    """Raises ParseError; 404 without a code where there is no such route."""
    handler, words = _handler(call)
    return handler(call, *words)


def _handler(call: Call) -> tuple[Handler, tuple[Any, ...]]:
    for method, path, handler in COMPILED:
        match = path.match(call.path) if method == call.method else None
        if match:
            return handler, match.groups()
    raise WithoutCode(f"cannot {call.method[:10]} {call.path[:100]}", 404)
