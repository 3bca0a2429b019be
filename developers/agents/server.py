"""The server of the official SDK. Imported by the first message of an agent: it takes memory and time."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as Told

from developers.agents.caller import Agent, Refusal, refusal
from developers.agents.door import AGENT, LONGEST, in_thread
from developers.agents.entry import AWAY
from developers.agents.tools import INSTRUCTIONS, Tool, tools

log = logging.getLogger("parsley.agents")
MOST = 400_000  # characters of an answer
BROKEN = "Something broke here. It has been logged, and nothing was half saved."
Context = ServerRequestContext[Any, Any]


def manager() -> StreamableHTTPSessionManager:
    version: Any = settings.SPECTACULAR_SETTINGS["VERSION"]
    server: Server[Any] = Server(
        "parsley",
        title="Parsley CRM",
        version=version,
        instructions=INSTRUCTIONS,
        on_list_tools=_listed,
        on_call_tool=_called,
        get_tool_input_schema=lambda name: None,  # no header repeats an argument here
    )
    server.middleware.clear()  # traces for OpenTelemetry, which nobody collects here
    return StreamableHTTPSessionManager(server, json_response=True, stateless=True, max_request_body_size=LONGEST)


async def _listed(context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
    try:
        found = await in_thread(tools)
    except Exception as error:
        log.exception("The tools of agents could not be listed")
        raise MCPError(INTERNAL_ERROR, BROKEN) from error
    return ListToolsResult(tools=[_told(tool) for tool in found.values()])


def _told(tool: Tool) -> Told:
    hints = ToolAnnotations(
        title=tool.title,
        read_only_hint=not tool.writes,
        destructive_hint=False,  # what is written is in the history, where it can be taken back
        idempotent_hint=tool.is_idempotent,
        open_world_hint=False,
    )
    return Told(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input,
        output_schema=tool.output,
        annotations=hints,
    )


async def _called(context: Context, params: CallToolRequestParams) -> CallToolResult:
    agent: Agent = context.request.scope[AGENT]  # type: ignore[union-attr]
    return await in_thread(_answered, agent, params.name, params.arguments or {})


def _answered(agent: Agent, name: str, arguments: Any) -> CallToolResult:
    """In a thread."""
    try:
        answer, is_error = _tool(name).run(agent, arguments), False
    except MCPError:
        raise
    except Refusal as refused:
        answer, is_error = refused.problem, True
    except (OperationalError, InterfaceError):
        log.warning("The tool %s met a database that is away", name)
        answer, is_error = refusal(503, AWAY).problem, True
    except Exception:
        log.exception("The tool %s broke", name)
        answer, is_error = refusal(500, BROKEN).problem, True
    return _result(answer, is_error)


def _tool(name: str) -> Tool:
    tool = tools().get(name)
    if tool is None:
        raise MCPError(INVALID_PARAMS, f"There is no such tool: {name[:100]}")
    return tool


def _result(answer: dict[str, Any], is_error: bool) -> CallToolResult:
    text = json.dumps(answer, ensure_ascii=False, default=str)
    if len(text) > MOST:
        return _result(refusal(413, f"The answer has more than {MOST} characters. Ask for fewer rows.").problem, True)
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=json.loads(text), is_error=is_error
    )
