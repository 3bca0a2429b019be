"""Who comes to /mcp; and the address as Django knows it, for servers that speak no ASGI."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import AuthenticationFailed

from accounts.authentication import SessionTokenAuthentication
from developers.agents.caller import Agent, Refusal, refusal

PATH = "/mcp"
CHALLENGE = 'Bearer realm="Parsley"'
NEEDED = "Send the token of a session: Authorization: Bearer r:…"
AWAY = "The database cannot be reached. Try again in a few seconds."


def agent_of(request: HttpRequest) -> Agent:
    """By the token in the header; a cookie is never read. Raises Refusal."""
    try:
        found = SessionTokenAuthentication().authenticate(request)
    except AuthenticationFailed as error:
        raise refusal(401, str(error.detail)) from error
    except (OperationalError, InterfaceError) as error:
        raise refusal(503, AWAY) from error
    if found is None:
        raise refusal(401, NEEDED)
    user, _session = found
    return Agent(user, request.headers["Authorization"].split()[1], request)


@csrf_exempt  # no cookie is ever read here, so nobody's browser can be made to act for him
@login_not_required
def entry(request: HttpRequest) -> JsonResponse:
    try:
        agent_of(request)
        refused = refusal(501, "Agents are answered by the server that ships with Parsley: python -m config.serve.")
    except Refusal as error:
        refused = error
    response = JsonResponse(refused.problem, status=refused.status, content_type="application/problem+json")
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response
