"""Amounts as people type them, in the reader's way of writing or in another that can mean nothing else."""

import re
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext_lazy as _

TWO_WAYS = _("“%(text)s” can be read in two ways. Write %(whole)s or %(small)s.")

SPACES = re.compile("['’\u00a0\u202f]|(?<=\\d) (?=\\d)")
SIGNS = "$€£ \u00a0\u202f"  # of currencies, and what stands between them and the number


def number_of(text: str) -> Decimal | None:
    """``12,000.50``, ``12.000,50``, ``12'000``: the last of two signs, or one with other than three digits behind it,
    begins the decimals."""
    text = SPACES.sub("", text)
    if not re.fullmatch(r"\d[\d.,]*", text):
        return None
    signs = re.findall(r"[.,]", text)
    if not signs:
        return Decimal(text)
    whole, last, rest = text.rpartition(signs[-1])
    grouped = re.fullmatch(rf"\d{{1,3}}(?:[{'.,'.replace(last, '')}]?\d{{3}})*", whole)
    if len(set(signs)) == 2:
        return Decimal(re.sub(r"[.,]", "", whole) + "." + rest) if signs.count(last) == 1 and grouped and rest else None
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return Decimal(re.sub(r"[.,]", "", text))
    return Decimal(f"{whole}.{rest}") if len(signs) == 1 and rest else None


def is_ambiguous(number: str) -> bool:
    """One decimal sign of the reader's language with three digits behind it: a thousand elsewhere."""
    return bool(re.fullmatch(rf"[1-9]\d{{0,2}}{re.escape(formats.get_format('DECIMAL_SEPARATOR'))}\d{{3}}", number))


def readings(number: str) -> dict[str, str]:
    """Of an ambiguous one, for a message: what was typed, and what to type for the whole and for the small amount."""
    return {
        "text": number,
        "whole": re.sub(r"\D", "", number),
        "small": number.removesuffix("0") if number.endswith("0") else f"{number}0",
    }


def typed(amount: Decimal) -> str:
    """``1200``, ``1200,5`` in German: what a field shows is read back as the same, so three decimals become four."""
    amount = amount.normalize()
    places = max(0, -int(amount.as_tuple().exponent))
    return formats.number_format(amount, 4 if places == 3 else places, use_l10n=True, force_grouping=False)
