"""Forms that are sent once, however often the button is pressed, and drafts that end when their form arrived.

A form for something new carries a token. Sent twice as it stands, it is done once and answered twice
(records/idempotency.py). The browser keeps a draft under that token; a cookie names the tokens that arrived, so that
a page knows which drafts to drop (static/js/record.js).
"""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from records.idempotency import seen
from records.models import IdempotentReply

COOKIE = "parsley-sent"
REMEMBERED = 8  # tokens: of so many tabs that are sent in a row each drops its own draft
UNREAD = ("csrfmiddlewaretoken", "once")


def new_token() -> str:
    return secrets.token_urlsafe(12)


def token_of(request: HttpRequest) -> str:
    """Empty for a program that sends none, and for what we cannot have made."""
    token = request.POST.get("once", "")
    return (
        token if 8 <= len(token) <= 32 and token.isascii() and token.replace("-", "").replace("_", "").isalnum() else ""
    )


def first_time(request: HttpRequest) -> IdempotentReply | None:
    """The reply to this very form, locked; None where it has no token. What was changed in between is a new form."""
    token = token_of(request)
    if not token:
        return None
    sent = sorted((name, values) for name, values in request.POST.lists() if name not in UNREAD)
    digest = hashlib.sha256(repr([request.path, sent]).encode()).hexdigest()
    user: Any = request.user
    return seen(user, f"form:{token}:{digest}", digest)


def tell_arrived(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    token = token_of(request)
    if token:
        others = [one for one in request.COOKIES.get(COOKIE, "").split(".") if one and one != token]
        kept = ".".join([token, *others][:REMEMBERED])
        response.set_cookie(COOKIE, kept, max_age=86_400, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
    return response
