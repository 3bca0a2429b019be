"""Addresses of files that open by themselves for a while, as pictures in a page and the SDKs' getData ask for them."""

from __future__ import annotations

import time
from hmac import compare_digest

from django.utils.crypto import salted_hmac

SPAN = 900  # seconds: an address holds for one to two of these, and is the same for whoever reads it meanwhile
SALT = "parse.files"


def signed(address: str, name: str) -> str:
    until = (int(time.time()) // SPAN + 2) * SPAN
    return f"{address}?until={until}&sign={_sign(name, until)}"


def is_signed(name: str, until: str, sign: str) -> bool:
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return False
    return int(until) >= time.time() and compare_digest(_sign(name, int(until)), sign)


def _sign(name: str, until: int) -> str:
    return salted_hmac(SALT, f"{until}:{name}", algorithm="sha256").hexdigest()[:32]
