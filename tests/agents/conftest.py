"""Agents without a network: a tool is run as the person whose token it is. Every answer is held to its schema."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory
from jsonschema import Draft202012Validator

from accounts.models import Session, User
from developers.agents.caller import Agent, Refusal
from developers.agents.tools import tools


class Assistant:
    def __init__(self, user: User) -> None:
        self.agent = Agent(user, Session.start(user)[1], RequestFactory().post("/mcp"))

    def __call__(self, name: str, **arguments: Any) -> dict[str, Any]:
        tool = tools()[name]
        answer = tool.run(self.agent, arguments)
        Draft202012Validator(tool.output).validate(answer)
        return answer

    def refused(self, name: str, **arguments: Any) -> tuple[int, list[str]]:
        """The status, and the fields that the problem names."""
        with pytest.raises(Refusal) as raised:
            tools()[name].run(self.agent, arguments)
        assert raised.value.problem["detail"]
        return raised.value.status, [one["field"] for one in raised.value.problem.get("errors", [])]


@pytest.fixture
def assistant_of(db) -> Callable[[User], Assistant]:
    return Assistant


@pytest.fixture
def as_rep(assistant_of, rep) -> Assistant:
    return assistant_of(rep)


@pytest.fixture
def as_outsider(assistant_of, outsider) -> Assistant:
    return assistant_of(outsider)
