"""``/functions/NAME``: named functions that a hook module registered (docs/hooks.md)."""

from __future__ import annotations

from accounts.hooks import functions
from parse.calls import Answer, Call
from parse.errors import SCRIPT_FAILED, ParseError


def run(call: Call, name: str) -> Answer:
    """The function decides itself who may call it: it is given the user, who may be nobody."""
    if name not in functions:
        raise ParseError(SCRIPT_FAILED, f'Invalid function: "{name[:100]}"')
    return Answer({"result": functions[name](call.body, call.caller.user)})
