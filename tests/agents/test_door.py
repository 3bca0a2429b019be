"""What is answered where the protocol ends: by Django alone, by a tool that breaks, to answers that are too long."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import Session
from developers.agents.door import takes

PATH = "/mcp"


def scope(path: str = PATH, scheme: str = "http") -> dict:
    return {"type": "http", "path": path, "scheme": scheme, "headers": []}


def test_the_door_takes_its_address_and_no_other():
    assert [path for path in (PATH, "/mcp/", "/mcp/x", "/mcpx", "/", "/MCP") if takes(scope(path))] == [PATH, "/mcp/"]


def test_what_has_to_come_by_https_is_left_to_be_sent_on(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, None
    assert [takes(scope(scheme=scheme)) for scheme in ("http", "https")] == [False, True]


@pytest.mark.django_db
def test_a_server_without_the_door_says_which_one_has_it(rep):
    token = Session.start(rep)[1]
    stranger, known = Client().post(PATH), Client().post(PATH, headers={"Authorization": f"Bearer {token}"})
    assert (stranger.status_code, stranger["WWW-Authenticate"]) == (401, 'Bearer realm="Parsley"')
    assert (known.status_code, known.json()["detail"]) == (
        501,
        "Agents are answered by the server that ships with Parsley: python -m config.serve.",
    )


def test_a_tool_that_breaks_says_so_and_nothing_of_how(as_rep):
    from developers.agents import server

    result = server._answered(replace(as_rep.agent, user=None), "whoami", {})
    assert (result.is_error, result.structured_content["status"]) == (True, 500)
    assert result.structured_content["detail"] == server.BROKEN


def test_an_answer_that_is_too_long_is_refused_and_says_what_to_do():
    from developers.agents import server

    result = server._result({"results": ["x" * 1_000] * 500}, False)
    assert (result.is_error, result.structured_content["status"]) == (True, 413)
    assert "fewer rows" in result.content[0].text
