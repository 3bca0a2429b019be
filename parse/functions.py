"""``/functions/NAME``: named functions that a hook module registered."""

from __future__ import annotations

from parse.calls import Answer, Call
from parse.errors import SCRIPT_FAILED, ParseError


def run(call: Call, name: str) -> Answer:
    raise ParseError(SCRIPT_FAILED, f'Invalid function: "{name[:100]}"')
