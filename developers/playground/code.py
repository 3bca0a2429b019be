"""A call as programs would write it: curl, PHP with Guzzle, Python, and JavaScript without a library.

Keys and token stand in the environment, so that what is copied can be shown to others. The code needs nothing that is
not named in it: Guzzle for PHP, what comes with Python 3 and Node.js for the others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from developers.playground import graphql_form, sdk
from developers.playground.calls import Call, compact, operation_of

PARSE_KEYS = {
    "X-Parse-Application-Id": "PARSE_APP_ID",
    "X-Parse-REST-API-Key": "PARSE_REST_KEY",
    "X-Parse-Session-Token": "PARSE_SESSION_TOKEN",
}
TOKEN = "PARSE_SESSION_TOKEN"  # noqa: S105 - the name of the variable


@dataclass(frozen=True)
class Code:
    key: str
    name: str
    text: str


def codes(call: Call, origin: str) -> list[Code]:
    """``origin``: where this Parsley is, as in https://crm.example. GraphQL only where the call has such a form."""
    operation = operation_of(call)
    if call.face == "parse":
        script = Code("js", "Parse JS", sdk.script(call, operation, origin))
    else:
        script = Code("js", "JavaScript", javascript(call, origin))
    found = [
        Code("curl", "curl", curl(call, origin)),
        Code("php", "PHP (Guzzle)", php(call, origin)),
        script,
        Code("python", "Python", python(call, origin)),
    ]
    query = graphql_form.query(operation) if operation else None
    return [*found, Code("graphql", "GraphQL", query)] if query else found


def _headers(call: Call) -> dict[str, tuple[str, str]]:
    """By name: what stands before the variable's value, and the variable."""
    if call.face == "rest":
        return {"Authorization": ("Token ", TOKEN)}
    return {name: ("", variable) for name, variable in PARSE_KEYS.items()}


def _address(call: Call, origin: str) -> str:
    query = f"?{call.query}" if call.parameters else ""
    return f"{origin}{call.address}{query}"


# --- curl -------------------------------------------------------------------------------------------------------------


def curl(call: Call, origin: str) -> str:
    in_query = call.method == "GET"
    head = "curl -sS -G" if in_query and call.parameters else "curl -sS"
    method = "" if in_query else f" -X {call.method}"
    lines = [f"{head}{method} {_quoted(origin + call.address if in_query else _address(call, origin))}"]
    lines += [f'-H "{name}: {before}${variable}"' for name, (before, variable) in _headers(call).items()]
    if in_query:
        lines += [f"--data-urlencode {_quoted(f'{name}={value}')}" for name, value in call.parameters]
    elif call.body is not None:
        lines += ['-H "Content-Type: application/json"', f"--data-raw {_quoted(compact(call.body))}"]
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """For a shell, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"


# --- PHP --------------------------------------------------------------------------------------------------------------


def php(call: Call, origin: str) -> str:
    headers = [
        f"        '{name}' => {f'{_php(before)} . ' if before else ''}getenv('{variable}'),"
        for name, (before, variable) in _headers(call).items()
    ]
    options = ["    'headers' => [", *headers, "    ],"]
    if call.parameters:
        options.append(f"    'query' => {_php(dict(call.parameters))},")
    if call.body is not None and call.method != "GET":
        options.append(f"    'json' => {_php(call.body, '    ')},")
    lines = ["<?php", "require 'vendor/autoload.php';", "", "$client = new \\GuzzleHttp\\Client();"]
    lines += [f"$answer = $client->request('{call.method}', {_php(origin + call.address)}, [", *options, "]);"]
    return "\n".join([*lines, "echo $answer->getBody();"])


def _php(value: Any, indent: str = "") -> str:
    """As PHP writes it; an empty object is not an empty list."""
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, dict):
        return (
            f"[{', '.join(f'{_php(key)} => {_php(one)}' for key, one in value.items())}]"
            if value
            else ("new \\stdClass()")
        )
    if isinstance(value, list):
        return f"[{', '.join(_php(one) for one in value)}]"
    return json.dumps(value)


# --- Python -----------------------------------------------------------------------------------------------------------


def python(call: Call, origin: str) -> str:
    headers = []
    for name, (before, variable) in _headers(call).items():
        value = f'os.environ["{variable}"]'
        headers.append(f'    "{name}": {f"{before!r} + " if before else ""}{value},'.replace("'", '"'))
    has_body = call.body is not None and call.method != "GET"
    lines = ["import json", "import os"]
    lines += ["from urllib.parse import urlencode"] if call.parameters else []
    lines += ["from urllib.request import Request, urlopen", "", f"url = {_python(origin + call.address)}"]
    if call.parameters:
        lines.append(f'url += "?" + urlencode({_python(dict(call.parameters))})')
    lines += ["headers = {", *headers, *(['    "Content-Type": "application/json",'] if has_body else []), "}"]
    lines += [f"body = json.dumps({_python(call.body)}).encode()"] if has_body else []
    data = ", data=body" if has_body else ""
    lines += [f'request = Request(url, method="{call.method}", headers=headers{data})']
    lines += ["with urlopen(request) as answer:", "    print(json.dumps(json.load(answer), indent=2))"]
    return "\n".join(lines)


def _python(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_python(key)}: {_python(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_python(one) for one in value) + "]"
    return repr(value)


# --- JavaScript -------------------------------------------------------------------------------------------------------


def javascript(call: Call, origin: str) -> str:
    """For Node.js 20 and newer, and with other places for the token, for browsers."""
    headers = []
    for name, (before, variable) in _headers(call).items():
        value = f"process.env.{variable}"
        headers.append(f"    '{name}': {f'{sdk.literal(before)} + ' if before else ''}{value},")
    options = [f"  method: '{call.method}',"]
    has_body = call.body is not None and call.method != "GET"
    content = ["    'Content-Type': 'application/json',"] if has_body else []
    options += ["  headers: {", *headers, *content, "  },"]
    options += [f"  body: JSON.stringify({sdk.literal(call.body)}),"] if has_body else []
    lines = [f"const answer = await fetch({sdk.literal(_address(call, origin))}, {{", *options, "});"]
    return "\n".join([*lines, "console.log(JSON.stringify(await answer.json(), null, 2));"])
