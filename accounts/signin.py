"""How often a password may be tried: counted in the database, so in every process, for every door alike."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone


class TooManyTries(Exception):
    """Answered 429 at every face. ``retry_after``: seconds until the next try is counted again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many tries to sign in. Please wait {retry_after} seconds and try again.")
        self.retry_after = retry_after


def address_of(request: HttpRequest | None) -> str:
    """The caller's address. X-Forwarded-For counts only for as many proxies as we were told stand before us."""
    if request is None:
        return ""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")


def keys(username: str, request: HttpRequest | None) -> list[str]:
    address = address_of(request)
    return [f"account:{username.casefold()[:150]}", *([f"address:{address}"] if address else [])]


def count_try(tries, names: list[str]) -> list:
    """Counts a try before the password is looked at, so that parallel guesses cannot outrun the count.

    ``tries`` is the model's manager. Returns the rows counted; raises TooManyTries where a name has used up its tries.
    """
    window = timedelta(seconds=settings.SIGN_IN_WINDOW_SECONDS)
    now = timezone.now()
    counted = tries.bulk_create([tries.model(key=name, at=now) for name in names])
    for name in names:
        newest = tries.filter(key=name, at__gt=now - window).order_by("-at").values_list("at", flat=True)
        used = list(newest[: settings.SIGN_IN_TRIES + 1])
        if len(used) > settings.SIGN_IN_TRIES:
            tries.filter(
                pk__in=[row.pk for row in counted]
            ).delete()  # a refused try does not push the window further away
            raise TooManyTries(max(1, int((used[settings.SIGN_IN_TRIES - 1] + window - now).total_seconds()) + 1))

    return counted


def forget_tries(tries, account: str, counted: list) -> None:
    """After the right password: all of the account's, and of the address this one alone.

    Otherwise whoever owns one account could clear the address's count between guesses at another. Whatever is older
    than a day goes too.
    """
    old = Q(at__lt=timezone.now() - timedelta(days=1))
    tries.filter(Q(key=account) | Q(pk__in=[row.pk for row in counted]) | old).delete()
