"""JSON that can be stored, and that cannot exhaust us."""

import json
import math
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from records.text import has_bad_text, printable

DEEPEST = 20
LARGEST = 2**63 - 1


class TooLarge(APIException):
    status_code = 413
    default_detail = "The request body is larger than 1 MB."
    default_code = "too_large"


class GuardedJSONParser(JSONParser):
    """Refuses more than 1 MB, nesting deeper than 20, NaN, numbers beyond any column, NUL and lone surrogates."""

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        try:
            text = raw.decode("utf-8")
            data = json.loads(text, parse_constant=_refuse_constant) if _shallow(text) else _refuse_depth()
        except ValueError as error:
            raise ParseError(f"This is not JSON: {error}") from error
        _check(data, "")
        return data


def _shallow(text: str) -> bool:
    """Before the parser sees it, as that recurses. Brackets within strings count too, but only towards refusal's check."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            inside, escaped = (True, False) if escaped else (character != '"', character == "\\")
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest <= DEEPEST


def _refuse_depth() -> None:
    raise ParseError(f"The JSON is nested more than {DEEPEST} levels deep.")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _check(data: Any, path: str) -> None:
    if isinstance(data, dict):
        for name, value in data.items():
            _check(name, path)
            _check(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for value in data:
            _check(value, path)
    elif isinstance(data, str) and has_bad_text(data):
        raise ParseError(f"{printable(path) or 'A name'}: text cannot hold NUL or half a surrogate pair.")
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        if (isinstance(data, float) and not math.isfinite(data)) or abs(data) > LARGEST:
            raise ParseError(f"{printable(path)}: this number is too large.")
