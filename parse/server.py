"""Routes about the server itself, and those for what it has none of."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from parse.calls import Answer, Call
from parse.errors import HOOK_ERROR, INVALID_JSON, INVALID_KEY_NAME, PUSH_MISCONFIGURED, SCRIPT_FAILED, ParseError
from parse.models import ConfigParameter
from records.transactions import atomically

CONFIG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}\Z")
MOST_PARAMETERS = 500
FEATURES = {
    "globalConfig": {"create": True, "read": True, "update": True, "delete": True},
    "hooks": {"create": False, "read": False, "update": False, "delete": False},
    "cloudCode": {"jobs": False},
    "logs": {"level": False, "size": False, "order": False, "until": False, "from": False},
    "push": dict.fromkeys(["immediatePush", "scheduledPush", "storedPushData", "pushAudiences", "localization"], False),
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
    "settings": {"securityCheck": False},
}


def info(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"features": FEATURES, "parseServerVersion": f"parsley-{settings.VERSION}"})


def config(call: Call) -> Answer:
    """Parse.Config: parameters that the master key sets and clients read."""
    found = ConfigParameter.objects.order_by("pk")
    rows = list(found if call.caller.is_master else found.filter(master_only=False))
    params = {"params": {row.name: row.value for row in rows}}
    return Answer(params | {"masterKeyOnly": {row.name: row.master_only for row in rows}} if rows else params)


def set_config(call: Call) -> Answer:
    call.caller.require_master()
    params, hidden = call.body.get("params"), call.body.get("masterKeyOnly") or {}
    if not isinstance(params, dict) or not isinstance(hidden, dict):
        raise ParseError(INVALID_JSON, "params and masterKeyOnly must be objects.")
    if any(not CONFIG_NAME.match(name) for name in params):
        raise ParseError(INVALID_KEY_NAME, "A parameter has up to 100 letters, digits and underscores.")
    atomically(_set_config, params, hidden)
    return Answer({"result": True})


def _set_config(params: dict[str, Any], hidden: dict[str, Any]) -> None:
    for name, value in params.items():
        if isinstance(value, dict) and value.get("__op") == "Delete":
            ConfigParameter.objects.filter(pk=name).delete()
        else:
            new = {"value": value, "master_only": bool(hidden.get(name))}
            ConfigParameter.objects.update_or_create(pk=name, defaults=new)
    if ConfigParameter.objects.count() > MOST_PARAMETERS:
        raise ParseError(INVALID_JSON, f"There are at most {MOST_PARAMETERS} parameters.")


# --- what there is none of --------------------------------------------------------------------------------------------


def none(call: Call) -> Answer:
    """Hooks and jobs are Python modules here (docs/hooks.md): no program added one."""
    call.caller.require_master()
    return Answer([])


def no_hook(call: Call, name: str | None) -> Answer:
    call.caller.require_master()
    raise ParseError(HOOK_ERROR, "Hooks are Python modules here, see docs/hooks.md: none is set by a request.")


def no_audiences(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"results": []})


def nothing_set(call: Call) -> Answer:
    call.caller.require_master()
    return Answer()


def jobs(call: Call) -> Answer:
    call.caller.require_master()
    return Answer({"in_use": [], "jobs": []})


def push(call: Call) -> Answer:
    call.caller.require_master()
    raise ParseError(PUSH_MISCONFIGURED, "Missing push configuration")


def event(call: Call, name: str) -> Answer:
    return Answer()


def job(call: Call, name: str) -> Answer:
    call.caller.require_master()
    raise ParseError(SCRIPT_FAILED, "Invalid job.")
