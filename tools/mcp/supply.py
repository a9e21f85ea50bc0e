"""The rows of servers as tools: what the registry is supplied with, in every process."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db.models import Q

from tools.context import ToolContext
from tools.definition import Effects, Supplied, Tool
from tools.mcp import switchboard
from tools.mcp.catalogue import fresh
from tools.mcp.remote import Remote
from tools.models import McpConnection, McpServer, McpTool
from tools.results import Rich

FRESH_ENOUGH = 1.0
"""Seconds for which looking a single name up does not read the rows again."""

NEW = "Nobody of the staff has accepted it yet."
SILENT = "Its server does not say what it does, so it counts as destructive."
CHANGED = "Its server has changed it since the staff accepted it."
GONE = "Its server does not offer it any more."


@dataclass(frozen=True, slots=True)
class _Shelf:
    version: int
    tools: tuple[Tool, ...]


class McpSupply:
    """Keeps the tools made of each server's rows until its version moves."""

    def __init__(self) -> None:
        self._shelves: dict[int, _Shelf] = {}
        self._by_name: dict[str, Tool] = {}
        self._away: dict[int, str] = {}
        self._read_at = 0.0
        self._lock = threading.Lock()

    def all(self) -> tuple[Tool, ...]:
        """Read which servers are on, and anew what has changed: one query if nothing has."""
        servers = list(McpServer.objects.filter(enabled=True).only("pk", "name", "version", "deadline"))
        # A process that runs turns knows by itself; others must believe what those told.
        away = _away(servers) if servers and not switchboard.current() else {}
        with self._lock:
            self._away = away
            known = self._shelves
            self._shelves = {
                server.pk: shelf
                if (shelf := known.get(server.pk)) and shelf.version == server.version
                else _Shelf(server.version, tuple(self._tools(server)))
                for server in servers
            }
            self._by_name = {tool.name: tool for shelf in self._shelves.values() for tool in shelf.tools}
            self._read_at = time.monotonic()
            return tuple(self._by_name.values())

    def find(self, name: str) -> Tool | None:
        """Find one tool, in what was read a moment ago."""
        if "__" not in name:
            return None
        if time.monotonic() - self._read_at > FRESH_ENOUGH:
            self.all()
        return self._by_name.get(name)

    def _tools(self, server: McpServer) -> Iterable[Tool]:
        from tools.mcp.schemas import Declared  # with what checks schemas, which takes long to import

        for row in McpTool.objects.filter(server=server):
            effects = effects_of(row.hints)
            may_repeat = effects == "reads" or row.hints.get("idempotent") is True
            remote = Remote(server.pk, server.name, row.remote_name, may_repeat=may_repeat)
            yield Tool(
                name=row.name,
                description=row.description or row.remote_name,
                function=_function(remote),
                signature=Declared(row.schema),
                source=f"MCP server {server.name}",
                effects=effects,
                safe_to_repeat=may_repeat,
                deadline=server.deadline,
                supplied=Supplied(
                    identity=row.fingerprint,
                    asks="" if row.is_accepted else CHANGED if row.has_changed else NEW,
                    silent="" if {"read_only", "destructive"} & row.hints.keys() else SILENT,
                    broken=GONE if row.gone_at else row.fault,
                    away=partial(self._away_of, server.pk, server.name),
                ),
            )

    def _away_of(self, server_id: int, name: str) -> str:
        reason = self._away.get(server_id, "")
        if board := switchboard.current():
            connection = board.connection(server_id)
            reason = connection.away if connection else "It is about to be connected."
        return f"The MCP server {name} cannot be reached. {reason}"[:400] if reason else ""


def effects_of(hints: dict[str, bool]) -> Effects:
    """Take a server's claims as MCP reads them: what is not said is destructive."""
    if hints.get("read_only") is True:
        return "reads"
    return "writes" if hints.get("destructive") is False else "destructive"


def _function(remote: Remote) -> Callable[..., Awaitable[Rich]]:
    async def call(arguments: dict[str, object], context: ToolContext) -> Rich:
        from tools.mcp import calling  # with the SDK, which takes long to import

        return await calling.call(remote, arguments, context)

    return call


def _away(servers: list[McpServer]) -> dict[int, str]:
    """Say which servers no process is connected with, as far as the processes told."""
    told, ready = fresh(), Q(state=McpConnection.State.READY)
    connected = set(told.filter(ready).values_list("server_id", flat=True))
    reasons = dict(told.exclude(ready).values_list("server_id", "error"))
    return {
        server.pk: reasons.get(server.pk) or "No process is connected with it yet."
        for server in servers
        if server.pk not in connected
    }


supply = McpSupply()
