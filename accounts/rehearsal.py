"""A dry run: everything is done in one transaction that is rolled back. What would outlive it refuses to be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from accounts.hooks import Refused

_is_on: ContextVar[bool] = ContextVar("rehearsal", default=False)


@contextmanager
def rehearsal() -> Iterator[None]:
    token = _is_on.set(True)
    try:
        yield
    finally:
        _is_on.reset(token)


def refuse_in_rehearsal(words: Any) -> None:
    """Before a password is tried, whose count would be forgotten; before a file is written or a mail is sent."""
    if _is_on.get():
        raise Refused(str(words))
