"""All connections of one process that runs turns: made, ended and told of as the rows of servers say."""

from __future__ import annotations

import asyncio
import importlib
import logging
import socket
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import Error

from tools import redaction
from tools.mcp import catalogue
from tools.mcp.catalogue import Standing
from tools.mcp.targets import Target, secrets_of_commands, targets

if TYPE_CHECKING:
    from tools.mcp.connection import Connection
    from tools.mcp.offer import Offers

LOOK_SECONDS = 1.0  # until a process notices what staff changed
BEAT_SECONDS = 3.0

logger = logging.getLogger(__name__)

InDatabase = Callable[..., Awaitable[Any]]


class Switchboard:
    """`in_database` runs a sync function where the database may be used."""

    def __init__(self, in_database: InDatabase) -> None:
        self._in_database = in_database
        self._process = uuid.uuid4().hex
        self._host = socket.gethostname()
        self._ending: set[asyncio.Task[None]] = set()
        self._connections: dict[int, Connection] = {}
        self._told: dict[int, Standing] = {}
        self._follow_task: asyncio.Task[None] | None = None
        self._beat_at = time.monotonic()

    def start(self) -> None:
        """Follow the rows from now on; nobody waits for a server."""
        global _current
        _current = self
        redaction.keep_secret(secrets_of_commands())
        self._follow_task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """End every connection, and every program with it."""
        global _current
        if _current is self:
            _current = None
        if self._follow_task:
            self._follow_task.cancel()
            await asyncio.wait([self._follow_task])
        had_any = bool(self._connections)
        self._end(list(self._connections))
        if self._ending:
            await asyncio.wait(self._ending)
        if had_any:
            await self._quietly(partial(catalogue.leave, self._process))

    def connection(self, server_id: int) -> Connection | None:
        return self._connections.get(server_id)

    async def _follow(self) -> None:
        while True:
            try:
                wanted = {target.server_id: target for target in await self._in_database(targets)}
                await self._match(wanted)
                await self._beat()
            except Error as error:  # the database may be away for a while; the connections are not
                logger.debug("The rows of MCP servers could not be read: %s", error)
            except Exception:
                # Without this loop no server would ever be connected again.
                logger.exception("The rows of MCP servers could not be followed")
            await asyncio.sleep(LOOK_SECONDS)

    async def _match(self, wanted: dict[int, Target]) -> None:
        self._end(
            [
                server_id
                for server_id, connection in self._connections.items()
                if wanted.get(server_id) != connection.target
            ]
        )
        for server_id, target in wanted.items():
            if server_id not in self._connections:
                await self._begin(target)

    async def _begin(self, target: Target) -> None:
        # The SDK takes long to import, and most installations have no server at all.
        module = await asyncio.to_thread(importlib.import_module, "tools.mcp.connection")
        values = list(target.headers.values())
        redaction.keep_secret([*values, *(value.rpartition(" ")[2] for value in values)])
        self._connections[target.server_id] = module.Connection(
            target, tell=partial(self._tell, target.server_id), take=partial(self._take, target.server_id)
        )

    def _end(self, server_ids: list[int]) -> None:
        for server_id in server_ids:
            self._told.pop(server_id, None)
            task = asyncio.create_task(self._connections.pop(server_id).leave())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _beat(self) -> None:
        if self._connections and time.monotonic() - self._beat_at > BEAT_SECONDS:
            self._beat_at = time.monotonic()
            known = await self._in_database(catalogue.beat, self._process)
            if known < len(self._connections):  # forgotten by the others, while this process was frozen, say
                for server_id in self._connections.keys() & self._told.keys():
                    await self._tell(server_id, self._told[server_id])

    async def _tell(self, server_id: int, standing: Standing) -> None:
        self._told[server_id] = standing
        await self._quietly(partial(catalogue.tell, server_id, self._process, self._host, standing))

    async def _take(self, server_id: int, offers: Offers) -> bool:
        return await self._quietly(partial(catalogue.take, server_id, offers))

    async def _quietly(self, work: Callable[[], None]) -> bool:
        try:
            await self._in_database(work)
        except Error:
            logger.warning("What an MCP server said could not be kept", exc_info=True)
            return False
        return True


_current: Switchboard | None = None


def current() -> Switchboard | None:
    """Return this process' switchboard; None where it runs no turns."""
    return _current
