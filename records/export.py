"""A list as a file: the rows, order and columns that the page shows, all pages of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from records import keyset
from records.lists import Listing

BATCH = 500
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it a spreadsheet takes UTF-8 for something else


class ExportView(Listing):
    """Streamed, a batch of rows at a time, each asked for anew by the access rule as it is at that moment."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not self.filterset.is_valid():
            words = _("The list has a filter that cannot be understood. Go back and correct it.")
            return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
        name = f"{self.model.plural}-{timezone.localdate():%Y-%m-%d}.csv"
        lines = self._lines(self.choice.columns, [str(column.label) for column in self.choice.columns])
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _lines(self, columns: Any, labels: list[str]) -> Iterator[str]:
        """``labels``: in the language of the request, which is over by the time that this runs."""
        write = csv.writer(_Line()).writerow
        yield BOM + write(labels)
        for rows in self._batches():
            yield "".join(write([column.text(row) for column in columns]) for row in rows)

    def _batches(self) -> Iterator[list]:
        cursor: str | None = None
        while True:
            page = keyset.page(self._as_it_is_now(), self.ordering, self.pages.orderings, BATCH, cursor)
            yield page.rows
            cursor = page.next
            if cursor is None:
                return

    def _as_it_is_now(self) -> Any:
        """Somebody may have lost access since the last batch: the user is loaded anew, and the filters with them."""
        self.request.user = User.objects.get(pk=self.request.user.pk)
        del self.filterset
        return self.rows()


class _Line:
    """What ``csv`` writes to: hands the line back."""

    def write(self, text: str) -> str:
        return text
