"""ETag, If-Match and If-None-Match: nobody's save overwrites what the caller has not read."""

from rest_framework import status
from rest_framework.exceptions import APIException

from records.models import Record


class Stale(APIException):
    """412"""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "The record was changed meanwhile. Read it again, then repeat your change."
    default_code = "stale"


def etag(record: Record) -> str:
    return f'"{record.version}"'


def refuse_stale(request, record: Record) -> None:
    """Raises Stale where If-Match names other versions than the one that ``record``, locked, has."""
    if not _names(request.headers.get("If-Match", "*"), etag(record)):
        raise Stale


def is_unchanged(request, record: Record) -> bool:
    """Whether the caller holds this version already."""
    return _names(request.headers.get("If-None-Match", ""), etag(record))


def _names(header: str, tag: str) -> bool:
    # A proxy that compresses makes a tag weak (W/); it names a version all the same.
    tags = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tags == ["*"] or tag in tags
