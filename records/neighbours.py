"""The records before and after one in the list that it was opened from.

The list is named by the page itself (``?from=/contacts/?q=ada``) or by the browser, as the page one came from. It is
asked again, through the same filters and the rule, for one row on either side: one statement, at any depth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from records import keyset
from records.text import has_bad_text

if TYPE_CHECKING:
    from records.pages import RecordPages

LONGEST = 1_000  # characters of an address


@dataclass(frozen=True)
class Origin:
    """A list, with what was asked of it."""

    path: str
    query: QueryDict

    @classmethod
    def of(cls, request: HttpRequest) -> Origin | None:
        wanted = request.GET.get("from") or _referring(request)
        if not wanted or len(wanted) > LONGEST:
            return None
        try:
            parts = urlsplit(wanted)
        except ValueError:
            return None
        if parts.netloc or parts.scheme:
            return None
        query = QueryDict(parts.query, mutable=True)
        query.pop("cursor", None)
        if any(has_bad_text(text) for values in query.lists() for text in [values[0], *values[1]]):
            return None
        return cls(parts.path, query)

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query.urlencode()}" if self.query else self.path


def _referring(request: HttpRequest) -> str:
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.netloc == request.get_host() else ""


@dataclass(frozen=True)
class Order:
    """The rows of a list and how they stand there."""

    rows: QuerySet
    ordering: str
    keys: Mapping[str, Any]

    def key_of(self, rows: QuerySet) -> QuerySet:
        """``rows`` with what they stand by in this list."""
        return keyset.with_sort_key(rows, self.ordering, self.keys)

    def around(self, record: Any) -> tuple[str | None, str | None]:
        """The ids of the record before and the one after."""
        return keyset.around(self.rows, self.ordering, self.keys, record)


class Neighbours:
    """``previous`` and ``next``: addresses. ``list``: the list itself. ``here``: this page, still knowing its list."""

    def __init__(self, request: HttpRequest, pages: type[RecordPages]) -> None:
        self.here = request.path
        self.list = self.previous = self.next = ""
        self._origin = Origin.of(request)
        self._order = pages.order_of(self._origin.path, self._origin.query, request) if self._origin else None

    def fetched(self, rows: QuerySet) -> QuerySet:
        """``rows`` with what is needed to find their neighbours."""
        return self._order.key_of(rows) if self._order else rows

    def find(self, record: Any) -> Neighbours:
        """``record``: from rows that were ``fetched`` for it."""
        if self._order and self._origin:
            self.list = self._origin.address
            self.here = self._address(record.get_absolute_url())
            self.previous, self.next = (self._of(record, pk) for pk in self._order.around(record))
        return self

    def _of(self, record: Any, pk: str | None) -> str:
        return self._address(type(record)(pk=pk).get_absolute_url()) if pk else ""

    def _address(self, page: str) -> str:
        return f"{page}?{urlencode({'from': self.list})}"
