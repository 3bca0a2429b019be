"""One row per request id: a POST that is sent again, because its answer got lost, is answered again, not done again."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from records.models import IdempotentReply

KEPT = timedelta(days=1)
HEADERS = ("Location", "ETag")


class KeyReused(APIException):
    """422"""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for a different request."
    default_code = "idempotency_key_reused"


def once(request, work: Callable[[], Response]) -> Response:
    """Runs ``work`` unless the caller's Idempotency-Key was seen within a day: then answers what was answered.

    Call it within a transaction: the key is kept if and only if the work was done, and a second request with the
    same key waits for the first. Raises KeyReused where the key came with another body.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise ValidationError({"Idempotency-Key": ["1 to 200 printable characters."]})
    reply = seen(request.user, key, _digest(request))
    if reply is None:
        raise KeyReused
    if reply.status:
        return Response(reply.body, reply.status, headers={**reply.headers, "Idempotent-Replay": "true"})
    response = work()
    headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
    keep(reply, response.status_code, _plain(response.data), headers)
    return response


def seen(user: Any, key: str, digest: str) -> IdempotentReply | None:
    """The reply of ``user`` under ``key``, locked; its status is 0 where nothing was answered yet.

    None where the key came with another ``digest``. Call it within the transaction of the work.
    """
    mine = IdempotentReply.objects.filter(user=user, key=key)
    mine.filter(at__lt=timezone.now() - KEPT).delete()
    IdempotentReply.objects.bulk_create([IdempotentReply(user=user, key=key, digest=digest)], ignore_conflicts=True)
    reply = mine.select_for_update().get()
    return reply if reply.digest == digest else None


def keep(reply: IdempotentReply, status: int, body: Any, headers: dict[str, str]) -> None:
    """Stores what was answered, in the transaction of the work."""
    IdempotentReply.objects.filter(pk=reply.pk).update(status=status, body=body, headers=headers)
    _sweep()


def _digest(request) -> str:
    body = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
    return hashlib.sha256(body.encode()).hexdigest()


def _plain(data) -> dict:
    return json.loads(json.dumps(data, default=str))


def _sweep() -> None:
    """Drops up to two replies past their day for each one kept: the table stays small without a job of its own.

    The oldest by key, not by age: that costs the same however many are still young.
    """
    oldest = dict(IdempotentReply.objects.order_by("pk").values_list("pk", "at")[:2])
    past = [pk for pk, at in oldest.items() if at < timezone.now() - KEPT]
    if past:
        # Whoever holds one of them is sweeping too: waiting for him would queue up everybody's writes.
        free = IdempotentReply.objects.select_for_update(skip_locked=True).filter(pk__in=past)
        IdempotentReply.objects.filter(pk__in=[reply.pk for reply in free]).delete()
