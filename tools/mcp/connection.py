"""One server's connection in one process: made, watched, made again, and left, all by one task of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ListenNotSupportedError, SubscriptionLost
from mcp_types import ToolListChangedNotification
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from tools import defaults
from tools.mcp import http, offers, stdio
from tools.mcp.catalogue import Standing
from tools.mcp.faults import LOST, Ended, fit, sentence
from tools.mcp.limits import (
    FIRST_PAUSE,
    HEALTH_SECONDS,
    LONGEST_PAUSE,
    MESSAGE_LIMIT,
    READY_SECONDS,
)
from tools.mcp.line import Line
from tools.mcp.mending import mended
from tools.mcp.offer import Offers
from tools.mcp.offers import Listing
from tools.mcp.targets import Target
from tools.models import McpConnection

if TYPE_CHECKING:
    from mcp.client._transport import Transport

T = TypeVar("T")
State = McpConnection.State
LEAVING_SECONDS = 4.0
AT_MOST_EVERY = 1.0  # seconds between two lists, however often a server says that its own has changed


class Connection:
    """`tell` is awaited with how it stands, `take` with what the server offers; neither may raise.

    `take` says whether it was kept.
    """

    def __init__(
        self,
        target: Target,
        *,
        tell: Callable[[Standing], Awaitable[None]],
        take: Callable[[Offers], Awaitable[bool]],
    ) -> None:
        self.target = target
        self._tell = tell
        self._take = take
        self._client: Client | None = None
        self._ready = asyncio.Event()
        self._wake = asyncio.Event()
        self._is_leaving = False
        self._line = self._new_line()
        self._error = ""
        self._tail = stdio.Tail()
        self._told_tail = ""
        self._taken: Listing | None = None
        self._ready_at = 0.0
        self._hopeful_until = time.monotonic() + READY_SECONDS
        self._task = asyncio.create_task(self._stay(), name=f"MCP server {target.name}")

    @property
    def away(self) -> str:
        """Why its tools cannot be called now, "" where they can: a first attempt may take its time."""
        if self._client or time.monotonic() < self._hopeful_until:
            return ""
        return self._error or "It has not answered yet."

    async def ask(self, question: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        """Ask the server something once it is there; Ended where it is not."""
        client = await self._there()
        return await self._line.ask(question(client))

    async def leave(self) -> None:
        """End it, and the program with it."""
        self._is_leaving = True
        was_ready = self._client is not None
        self._line.end("Clearcall ends the connection.")
        if not was_ready:  # it may be waiting for an answer that never comes
            self._task.cancel()
        await asyncio.wait([self._task], timeout=LEAVING_SECONDS)
        self._task.cancel()
        await asyncio.wait([self._task], timeout=LEAVING_SECONDS)
        await stdio.all_ended()

    async def _stay(self) -> None:
        pause = FIRST_PAUSE
        await self._stand(State.CONNECTING)
        while not self._is_leaving:
            self._line = self._new_line()
            self._wake.clear()
            began = time.monotonic()
            reason = self.target.fault or await self._live()
            if self._is_leaving:
                return
            if self._ready_at >= began and time.monotonic() - self._ready_at > READY_SECONDS:
                pause = FIRST_PAUSE
            self._hopeful_until = time.monotonic() + READY_SECONDS if self._ready_at >= began else 0.0
            self._error = fit(reason)
            await self._stand(State.AWAY)
            if not self._is_leaving:
                self._wake.clear()
                await self._rest(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live(self) -> str:
        """Connect and stay connected; return in a sentence why that ended."""
        try:
            async with AsyncExitStack() as stack:
                try:
                    await self._enter(stack)
                finally:
                    self._line.end("")
                    self._lost()  # it may have ended in the moment in which it became ready
        except Ended as ended:
            return str(ended) or LOST
        except Exception as error:  # noqa: BLE001
            return self._line.reason or sentence(error)
        return self._line.reason or LOST

    async def _enter(self, stack: AsyncExitStack) -> None:
        async with asyncio.timeout(defaults.mcp_connect_seconds()):
            client = await stack.enter_async_context(
                Client(mended(await self._transport(stack)), message_handler=self._hear, cache=None)
            )
            listing = await self._line.unless_ended(offers.ask(client))
        await self._keep(listing)
        self._client, self._ready_at, self._error = client, time.monotonic(), ""
        self._ready.set()
        await self._stand(State.READY, client)
        listening = asyncio.create_task(self._listen(client))
        try:
            await self._watch(client)
        finally:
            listening.cancel()
            await asyncio.wait([listening])

    async def _transport(self, stack: AsyncExitStack) -> Transport:
        if self.target.program:
            return stdio.running(self.target.program, self._tail, self._line.end)
        client = await stack.enter_async_context(http.client(self.target.headers))
        return streamable_http_client(self.target.url, http_client=client, max_sse_event_size=MESSAGE_LIMIT)

    async def _watch(self, client: Client) -> None:
        while not self._line.has_ended:
            await self._rest(HEALTH_SECONDS)
            if self._line.has_ended:
                return
            await self._keep(await self._line.look(offers.ask(client)))
            if self._tail.text != self._told_tail:
                await self._stand(State.READY, client)
            # A server may say without end that its list has changed.
            await self._line.last(AT_MOST_EVERY)

    async def _keep(self, listing: Listing) -> None:
        if listing == self._taken:
            return
        # In a thread, because thousands of schemas take longer than the chat of others may stand still.
        if await self._take(await asyncio.to_thread(offers.understood, listing)):
            self._taken = listing

    async def _listen(self, client: Client) -> None:
        """Hear of changes from servers that tell them only to those who ask for it."""
        if client.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            return
        with suppress(MCPError, ListenNotSupportedError, SubscriptionLost, ValidationError):
            async with client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    self._wake.set()

    async def _hear(self, message: object) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._wake.set()

    async def _stand(self, state: str, client: Client | None = None) -> None:
        self._told_tail = self._tail.text
        software = client.server_info if client else None
        await self._tell(
            Standing(
                state,
                error=self._error,
                stderr=self._told_tail,
                protocol=client.protocol_version if client else "",
                software=f"{software.name} {software.version}" if software else "",
            )
        )

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()

    async def _there(self) -> Client:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while self._client is None:
                    await self._ready.wait()
        except TimeoutError:
            raise Ended(self.away or "It has not answered yet.") from None
        return self._client

    def _new_line(self) -> Line:
        return Line(lost=self._lost, doubt=self._wake.set)

    def _lost(self) -> None:
        # At once: to leave a server may take seconds, for which nobody shall wait.
        self._client = None
        self._ready.clear()
        self._wake.set()
