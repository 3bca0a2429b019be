"""What the logs leave out: the secret part of an address that is a key by itself."""

import logging
import re

SECRET = re.compile(r"(/calendar/)[^/\s?\"']+(\.ics)")


class WithoutSecrets(logging.Filter):
    """Of handlers, and of uvicorn's own log of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(one) for one in record.args)
        return True


def _hidden(value: object) -> object:
    return SECRET.sub(r"\1…\2", value) if isinstance(value, str) else value
