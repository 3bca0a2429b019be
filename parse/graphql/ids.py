"""Global ids and cursors, as Relay writes them: base64 of ``Class:objectId`` and of ``arrayconnection:7``."""

from __future__ import annotations

import base64
import binascii

CURSOR = "arrayconnection:"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decoded(text: str) -> str:
    """Empty where it is nothing that we wrote."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def global_id(class_name: str, key: str) -> str:
    return _encoded(f"{class_name}:{key}")


def parts_of(text: str) -> tuple[str, str]:
    """Class and objectId of a global id; two empty texts where it is none."""
    class_name, colon, key = _decoded(text).partition(":")
    return (class_name, key) if colon else ("", "")


def object_id(class_name: str, text: str) -> str:
    """An id may be written in both forms."""
    found, key = parts_of(text)
    return key if found == class_name else text


def cursor(offset: int) -> str:
    return _encoded(f"{CURSOR}{offset}")


def offset_of(text: str) -> int | None:
    """None where it is no cursor."""
    found = _decoded(text)
    number = found.removeprefix(CURSOR)
    is_cursor = found.startswith(CURSOR) and number.isascii() and number.isdigit() and len(number) < 12
    return int(number) if is_cursor else None
