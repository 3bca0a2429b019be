"""The short-lived session that the playground makes for whoever uses it. It is among one's devices, and ended there.

Its token is not stored, as no token is: it is computed anew from the session's id and the secret of this Parsley.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.ids import new_id
from accounts.models import Session

LIFETIME = timedelta(minutes=30)
RENEWED = timedelta(minutes=5)  # before its end
KEPT_AS = "playground"


def token_of(session: Session) -> str:
    return "r:" + salted_hmac("developers.playground", session.pk, algorithm="sha256").hexdigest()[:32]


def living(request: HttpRequest) -> Session | None:
    """That of this browser, while it lives."""
    pk = request.session.get(KEPT_AS)
    return Session.objects.alive().filter(pk=pk, user_id=request.user.pk).first() if pk else None


def started(request: HttpRequest) -> tuple[Session, str]:
    """The living one, or a new one, which ends the one before; and its token."""
    session = living(request)
    if session is None or session.expires_at - timezone.now() < RENEWED:
        if session is not None:
            session.delete()
        session = _new(request)
        request.session[KEPT_AS] = session.pk
    return session, token_of(session)


def end(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Goes with the browser's own: who signs out at somebody else's desk leaves no token behind."""
    if user is not None and (session := living(request)):
        session.delete()


def _new(request: HttpRequest) -> Session:
    session = Session(
        id=new_id(),
        user=request.user,  # type: ignore[misc]
        name=_("API playground"),
        created_with="playground",
        expires_at=timezone.now() + LIFETIME,
        **Session.place_of(request),
    )
    session.digest = Session.digest_of(token_of(session))
    session.save(force_insert=True)
    return session
