"""Whether an e-mail address is its owner's: a link is sent there, and whoever opens it says so with a button.

The link holds for three days, once, and for the address that it was sent to.
"""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import Try, User
from accounts.signin import address_of, count_try


class Tokens(PasswordResetTokenGenerator):
    key_salt = "accounts.confirming"

    def _make_hash_value(self, user: User, timestamp: int) -> str:  # type: ignore[override]
        return f"{user.pk}{timestamp}{user.email}{user.confirmed_email}"


tokens = Tokens()


def ask_to_confirm(email: str, request: HttpRequest) -> None:
    """Writes to the person with this address, unless it is confirmed already; to nobody where nobody has it.

    Counted for the address and the caller: each mail costs somebody's attention. Raises TooManyTries.
    """
    count_try(Try.objects, [f"confirm:{address_of(request)}", f"confirm:{email.casefold()}"])
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or user.has_confirmed_email or not user.email:
        return
    key = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("accounts:email-confirm", args=[key, tokens.make_token(user)])
    with translation.override(user.language or None):
        words = {"user": user, "link": request.build_absolute_uri(path)}
        subject = " ".join(render_to_string("accounts/confirm_subject.txt", words).split())
        send_mail(subject, render_to_string("accounts/confirm_email.txt", words), None, [user.email])


def asked(key: str, token: str) -> User | None:
    """Whose address the link is about; None where it holds no more."""
    try:
        pk = force_str(urlsafe_base64_decode(key))
    except ValueError:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first() if len(pk) <= 10 and "\x00" not in pk else None
    return user if user and tokens.check_token(user, token) else None
