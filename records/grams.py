"""Parts of words found in a million rows without an extension: an index of every three letters that stand together.

PostgreSQL's own arrays and GIN do what pg_trgm would (docs/decisions/0020-flat-at-a-million.md). A row that holds a
word holds the threes of it; whether it holds the word itself is asked besides.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, Q, QuerySet, TextField, Value

LENGTH = 3


class Grams(Func):
    """Of a column of lower-case text, and of the digits of a second, a telephone number."""

    function = "records_grams"
    output_field = ArrayField(TextField())  # type: ignore[assignment]


class Among(Func):
    """``column = ANY('{…}')``: one parameter, however many ids; thousands of them by ``IN`` take Python its time."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()  # type: ignore[assignment]

    def __init__(self, column: Any, ids: Any) -> None:
        super().__init__(column, Value(ids, output_field=ArrayField(TextField())) if isinstance(ids, list) else ids)


def of_word(word: str) -> list[str]:
    """What of a word the index knows; nothing of a very short one."""
    word = word.lower()
    return list(dict.fromkeys(word[start : start + LENGTH] for start in range(len(word) - LENGTH + 1)))


def with_grams(rows: QuerySet) -> QuerySet:
    """``rows`` so that they can be asked for what is ``held``, as far as their class has such an index."""
    grams: Any = getattr(rows.model, "grams", None)
    return rows.alias(its_grams=grams) if grams else rows


def narrowed(rows: QuerySet, text: str) -> QuerySet:
    """Those that may hold ``text``, where there is an index that knows; else ``rows``."""
    return with_grams(rows).filter(held(text)) if hasattr(rows.model, "grams") else rows


def held(word: str) -> Q:
    """What rows ``with_grams`` must have to hold the word: all of its threes."""
    threes = of_word(word)
    return Q(its_grams__contains=threes) if threes else Q()
