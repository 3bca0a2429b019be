"""What a client sent: plain JSON, or the JavaScript SDK's body, which carries method, keys and token along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest

from parse.errors import INVALID_JSON, OBJECT_TOO_LARGE, ParseError, WithoutCode
from records.text import has_bad_text

DEEPEST = 100  # of the JSON itself; what may be nested in a query has a limit of its own
CONTROLS = (
    "_method",
    "_ApplicationId",
    "_JavaScriptKey",
    "_MasterKey",
    "_SessionToken",
    "_InstallationId",
    "_ClientVersion",
    "_ContentType",
    "_RevocableSession",
    "_noBody",
    "_context",
)


@dataclass
class Sent:
    """``controls`` are the SDK's own fields, taken out of ``body``."""

    method: str
    body: dict = field(default_factory=dict)
    controls: dict[str, Any] = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)


def read(request: HttpRequest) -> Sent:
    """Raises ParseError: a body that is no JSON object, too deep, or with text that no column holds."""
    method = "GET" if request.method in ("HEAD", None) else request.method
    body = json_object(request.body) if request.META.get("CONTENT_LENGTH") not in (None, "", "0") else {}
    controls = {name: body.pop(name) for name in CONTROLS if name in body}
    if method == "POST" and isinstance(controls.get("_method"), str):
        method = controls["_method"].upper()
    return Sent(method, body, controls, query_string(request.GET.items()))


def query_string(pairs: Any) -> dict:
    """Parameters of an address; each may be JSON text."""
    return {name: _loosely(value) for name, value in pairs}


def _loosely(text: str) -> Any:
    if text[:1] not in '{["-0123456789tfn':
        return text
    try:
        return _checked(orjson.loads(text), text.encode())
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return text


def json_object(raw: bytes) -> dict:
    if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise ParseError(OBJECT_TOO_LARGE, "The request body is larger than 1 MB.", 413)
    if not raw.strip():
        return {}
    try:
        value = _checked(orjson.loads(raw), raw)
    except orjson.JSONDecodeError as error:
        raise WithoutCode(f"The body is not JSON: {error}"[:200], 400) from error
    if value == []:  # PHP's empty array, where an object without fields is meant
        return {}
    if not isinstance(value, dict):
        raise WithoutCode("The body must be a JSON object.", 400)
    return value


def _checked(value: Any, raw: bytes) -> Any:
    """Looks into the value only where the text says that there may be something to find."""
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _depth(value) > DEEPEST:
        raise ParseError(INVALID_JSON, f"The JSON is nested more than {DEEPEST} levels deep.")
    if b"\\u0000" in raw and any(has_bad_text(text) for text in _texts(value)):
        raise ParseError(INVALID_JSON, "Text cannot hold NUL.")
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        level = [inner for outer in level if isinstance(outer, (dict, list)) for inner in _parts(outer)]
        depth += 1
    return depth - 1


def _parts(value: dict | list) -> list:
    return list(value.values()) if isinstance(value, dict) else value


def _texts(value: Any) -> list[str]:
    found, ahead = [], [value]
    while ahead:
        one = ahead.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            found += one.keys()
            ahead += one.values()
        elif isinstance(one, list):
            ahead += one
    return found
