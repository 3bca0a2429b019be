"""Contacts and companies that somebody is about to add once more.

Names are compared by a key: without case, accents, marks and blanks, and of companies without the legal form. The key
is computed by the database and indexed there; what is typed goes through the same expression.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

ACCENTED = "àáâãäåāăąçćčďđèéêëēėęěìíîïīįłľñńňòóôõöøōőŕřśšşșťțùúûüūůűýÿźżžæœß"
PLAIN = "aaaaaaaaacccddeeeeeeeeiiiiiillnnnoooooooorrssssttuuuuuuuyyzzzaos"
BOTH = ACCENTED + ACCENTED[:-1].upper(), PLAIN + PLAIN[:-1]  # a database of the locale C leaves É as it is
UNACCENTED = f"lower(translate(%(expressions)s, '{BOTH[0]}', '{BOTH[1]}'))"
BLANKS = "'[[:space:][:punct:]]+', '', 'g'"
LEGAL = (
    "inc|incorporated|llc|llp|lp|ltd|limited|plc|corp|corporation|co|company|gmbh|mbh|ag|kg|ohg|ug|se|sa|sas|sarl|"
    "srl|spa|bv|nv|ab|as|oy|aps|kft|doo|pty"
)
SHOWN = 5
LONGEST = 200


class NameKey(Func):
    """Constants stand in the template and not in parameters: a statement that is kept prepared would miss the index."""

    template = f"regexp_replace({UNACCENTED}, {BLANKS})"
    output_field = TextField()


class CompanyKey(Func):
    template = f"regexp_replace(regexp_replace({UNACCENTED}, '(\\m({LEGAL})\\M|[.&])', '', 'g'), {BLANKS})"
    output_field = TextField()


class Domain(Func):
    """``acme.example`` of ``https://www.acme.example/about``."""

    template = r"regexp_replace(lower(%(expressions)s), '^\s*([a-z]+://)?(www\.)?([^/:?#\s]*).*$', '\3')"
    output_field = TextField()


def likely_contacts(rows: QuerySet, name: str, email: str) -> QuerySet:
    """Of ``rows`` (visible to whoever asks) those with the same mail, or of the same name in either order."""
    found = Q()
    for order in _orders(name):
        found |= Q(likeness=NameKey(Value(order))) & ~Q(likeness="")
    rows = rows.annotate(likeness=NameKey("name"), mail=Lower("email"))
    if "@" in email:
        found |= Q(mail=Lower(Value(email.strip()[:LONGEST])))
    return _first(rows, found)


def likely_companies(rows: QuerySet, name: str, website: str) -> QuerySet:
    """Of ``rows`` those of the same name but for the legal form, or with a website of the same host."""
    found = Q()
    if _says_something(name):
        found |= Q(likeness=CompanyKey(Value(name[:LONGEST]))) & ~Q(likeness="")
    if "." in website:
        found |= Q(domain=Domain(Value(website.strip()[:LONGEST])))
    return _first(rows.annotate(likeness=CompanyKey("name"), domain=Domain("website")), found)


def _first(rows: QuerySet, found: Q) -> QuerySet:
    return rows.filter(found).order_by("-updated_at", "pk")[:SHOWN] if found else rows.none()


def _orders(name: str) -> list[str]:
    """``Ada Adams`` is ``Adams, Ada``."""
    words = name.replace(",", " ").split()[:6]
    if not _says_something(name):
        return []
    orders = [" ".join(words), " ".join(words[-1:] + words[:-1]), " ".join(words[1:] + words[:1])]
    return list(dict.fromkeys(order[:LONGEST] for order in orders))


def _says_something(name: str) -> bool:
    return sum(character.isalnum() for character in name) >= 2


def typed(form: Any, name: str) -> str:
    """What stands in a field, right or wrong."""
    return str(form[name].data or "")
