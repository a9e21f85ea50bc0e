"""How one tool of a server is called, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp import Client, MCPError
from mcp_types import CallToolRequest, CallToolRequestParams, CallToolResult, InputRequiredResult
from pydantic import TypeAdapter, ValidationError

from tools.context import ToolContext
from tools.errors import ToolError
from tools.mcp import switchboard
from tools.mcp.content import read
from tools.mcp.faults import Ended, Forgotten, sentence
from tools.mcp.limits import TOO_LARGE
from tools.mcp.remote import Remote
from tools.results import Rich

AWAY, LOST, FAILED = "server_away", "server_lost", "server_failed"
ANSWER: TypeAdapter[CallToolResult | InputRequiredResult] = TypeAdapter(CallToolResult | InputRequiredResult)
WANTS_MORE = "It asks for more in the middle of a call, which nobody can give it here."
LOST_WORDS = "The connection ended while the call ran; whether it took effect is not known."


async def call(remote: Remote, arguments: Mapping[str, Any], context: ToolContext) -> Rich:
    """Call a tool; once more where that can do no harm, because its server was started anew meanwhile."""
    try:
        return read(await _ask(remote, arguments, context))
    except Forgotten:
        pass
    except Ended as ended:
        if not remote.may_repeat or str(ended) == TOO_LARGE:
            told = f"{LOST_WORDS} {ended}"
            raise ToolError(f"{_prefix(remote)} {told}", code=LOST) from ended
    except (MCPError, ValidationError) as error:
        raise ToolError(f"{_prefix(remote)} {sentence(error)}", code=FAILED) from error
    try:
        return read(await _ask(remote, arguments, context))
    except Ended as ended:
        raise ToolError(f"{_prefix(remote)} {ended}", code=LOST) from ended
    except (MCPError, ValidationError) as error:
        raise ToolError(f"{_prefix(remote)} {sentence(error)}", code=FAILED) from error


async def _ask(remote: Remote, arguments: Mapping[str, Any], context: ToolContext) -> CallToolResult:
    board = switchboard.current()
    connection = board.connection(remote.server_id) if board else None
    if connection is None:
        raise ToolError(f"{_prefix(remote)} It is not connected here.", code=AWAY)

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        context.progress(progress, total, message or "")

    async def ask(client: Client) -> CallToolResult | InputRequiredResult:
        # Not `call_tool`: that checks the result against a schema of the server's own, which may never end.
        request = CallToolRequest(params=CallToolRequestParams(name=remote.name, arguments=dict(arguments)))
        return await client.session.send_request(request, ANSWER, progress_callback=on_progress)

    answer = await connection.ask(ask)
    if isinstance(answer, InputRequiredResult):
        raise ToolError(f"{_prefix(remote)} {WANTS_MORE}", code=FAILED)
    return answer


def _prefix(remote: Remote) -> str:
    return f"The MCP server {remote.server} did not answer this call."
