"""Mail goes out behind the answer: whether somebody was written to must not be told by how long the answer took."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger("parsley.errors")
post = ThreadPoolExecutor(1, thread_name_prefix="mail")  # a process that ends waits for what it has taken on


class BehindTheAnswer(BaseEmailBackend):
    """Hands each mail to a thread, which gives it to the backend of EMAIL_URL. What fails there is logged."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            post.submit(_sent, message)
        return len(messages)


def _sent(message: EmailMessage) -> None:
    try:
        get_connection(settings.MAIL_CARRIER).send_messages([message])
    except Exception:  # whatever a mail server may do
        log.exception("A mail was not sent: %s", message.subject)
