"""What a request asks: a query as JSON, in the address of a GET, or with files in multipart/form-data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.http import HttpRequest

from parse import bodies
from parse.graphql.documents import Refusal, text_of

NO_QUERY = "GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension."
MOST_UPLOADS = 20


@dataclass
class Asked:
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation: str | None = None
    is_get: bool = False


def read(request: HttpRequest) -> Asked:
    """Raises Refusal, and ParseError as any body that cannot be read at /parse."""
    if request.method == "GET":
        return asked_of(_of_address(request), is_get=True)
    if request.method != "POST":
        raise Refusal.of("Only GET and POST requests are answered.", status=405)
    if (request.content_type or "").startswith("multipart/form-data"):
        return asked_of(_with_files(request))
    return asked_of(_json(request.body))


def _json(raw: bytes) -> dict:
    if raw.lstrip()[:1] == b"[":
        raise Refusal.of("Operation batching disabled.")
    body = bodies.json_object(raw)
    if not body:
        raise Refusal.of("POST body missing, invalid Content-Type, or JSON object has no keys.")
    return body


def _of_address(request: HttpRequest) -> dict:
    found: dict[str, Any] = {name: request.GET.get(name) for name in ("query", "operationName")}
    for name in ("variables", "extensions"):
        if request.GET.get(name):
            try:
                found[name] = bodies.json_object(request.GET[name].encode())
            except bodies.WithoutCode as error:
                raise Refusal.of(f"The {name} search parameter contains invalid JSON.") from error
    return found


def asked_of(body: dict, *, is_get: bool = False) -> Asked:
    query, variables, operation = (body.get(name) for name in ("query", "variables", "operationName"))
    extensions = body.get("extensions")
    if query is not None and not isinstance(query, str):
        raise Refusal.of("GraphQL queries must be strings.")
    for name, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            raise Refusal.of(f"`{name}` in a POST body should be provided as an object.")
    if operation is not None and not isinstance(operation, str):
        raise Refusal.of("`operationName` should be text.")
    text = text_of(query, extensions or {})
    if not text:
        raise Refusal.of(NO_QUERY)
    return Asked(text, variables or {}, operation or None, is_get)


# --- files ------------------------------------------------------------------------------------------------------------


def _with_files(request: HttpRequest) -> dict:
    """``operations`` is the JSON; ``map`` tells for each file the places in it where it belongs."""
    body = _json((request.POST.get("operations") or "").encode())
    try:
        places = orjson.loads(request.POST.get("map") or "{}")
    except orjson.JSONDecodeError as error:
        raise Refusal.of("Invalid JSON in the 'map' multipart field.") from error
    if not isinstance(places, dict) or len(places) > MOST_UPLOADS:
        raise Refusal.of(f"The 'map' multipart field is an object of at most {MOST_UPLOADS} files.")
    for name, paths in places.items():
        upload = request.FILES.get(name)
        if upload is None or not isinstance(paths, list):
            raise Refusal.of(f"File missing in the request: {name[:100]}.")
        for path in paths:
            _put(body, path, upload)
    return body


def _put(body: dict, path: Any, upload: Any) -> None:
    at: Any = body
    *above, last = str(path).split(".")
    try:
        for step in above:
            at = at[int(step)] if isinstance(at, list) else at[step]
        at[int(last) if isinstance(at, list) else last] = upload
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise Refusal.of(f"Invalid object path for the 'map' multipart field: {str(path)[:100]}.") from error
