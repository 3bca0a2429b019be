"""Writing as a whole or not at all, and once more where the database broke off a deadlock."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

from records.access import EXPLICIT_ACL

T = TypeVar("T")
TRIES = 3


def atomically(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Runs ``work`` in a transaction; a deadlock (see records/access.py) rolls it back and runs it again."""
    if connection.in_atomic_block:
        with transaction.atomic():
            return work(*args, **kwargs)
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return work(*args, **kwargs)
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, (DeadlockDetected, SerializationFailure)):
                raise
    raise AssertionError("unreachable")


class explicit_acl:
    """Within the block (and a transaction) new records give their creator no grant: the writer lists the grants."""

    def __enter__(self) -> None:
        self._set("on")

    def __exit__(self, *exc: object) -> None:
        if not connection.needs_rollback:
            self._set("")

    def _set(self, value: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [EXPLICIT_ACL, value])
