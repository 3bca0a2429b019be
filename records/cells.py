"""How one value of a record is written: in the cell of a list, and in a file that programs read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from records.templatetags.records import ago, avatar, day, money, web_address, without_scheme

NUMBER = re.compile(r"-?\d+(\.\d+)?")
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula; plain negative numbers stay what they are."""
    return f"'{text}" if text.lstrip(" ").startswith(LIVE) and not NUMBER.fullmatch(text) else text


class Cell:
    """Plain text. ``css``: the classes of the cell; ``tells``: whether it needs its label where it has no head."""

    css = ""
    tells = False

    def html(self, value: Any, row: Any) -> str:
        return "" if value is None else conditional_escape(value)

    def text(self, value: Any) -> str:
        return "" if value is None else defused(str(value))

    def css_for(self, row: Any) -> str:
        return self.css


class Name(Cell):
    """The record itself, as a link; the head of its row."""

    def __init__(self, square: bool | None = None) -> None:
        self.square = square  # of its avatar; None: it has none

    def html(self, value: Any, row: Any) -> str:
        drawn = "" if self.square is None else avatar(row, square=self.square)
        return format_html('{}<a href="{}">{}</a>', drawn, row.get_absolute_url(), value)


class Pointer(Cell):
    """Another record that the reader may see: which one it is, is for the queryset to say."""

    def html(self, value: Any, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', value.get_absolute_url(), value) if value else ""


class Person(Cell):
    tells = True

    def html(self, value: Any, row: Any) -> str:
        return conditional_escape(str(value)) if value else ""


class Partial(Cell):
    """Drawn by a template of its own, under the name that it gives the value."""

    def __init__(self, template: str, name: str) -> None:
        self.template, self.name = template, name

    def html(self, value: Any, row: Any) -> str:
        return SafeString(get_template(self.template).render({self.name: value}).strip()) if value else ""


class Email(Cell):
    def html(self, value: Any, row: Any) -> str:
        return format_html('<a href="mailto:{}">{}</a>', _address(value, "@"), value) if value else ""


class Phone(Cell):
    def html(self, value: Any, row: Any) -> str:
        return format_html('<a href="tel:{}">{}</a>', _address(value, "+"), value) if value else ""


def _address(text: str, kept: str) -> str:
    return quote(text, safe=kept)


class Web(Cell):
    def html(self, value: Any, row: Any) -> str:
        address = web_address(value)
        if not address:
            return super().html(value, row)
        return format_html('<a href="{}" rel="noreferrer noopener">{}</a>', address, without_scheme(value))


class Long(Cell):
    """The beginning of a text of several lines."""

    css = "long"
    MOST = 120

    def html(self, value: Any, row: Any) -> str:
        words = " ".join((value or "").split())
        return conditional_escape(words if len(words) <= self.MOST else f"{words[: self.MOST].rstrip()} …")


class Money(Cell):
    css = "number"

    def html(self, value: Any, row: Any) -> str:
        return conditional_escape(money(value))

    def text(self, value: Decimal | None) -> str:
        """Plain, with a point: what every program reads as a number."""
        if value is None:
            return ""
        exact = value + 0
        return f"{exact:.2f}" if exact == round(exact, 2) else f"{exact.normalize():f}"


class Day(Cell):
    tells = True

    def html(self, value: Any, row: Any) -> str:
        return conditional_escape(day(value))

    def text(self, value: date | None) -> str:
        return value.isoformat() if value else ""


class CloseDay(Day):
    """Late in words too, not by its colour alone."""

    def html(self, value: Any, row: Any) -> str:
        late = format_html(' <span class="hidden">({})</span>', _("late")) if row.is_late else ""
        return format_html("{}{}", day(value), late)

    def css_for(self, row: Any) -> str:
        return "late" if row.is_late else ""


class Moment(Cell):
    css = "muted"
    tells = True

    def html(self, value: Any, row: Any) -> str:
        return conditional_escape(ago(value))

    def text(self, value: datetime | None) -> str:
        """ISO 8601 in UTC, as the API writes it."""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


class Due(Moment):
    """A day to come: "3 hours ago" would be wrong."""

    css = ""

    def html(self, value: Any, row: Any) -> str:
        if not value:
            return ""
        late = localtime(value).date() < localdate()
        return format_html('<span class="{}">{}</span>', "late" if late else "", day(localtime(value).date()))
