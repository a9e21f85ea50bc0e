"""Messages at a bearable pace, without what the SDK would stumble over: one sloppy part spoils not the whole.

It refuses a whole list for one tool that is not as prescribed. It would keep the schemas of results, which
are the server's word too, and which nobody here asks for. And it ends the connection over a
number of progress that no float can hold.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCNotification, JSONRPCResponse

if TYPE_CHECKING:
    from typing import Self

    from mcp.client._transport import ReadStream, TransportStreams

NO_SCHEMA: dict[str, Any] = {"type": "object", "not": {}, "description": "no schema"}
"""Stands for a schema that is none."""

A_SECOND, AT_ONCE = 500, 1000  # messages that are read at most; a third of what would fill one core
LARGEST = 2**53  # up to which a float counts one by one

HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")


@asynccontextmanager
async def mended(
    transport: AbstractAsyncContextManager[TransportStreams],
) -> AsyncGenerator[TransportStreams]:
    """Open a transport whose messages come mended."""
    async with transport as (heard, said):
        yield _Mended(heard), said


class _Mended:
    """Passes everything on, and changes only lists of tools and progress."""

    def __init__(self, stream: ReadStream[SessionMessage | Exception]) -> None:
        self._stream = stream
        self._due = time.monotonic()

    @property
    def last_context(self) -> Any:
        return getattr(self._stream, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        await self._take_time()
        return _mend(await self._stream.receive())

    async def aclose(self) -> None:
        await self._stream.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        await self._take_time()
        return _mend(await self._stream.__anext__())

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool | None:
        return await self._stream.__aexit__(exc_type, exc_val, exc_tb)

    async def _take_time(self) -> None:
        """Let a server that floods wait, and with it nobody else: what is not read here holds it up."""
        now = time.monotonic()
        self._due = max(self._due, now - AT_ONCE / A_SECOND) + 1 / A_SECOND
        if self._due > now:
            await asyncio.sleep(self._due - now)


def _mend(message: SessionMessage | Exception) -> SessionMessage | Exception:
    match message:
        case SessionMessage(message=JSONRPCResponse(result={"tools": [*tools]} as result)):
            result["tools"] = [_tool(tool) for tool in tools if _has_name(tool)]
        case SessionMessage(message=JSONRPCNotification(method="notifications/progress", params=dict(told))):
            told.update({part: None for part in ("progress", "total") if _is_beyond(told.get(part))})
    return message


def _is_beyond(number: Any) -> bool:
    return isinstance(number, int) and abs(number) > LARGEST


def _has_name(tool: Any) -> bool:
    return isinstance(tool, dict) and isinstance(tool.get("name"), str)


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    kept = {key: tool[key] for key in ("name", "title", "description") if isinstance(tool.get(key), str)}
    hints = tool.get("annotations")
    if isinstance(hints, dict):
        kept["annotations"] = {name: hints[name] for name in HINTS if isinstance(hints.get(name), bool)}
    return {**kept, "inputSchema": tool["inputSchema"] if _is_schema(tool.get("inputSchema")) else NO_SCHEMA}


def _is_schema(schema: Any) -> bool:
    """Say whether the SDK would take it; what it means is judged later."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return False
    properties, required = schema.get("properties", {}), schema.get("required", [])
    return (
        isinstance(schema.get("$schema", ""), str)
        and isinstance(properties, dict)
        and all(isinstance(part, dict | bool) for part in properties.values())
        and isinstance(required, list)
        and all(isinstance(name, str) for name in required)
    )
