"""JSON that can be stored, and that cannot exhaust us."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.settings import api_settings

from records.text import has_bad_text, printable

DEEPEST = 20
LARGEST = 2**63 - 1
LONGEST_NUMBER = 100  # digits; more would only cost us time, no column holds them
INFINITE = Decimal("Infinity")
STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


class TooLarge(APIException):
    """413"""

    status_code = 413
    default_detail = "The request body is larger than 1 MB."
    default_code = "too_large"


class GuardedJSONParser(JSONParser):
    """Refuses more than 1 MB, nesting deeper than 20, NaN, numbers beyond any column, NUL and lone surrogates.

    Fractions become Decimal: an amount stays the one that was written. Raises TooLarge, ParseError where it is no
    JSON, and ValidationError naming each field that cannot be stored.
    """

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        try:
            text = raw.decode("utf-8")
            _refuse_depth(text)
            data = json.loads(text, parse_int=_whole, parse_float=_fraction, parse_constant=lambda name: INFINITE)
        except ValueError as error:
            raise ParseError(f"This is not JSON: {error}") from error
        errors: dict[str, list] = {}
        for path, detail in _unfit(data, ""):
            errors[printable(path) or api_settings.NON_FIELD_ERRORS_KEY] = [detail]
        if errors:
            raise ValidationError(errors)
        return data


def _refuse_depth(text: str) -> None:
    """Before the parser sees it, as that recurses."""
    depth = 0
    for match in STRING_OR_BRACKET.finditer(text):
        bracket = match[0]
        depth += (bracket in "[{") - (bracket in "]}")
        if depth > DEEPEST:
            raise ParseError(f"The JSON is nested more than {DEEPEST} levels deep.")


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= LONGEST_NUMBER else INFINITE


def _fraction(digits: str) -> Decimal:
    try:
        return Decimal(digits) if len(digits) <= LONGEST_NUMBER else INFINITE
    except InvalidOperation:
        return INFINITE


def _unfit(data: Any, path: str) -> Iterator[tuple[str, ErrorDetail]]:
    """The path and the fault of each value that no column can hold."""
    if isinstance(data, dict):
        for name, value in data.items():
            inner = f"{path}.{name}" if path else name
            if has_bad_text(name):
                yield inner, BAD_TEXT
            yield from _unfit(value, inner)
    elif isinstance(data, list):
        for value in data:
            yield from _unfit(value, path)
    elif isinstance(data, str) and has_bad_text(data):
        yield path, BAD_TEXT
    elif isinstance(data, (int, Decimal)) and not -LARGEST <= data <= LARGEST:
        yield path, BAD_NUMBER


BAD_TEXT = ErrorDetail("Text cannot hold NUL or half a surrogate pair.", "bad_text")
BAD_NUMBER = ErrorDetail("This is no number, or one too large to be stored.", "bad_number")
