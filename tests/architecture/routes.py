"""Every route of the URL configuration, with an address that leads to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLE = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
ID = "0000000000"


@dataclass(frozen=True)
class Route:
    name: str
    """``namespace:name``; where the route has no name, its namespace and pattern."""
    address: str


def routes(resolver: URLResolver | None = None, namespace: str = "", prefix: str = "/") -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + sample(str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield Route(namespace + (entry.name or str(entry.pattern)), address)
        else:
            inner = f"{entry.namespace}:" if entry.namespace and not namespace else namespace
            yield from routes(entry, inner, address)


def sample(pattern: str) -> str:
    """The pattern with something in the place of each parameter."""
    pattern = re.sub(r"\(\?P<\w+>[^()]*\)", ID, pattern)
    pattern = re.sub(r"\(\?:([^()]*)\)\?", r"\1", pattern)
    pattern = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLE.get(found[1], ID), pattern)
    return re.sub(r"\\([./-])", r"\1", pattern).replace("^", "").replace("$", "").replace(r"\Z", "")
