"""How one process's listeners hear what other processes say: one channel for them all."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from .hub import Event, Hub

RETRY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Bridge:
    """Joins a hub with a layer, whose messages come back to the process that sent them too."""

    def __init__(self, hub: Hub, layer: Any) -> None:
        self.layer = layer
        self._hub = hub
        self._channel = ""
        self._opening = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> str:
        """Return this process's channel; listens to it from the first time on."""
        async with self._opening:
            if not self._listening:
                self._channel = await self.layer.new_channel("process")
                self._listening = asyncio.create_task(self._listen())
        return self._channel

    async def join(self, group: str) -> None:
        """Listen to a group; asked for each listener, as the first one's request may still be under way."""
        await self.layer.group_add(group, await self.open())

    async def leave(self, group: str) -> None:
        await self.layer.group_discard(group, self._channel)

    async def tell(self, group: str, event: Event) -> None:
        await self.layer.group_send(group, {"type": "news", "group": group, "event": event})

    async def tell_one(self, address: str, event: Event) -> None:
        channel, _, _ = address.rpartition("/")
        await self.layer.send(channel, {"type": "news", "to": address, "event": event})

    async def _listen(self) -> None:
        """Never cancelled but with its loop: Redis' layer would lose what waits."""
        while True:
            try:
                message = await self.layer.receive(self._channel)
            except Exception:
                # The one broad catch for this loop: without its ear a process would slowly go dead.
                logger.exception("The process goes on listening after a failure")
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if "to" in message:
                self._hub.tell_one(message["to"], message["event"])
            else:
                self._hub.tell(message["group"], message["event"])
