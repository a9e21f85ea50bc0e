"""The processes of one installation: they are killed at random, and others take their places."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Mapping
from pathlib import Path

from tests.processes.installation import entered
from tests.site.processes import Server, Worker

# How processes go: killed, as a process manager ends them, and as a person does at the keyboard.
GOING = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


class Fleet:
    """Starts `servers` and `workers` with one environment; `address` waits while none can be reached."""

    def __init__(
        self, var: Path, variables: Mapping[str, str], *, servers: int = 1, workers: int = 0
    ) -> None:
        self._var = var
        self._sizes = servers, workers
        self._variables = variables
        self._servers: dict[Server, str] = {}
        self._workers: list[Worker] = []
        self._there = asyncio.Event()

    async def start(self) -> dict[str, str]:
        """Start all, the first server before the others; returns the cookies of a sign-in."""
        servers, workers = self._sizes
        link = await self._start_server()
        for _ in range(servers - 1):
            await self._start_server()
        for _ in range(workers):
            await self._start_worker()
        return await asyncio.to_thread(entered, link)

    async def address(self) -> str:
        """Return where one of the servers is, as soon as there is one."""
        await self._there.wait()
        return random.choice(list(self._servers.values()))

    async def replace_one(self, chance: random.Random) -> str:
        """End one process and start another in its place; says how it went."""
        programs: list[Server | Worker] = [*self._servers, *self._workers]
        program, number = chance.choice(programs), chance.choice(GOING)
        if isinstance(program, Server):
            del self._servers[program]
            if not self._servers:
                self._there.clear()
        else:
            self._workers.remove(program)
        program.signal(number)
        await asyncio.to_thread(program.process.communicate)
        if isinstance(program, Server):
            await self._start_server()
        else:
            await self._start_worker()
        return f"{number.name} to a {type(program).__name__.lower()}"

    def close(self) -> None:
        for program in (*self._servers, *self._workers):
            program.process.kill()
            program.process.communicate()

    async def _start_server(self) -> str:
        server = Server(var=self._var, **self._variables)
        link = await asyncio.to_thread(server.link)
        self._servers[server] = link.partition("/enter/")[0]
        self._there.set()
        return link

    async def _start_worker(self) -> None:
        worker = Worker(var=self._var, **self._variables)
        self._workers.append(worker)
        await asyncio.to_thread(worker.ready)
