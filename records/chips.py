"""The filters that are on, in words, each with the address of the list without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from records.filters import RecordFilter
from records.templatetags.records import day, moment, money


@dataclass(frozen=True)
class Chip:
    words: str
    without: str


def chips(filterset: RecordFilter, data: Any) -> list[Chip]:
    """Of the filters that are valid, in the order the class declares them. ``data``: a request's GET."""
    cleaned = filterset.form.cleaned_data if hasattr(filterset.form, "cleaned_data") else {}
    found = []
    for name, one in filterset.filters.items():
        value = cleaned.get(name)
        if value in (None, "", []):
            continue
        several = value if isinstance(value, list) else [value]
        for each, words in zip(several, _values(one, value, filterset.user), strict=True):
            found.append(Chip(_said(filterset, name, words), _without(data, name, several, each)))
    return found


def _values(one: Any, value: Any, user: Any) -> list[str]:
    if hasattr(one, "words"):
        return one.words(value, user)
    if "choices" in one.extra:
        return [str(dict(one.field.choices).get(_key(value), value))]
    return [_plain(value, one)]


def _key(value: Any) -> Any:
    """As ``YesOrNoFilter`` was asked: its value is a bool already."""
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _plain(value: Any, one: Any) -> str:
    if isinstance(value, datetime):
        try:
            return strip_tags(moment(value))
        except OverflowError:  # at the ends of time, in another zone
            return value.isoformat()
    if isinstance(value, date):
        return strip_tags(day(value))
    if isinstance(value, Decimal):
        return money(value)
    return f"“{value}”"


def _said(filterset: RecordFilter, name: str, words: str) -> str:
    pattern = filterset.said.get(name)
    if pattern:
        return str(pattern) % {"value": words}
    return _("%(label)s: %(value)s") % {"label": filterset.filters[name].label, "value": words}


def _without(data: Any, name: str, several: list, each: Any) -> str:
    """The list without this filter; of several values, without this one. An empty query would open the default view."""
    rest = data.copy()
    for gone in (name, "cursor", "saved"):
        rest.pop(gone, None)
    if len(several) > 1:
        rest[name] = ",".join(str(one) for one in several if one != each)
    return f"?{rest.urlencode()}" if rest else "?saved=all"
