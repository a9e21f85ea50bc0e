"""Servers for tests: rows that name them, and real programs behind the rows."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from conversations.database import in_database
from tools.mcp.headers import sealed
from tools.models import McpConnection, McpServer, McpTool

PROGRAM = Path(__file__).with_name("server.py")
PATIENCE = 60.0
OLD_SERVER = f"{sys.executable} {PROGRAM}"
MODERN_SERVER = f"{sys.executable} {Path(__file__).with_name('modern.py')}"
COMMANDS = {
    "old": OLD_SERVER,
    "time": f"{sys.executable} -m mcp_server_time --local-timezone Europe/Berlin",
    "git": f"{sys.executable} -m mcp_server_git",
    "missing": "/nowhere/to/be/found --at-all",
}


def mischievous(*mischief: str) -> str:
    return " ".join([COMMANDS["old"], *(f"--as {word}" for word in mischief)])


VERSIONS = count(1000, 1000)


def stdio(name: str, command: str = "old", **facts: Any) -> McpServer:
    transport = McpServer.Transport.STDIO
    return _new(McpServer.objects.create(name=name, transport=transport, command=command, **facts))


def http(name: str, port: int, *, headers: Mapping[str, str] | None = None, **facts: Any) -> McpServer:
    facts = {"headers": sealed(headers or {}), "url": f"http://127.0.0.1:{port}/mcp", **facts}
    return _new(McpServer.objects.create(name=name, **facts))


def _new(server: McpServer) -> McpServer:
    """Processes keep tools by their server's number and version; each test counts rows from 1 again."""
    McpServer.objects.filter(pk=server.pk).update(version=next(VERSIONS))
    server.refresh_from_db(fields=["version"])
    return server


class Listening:
    """The small server over HTTP, which can be killed and started again on the same port."""

    def __init__(self, *mischief: str) -> None:
        self._mischief = mischief
        self.port = 0
        self.start()

    @property
    def command(self) -> list[str]:
        words = [word for each in self._mischief for word in ("--as", each)]
        return [sys.executable, str(PROGRAM), "--http", str(self.port), *words]

    def start(self) -> None:
        self._process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class Modern(Listening):
    """The server of 2026's protocol over HTTP."""

    @property
    def command(self) -> list[str]:
        return [*MODERN_SERVER.split(), "--http"]


@contextmanager
def listening(*mischief: str, kind: type[Listening] = Listening) -> Iterator[Listening]:
    server = kind(*mischief)
    try:
        yield server
    finally:
        server.kill()


async def until(there: Callable[[], Any]) -> Any:
    """Wait until the rows say so; other processes and tasks write them."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await in_database(there)):
            await asyncio.sleep(0.02)
    return found


async def ready(server: McpServer) -> McpConnection:
    """Wait until a process is connected with a server."""
    connections = McpConnection.objects.filter(server=server, state=McpConnection.State.READY)
    return await until(connections.first)  # type: ignore[no-any-return]


async def away(server: McpServer) -> McpConnection:
    """Wait until a process says why it is not."""
    connections = McpConnection.objects.filter(server=server, state=McpConnection.State.AWAY)
    return await until(connections.exclude(error="").first)  # type: ignore[no-any-return]


def accept_all(server: McpServer, by: Any) -> None:
    for tool in McpTool.objects.filter(server=server):
        assert tool.accept(by)


def programs_of(marker: str) -> list[int]:
    """Return the processes whose command line has this word, as the system lists them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if marker.encode() in words:
            found.append(int(folder.name))
    return found


def kill(marker: str) -> None:
    """Kill the program itself, not the guard before it."""
    for number in programs_of(marker):
        if b"guard.py" not in Path(f"/proc/{number}/cmdline").read_bytes():
            os.kill(number, signal.SIGKILL)
