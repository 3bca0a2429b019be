"""Plays the steps against one server and writes down the answers with everything masked that chance decides."""

import http.client
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from tests.differential import graph_play
from tests.differential.steps import Step

HEADERS = {"X-Parse-Application-Id": "parsley", "X-Parse-REST-API-Key": "parsley-rest"}
MASTER = {"X-Parse-Application-Id": "parsley", "X-Parse-Master-Key": "parsley-master"}
SYMBOL = re.compile(r"\{\{(\w+)(\.token)?\}\}")
ID = re.compile(r"[A-Za-z0-9]{10}")
TOKEN = re.compile(r"r:[0-9a-f]{32}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TIMES = {"createdAt", "updatedAt", "expiresAt", "iso"}


@dataclass(frozen=True)
class Answer:
    """``body``: masked; of an error only the code. None where it is no JSON. ``words``: of an error, not compared."""

    status: int
    body: Any
    location: str = ""
    words: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.status} {json.dumps(self.body, ensure_ascii=False, sort_keys=True)} {self.location}".strip()


class Player:
    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)
        self.ids: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def play(self, step: Step) -> Answer:
        status, headers, text = self._send(step)
        body = _json(text)
        if step.keep and status < 300 and isinstance(body, dict):
            self._keep(step.keep, graph_play.kept(body) if _is_graph(step) else body)
        masked = self._masked_graph(body, step.is_ordered) if _is_graph(step) else self._masked(body, step.is_ordered)
        words = body.get("error") or graph_play.words(body) if isinstance(body, dict) else ""
        return Answer(status, masked, self._location(headers.get("Location", "")), self._wordily(words))

    def _wordily(self, words: Any) -> str:
        """An error's text, with the names of ids that chance decides."""
        found = words if isinstance(words, str) else ""
        for key, name in self.names.items():
            found = found.replace(key, f"<{name}>")
        return found

    def _send(self, step: Step) -> tuple[int, Any, bytes]:
        mount = "" if _is_graph(step) else self.address.path
        path = mount + quote(self._filled(step.address), safe="/?&=%+:")
        text = step.text
        body = None if text is None else self._filled(text).encode()
        headers = {"Content-Type": "application/json"} | self._headers(step)
        # A connection for each: the reference closes the one on which it refused a body, without a word of it.
        connection = http.client.HTTPConnection(self.address.netloc, timeout=60)
        try:
            connection.request(step.method, path, body, headers | {"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (http.client.HTTPException, OSError) as error:
            return 0, {}, repr(error).encode()
        finally:
            connection.close()

    def _headers(self, step: Step) -> dict[str, str]:
        if step.headers is not None:
            return step.headers
        if step.caller == "none":
            return {}
        if step.caller == "master":
            return MASTER
        token = {"X-Parse-Session-Token": self.tokens.get(step.caller, "missing")} if step.caller else {}
        return HEADERS | token

    def _filled(self, text: str) -> str:
        def known(match: re.Match) -> str:
            return (self.tokens if match[2] else self.ids).get(match[1], "missing000")

        return SYMBOL.sub(known, text)

    def _keep(self, name: str, body: dict) -> None:
        if "objectId" in body:
            self.ids[name] = body["objectId"]
            self.names.setdefault(body["objectId"], name)
        if "sessionToken" in body:
            self.tokens[name] = body["sessionToken"]

    def _location(self, location: str) -> str:
        """Where a new row stands: its path, as the address of each server is its own."""
        path = urlsplit(location).path
        head, _, last = path.rpartition("/")
        return f"{head}/<id>" if ID.fullmatch(last) else path

    def _masked_graph(self, body: Any, is_ordered: bool) -> Any:
        if isinstance(body, dict) and isinstance(body.get("error"), str):
            return self._masked_object(body, is_ordered)  # keys and tokens are refused as at /parse
        return graph_play.masked(body, self.names, self._masked_text, is_ordered)

    def _masked(self, value: Any, is_ordered: bool, key: str = "") -> Any:
        if isinstance(value, dict):
            return self._masked_object(value, is_ordered)
        if isinstance(value, list):
            rows = [self._masked(each, is_ordered, key) for each in value]
            return (
                rows
                if is_ordered or key != "results"
                else sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
            )
        return self._masked_text(value, key) if isinstance(value, str) else value

    def _masked_object(self, value: dict, is_ordered: bool) -> dict:
        if "error" in value and ("code" in value or len(value) == 1) and isinstance(value["error"], str):
            return {**value, "error": "<text>"}
        masked = {name: self._masked(each, is_ordered, name) for name, each in value.items()}
        if "iso" in (value.get("expiresAt") or {}):
            masked["expiresAt"] = {**value["expiresAt"], "iso": "<time>"}
        return {self.names.get(name, name): each for name, each in masked.items()}

    def _masked_text(self, value: str, key: str) -> str:
        if value in self.names:
            return f"<{self.names[value]}>"
        if TOKEN.fullmatch(value):
            return "<token>"
        if key in ("createdAt", "updatedAt") and INSTANT.fullmatch(value):
            return "<time>"
        return "<id>" if key == "objectId" and ID.fullmatch(value) else value


def _is_graph(step: Step) -> bool:
    return step.path == graph_play.PATH


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
