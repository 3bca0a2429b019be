"""How records, money and moments are written, everywhere the same."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, npgettext_lazy, pgettext
from django.utils.translation import gettext as _

register = template.Library()
WORD = re.compile(r"(?<!\w)\w\S*")
JOINED = re.compile(r"[\u0600-\u06ff]")
APART = "\u200c"  # keeps Arabic letters from joining, as initials stand
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
HUES = 12
# In the case that “ago” asks for in some languages: vor drei Tagen, منذ يومين.
AGO: dict[str, Any] = {
    "year": npgettext_lazy("ago", "%(num)d year", "%(num)d years", "num"),
    "month": npgettext_lazy("ago", "%(num)d month", "%(num)d months", "num"),
    "week": npgettext_lazy("ago", "%(num)d week", "%(num)d weeks", "num"),
    "day": npgettext_lazy("ago", "%(num)d day", "%(num)d days", "num"),
    "hour": npgettext_lazy("ago", "%(num)d hour", "%(num)d hours", "num"),
    "minute": npgettext_lazy("ago", "%(num)d minute", "%(num)d minutes", "num"),
}


# A board writes the same amounts, days and people hundreds of times, and Django's formats ask the settings each time.
remembered = lru_cache(maxsize=4096)


@register.filter
def money(amount: Decimal | None) -> str:
    """``$1,200`` or ``$1,200.50``; nothing for no amount."""
    return "" if amount is None else _money(amount, get_language())


@remembered
def _money(amount: Decimal, language: str) -> str:
    whole = amount == amount.to_integral_value()
    number = formats.number_format(amount, 0 if whole else 2, use_l10n=True, force_grouping=True)
    sign = SIGNS.get(settings.CURRENCY)
    if not sign:
        return f"{number} {settings.CURRENCY}"
    # Translators: where the sign of the currency stands, with a no-break space between if one is usual.
    return pgettext("money", "%(sign)s%(number)s") % {"sign": sign, "number": number}


@register.filter
def day(value: date | None) -> SafeString | str:
    """``12 Mar``, with the year if it is another one, as a ``<time>``."""
    return _day(value, _shortest(value), get_language()) if value else ""


@remembered
def _day(value: date, pattern: str, language: str) -> SafeString:
    words = formats.date_format(value, pattern)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """``12 Mar, 14:05`` in the reader's zone, with the year if it is another one, as a ``<time>``."""
    if not value:
        return ""
    local = timezone.localtime(value)
    words = formats.date_format(local, _shortest(local, at=True))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


def _shortest(value: date, at: bool = False) -> str:
    """As the language writes it: with what sign between, and with what behind the number of the day."""
    if value.year == timezone.localdate().year:
        return pgettext("date format", "j M, H:i") if at else pgettext("date format", "j M")
    return pgettext("date format", "j M Y, H:i") if at else pgettext("date format", "j M Y")


@register.filter
def whole_day(value: date) -> str:
    """``Saturday, 12 March``."""
    return formats.date_format(value, pgettext("date format", "l, j F"))


@register.simple_tag
def today() -> str:
    return whole_day(timezone.localdate())


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """``3 hours ago`` or ``just now``, with the moment as a tooltip."""
    if not value:
        return ""
    if timezone.now() - value < timedelta(minutes=1):
        words = _("just now")
    else:
        words = _("%(time)s ago") % {"time": timesince(value, time_strings=AGO, depth=1)}
    local = formats.date_format(timezone.localtime(value), pgettext("date format", "j M Y, H:i"))
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), local, words)


@register.simple_tag
def avatar(who: Any, square: bool = False) -> SafeString:
    """Initials on a ground of the record's own hue; square for what is no person. Beside a name, so not read out."""
    return _avatar(hue(who), " square" if square else "", initials(who))


@remembered
def _avatar(hue: str, shape: str, letters: str) -> SafeString:
    return format_html('<span class="avatar {}{}" aria-hidden="true">{}</span>', hue, shape, letters)


@register.filter
def initials(who: Any) -> str:
    letters = [word[0] for word in WORD.findall(str(who).replace(".", " "))]
    ends = [*letters[:1], *letters[1:][-1:]]
    return (APART if all(JOINED.match(letter) for letter in ends) else "").join(ends).upper()


@register.filter
def hue(who: Any) -> str:
    """A colour class that stays with the record for life: its id decides."""
    return f"hue-{crc32(str(getattr(who, 'pk', who)).encode()) % HUES}"


@register.filter
def web_address(text: str | None) -> str:
    """The address to link to, if it is one of the web: never ``javascript:`` or any other scheme."""
    text = (text or "").strip()
    if text.lower().startswith(("http://", "https://")):
        return text
    return f"https://{text}" if text and ":" not in text and "." in text and " " not in text else ""


@register.filter
def without_scheme(text: str | None) -> str:
    return (text or "").removeprefix("https://").removeprefix("http://").rstrip("/")


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """The page's own address parameters with some changed (None: left out), as ``?…``."""
    data = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            data.pop(name, None)
        else:
            data[name] = value
    return f"?{data.urlencode()}"


@register.inclusion_tag("records/_sort.html", takes_context=True)
def sort(context: Any, name: str, label: str) -> dict[str, Any]:
    """A column's head: a link that sorts by it, or turns the order round."""
    current = context["ordering"]
    descending = current == f"-{name}"
    return {
        "request": context["request"],
        "label": label,
        "wanted": f"-{name}" if current == name else name,
        "state": "descending" if descending else "ascending" if current == name else "",
    }


@register.simple_tag
def url_of(record: Any, page: str) -> str:
    """``{% url_of record "edit" %}``"""
    return f"{record.get_absolute_url()}{page}/"


@register.filter
def verbose_name(model: Any) -> str:
    return str(model._meta.verbose_name)


@register.filter
def split_words(text: str) -> list[str]:
    return text.split()


@register.filter
def named(record: Any) -> str:
    """As a picker of several classes reads it, beyond doubt: ``Deal: Rollout #a1B2c3D4e5``."""
    return f"{record._meta.verbose_name.capitalize()}: {record} #{record.pk}"
