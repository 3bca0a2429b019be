"""How often a password may be tried: counted in the database, so in every process, for every door alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rehearsal import refuse_in_rehearsal

SWEPT = 20
KEY_LENGTH = 200  # of the column


class TooManyTries(Exception):
    """Answered 429 at every face. ``retry_after``: seconds until the next try is counted again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many tries to sign in. Please wait {retry_after} seconds and try again.")
        self.retry_after = retry_after


def address_of(request: HttpRequest | None) -> str:
    """The caller's address. X-Forwarded-For counts only for as many proxies as we were told stand before us.

    Of an IPv6 address the first 64 bits, which is what one customer is given; empty where there is none.
    """
    if request is None:
        return ""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    believed = forwarded[-proxies] if proxies and len(forwarded) >= proxies else ""
    return _shortened(believed) or _shortened(request.META.get("REMOTE_ADDR", ""))


def _shortened(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 else str(ip_network((int(address), 64), strict=False))


def keys(account: str, request: HttpRequest | None) -> list[str]:
    """What a try is counted for. ``account``: the id of the user who was named, or the name where there is none.

    By id, so that a user name, an e-mail address and their other spellings do not have ten tries each.
    """
    address = address_of(request)
    return [f"account:{account}"[:KEY_LENGTH], *([f"address:{address}"] if address else [])]


def count_try(tries, names: list[str]) -> list:
    """Counts a try before the password is looked at, so that parallel guesses cannot outrun the count.

    ``tries`` is the model's manager. Returns the rows counted; raises TooManyTries where a name has used up its tries.
    Call it outside a transaction: other processes have to see the try at once.
    """
    refuse_in_rehearsal(_("Passwords are not tried, and mails not sent, in a dry run. Switch it off for this."))
    names = [name[:KEY_LENGTH] for name in names]
    window = timedelta(seconds=settings.SIGN_IN_WINDOW_SECONDS)
    now = timezone.now()
    counted = tries.bulk_create([tries.model(key=name, at=now) for name in names])
    for name in names:
        newest = tries.filter(key=name, at__gt=now - window).order_by("-at").values_list("at", flat=True)
        used = list(newest[: settings.SIGN_IN_TRIES + 1])
        if len(used) > settings.SIGN_IN_TRIES:
            # A refused try does not push the end of the window further away.
            tries.filter(pk__in=[row.pk for row in counted]).delete()
            raise TooManyTries(_seconds_until(used[-1] + window, now))
    return counted


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, int((moment - now).total_seconds()) + 1)


def forget_tries(tries, account: str, counted: list) -> None:
    """After the right password: all of the account's, and of the address this one alone.

    Otherwise whoever owns one account could clear the address's count between guesses at another.
    """
    tries.filter(Q(key=account) | Q(pk__in=[row.pk for row in counted])).delete()
    _sweep(tries)


def _sweep(tries) -> None:
    """Drops some of what is older than a day, the oldest rows first."""
    past = timezone.now() - max(timedelta(days=1), timedelta(seconds=settings.SIGN_IN_WINDOW_SECONDS))
    oldest = tries.order_by("pk").values_list("pk", "at")[:SWEPT]
    tries.filter(pk__in=[pk for pk, at in oldest if at < past]).delete()
