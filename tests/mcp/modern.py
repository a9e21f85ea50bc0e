"""A server of 2026's protocol, made with the SDK: it grows when it is asked to, hangs, freezes and asks back.

It is a program: `modern.py [--http]`; over HTTP it prints its port.
"""

import asyncio
import socket
import sys
import time
from pathlib import Path

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import InputRequiredResult, ToolAnnotations

READS = ToolAnnotations(read_only_hint=True)

server = MCPServer("modern", log_level="ERROR")


@server.tool(annotations=READS)
async def grow(context: Context) -> str:
    """Offer more."""
    server.add_tool(grown)
    await context.notify_tools_changed()
    return "more"


def grown() -> str:
    """Be there."""
    return "there"


@server.tool(annotations=READS, structured_output=False)
async def echo(text: str) -> str:
    """Say it again."""
    return text


@server.tool(annotations=READS, structured_output=False)
async def look(begun: str) -> str:
    """Wait for ever."""
    Path(begun).touch()
    await asyncio.Event().wait()
    return "never"


@server.tool(annotations=READS, structured_output=False)
async def freeze(begun: str) -> str:
    """Keep the whole server from doing anything, the first time."""
    path = Path(begun)
    if not path.exists():
        path.touch()
        time.sleep(3600)
    return "thawed"


@server.tool(annotations=READS, structured_output=False)
async def ask(context: Context) -> str | InputRequiredResult:
    """Ask the person something before there is an answer."""
    return InputRequiredResult(request_state="Who are you?")


if __name__ == "__main__":
    if "--http" in sys.argv:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        print(port, flush=True)
        server.run("streamable-http", port=port)
    else:
        server.run("stdio")
