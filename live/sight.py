"""The access rule asked of an image in the log: who may read the row as it was then, also of one that is deleted.

The same rule as ``visible_to`` (records/querysets.py), for readers that are at hand and a row that may be gone.
"""

from __future__ import annotations

from collections.abc import Collection

from accounts.principals import Rights


class Sight:
    """What somebody with ``rights`` sees of one class, whose class-level permission is ``permission``."""

    def __init__(self, rights: Rights, permission: str) -> None:
        self._names = frozenset(rights.principals) if rights.may(permission) else frozenset()
        self._sees_all = rights.may(permission) and rights.may("records.read_all")

    def sees(self, readers: Collection[str] | None) -> bool:
        """``readers``: of the image; None where there is no row."""
        if readers is None:
            return False
        return self._sees_all or not self._names.isdisjoint(readers)
