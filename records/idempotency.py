"""One row per request id: a POST that is sent again, because its answer got lost, is answered again, not done again."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from records.models import IdempotentReply

KEPT = timedelta(days=1)


class KeyReused(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for a different request."
    default_code = "idempotency_key_reused"


def once(request, work: Callable[[], Response]) -> Response:
    """Runs ``work`` unless the caller's Idempotency-Key was seen within a day: then answers what was answered.

    Call it within a transaction: the key is kept if and only if the work was done, and a second request with the
    same key waits for the first.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise ValidationError({"Idempotency-Key": ["1 to 200 printable characters."]})
    body = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
    digest = hashlib.sha256(body.encode()).hexdigest()
    mine = IdempotentReply.objects.filter(user=request.user, key=key)
    mine.filter(at__lt=timezone.now() - KEPT).delete()
    IdempotentReply.objects.bulk_create(
        [IdempotentReply(user=request.user, key=key, digest=digest)], ignore_conflicts=True
    )
    reply = mine.select_for_update().get()
    if reply.digest != digest:
        raise KeyReused
    if reply.status:
        return Response(reply.body, reply.status, headers={**reply.headers, "Idempotent-Replay": "true"})
    response = work()
    mine.update(status=response.status_code, body=_plain(response.data), headers=dict(response.headers))
    return response


def _plain(data) -> dict:
    return json.loads(json.dumps(data, default=str))
