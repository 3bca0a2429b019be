"""Routes about the server itself, and those for what it has none of."""

from __future__ import annotations

from django.conf import settings

from parse.calls import Answer, Call
from parse.errors import SCRIPT_FAILED, ParseError

FEATURES = {
    "globalConfig": {"create": False, "read": True, "update": False, "delete": False},
    "hooks": {"create": False, "read": False, "update": False, "delete": False},
    "cloudCode": {"jobs": False},
    "logs": {"level": False, "size": False, "order": False, "until": False, "from": False},
    "push": {"immediatePush": False, "pushAudiences": False},
    "schemas": {
        "addField": False,
        "removeField": False,
        "addClass": False,
        "removeClass": False,
        "clearAllDataFromClass": True,
        "exportClass": False,
        "editClassLevelPermissions": True,
        "editPointerPermissions": False,
    },
}


def info(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"features": FEATURES, "parseServerVersion": f"parsley-{settings.VERSION}"})


def config(call: Call) -> Answer:
    return Answer({"params": {}})


def event(call: Call, name: str) -> Answer:
    return Answer()


def job(call: Call, name: str) -> Answer:
    call.caller.require_master()
    raise ParseError(SCRIPT_FAILED, "Invalid job.")
