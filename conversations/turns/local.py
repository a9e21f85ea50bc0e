"""Runs turns as tasks in this process."""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from ..database import in_database
from ..live import feed
from . import leases
from .executor import Executor
from .runner import Runner

if TYPE_CHECKING:
    from ..llm.client import ModelClient


SWEEP_SECONDS = 1.0  # how long a turn that another process queued may go unseen
DRAIN_SECONDS = 5.0  # to write the ends down; nothing else is waited for


class LocalExecutor(Executor):
    """Owns its turns by a name of its own, which dies with the process."""

    def __init__(self, client: ModelClient) -> None:
        self.owner = uuid.uuid4().hex
        self._client = client
        self._running: dict[int, tuple[Runner, asyncio.Task[None]]] = {}
        self._loops: set[asyncio.Task[None]] = set()
        self._submitted: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open = False

    def submit(self, turn_id: int) -> None:
        if self._loop and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._begin, turn_id)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        feed.settle_here()
        self._open = True
        await in_database(leases.end_abandoned, self.owner)
        channel = await feed.control_channel()
        self._keep(self._listen(channel), self._loops)
        self._keep(self._sweep(), self._loops)

    async def drain(self) -> None:
        self._open = False
        for task in [*self._loops, *(task for _, task in self._running.values())]:
            task.cancel()
        tasks = [*self._loops, *self._submitted, *(task for _, task in self._running.values())]
        if tasks:
            await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
        await self._client.aclose()

    async def idle(self) -> None:
        """Wait until nothing is submitted or running here."""
        while tasks := [*self._submitted, *(task for _, task in self._running.values())]:
            await asyncio.wait(tasks)

    def _begin(self, turn_id: int) -> None:
        if self._open and turn_id not in self._running:
            self._keep(self._claim(turn_id), self._submitted)

    async def _claim(self, turn_id: int) -> None:
        turn = await in_database(leases.claim, turn_id, self.owner)
        if turn is None:
            return
        runner = Runner(turn, self._client)
        self._running[turn_id] = runner, self._keep(self._run(runner), set())

    async def _run(self, runner: Runner) -> None:
        try:
            await runner.run()
        finally:
            del self._running[runner.turn.pk]
            if self._open:
                for turn_id in await in_database(leases.claimable, runner.turn.conversation.person_id):
                    self._begin(turn_id)

    async def _listen(self, channel: str) -> None:
        while True:
            message = await feed.hear(channel)
            match message["do"]:
                case "stop":
                    self._stop(message["turn"])
                case "full":
                    await self._show(message["message"], message["to"])

    async def _sweep(self) -> None:
        """Find what no message told of: turns queued elsewhere, wishes to stop, leases lost."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            mine, stopping = await in_database(leases.renew, self.owner)
            for turn_id in stopping:
                self._stop(turn_id)
            for turn_id in self._running.keys() - mine:
                self._running[turn_id][1].cancel()
            for turn_id in await in_database(leases.claimable):
                self._begin(turn_id)

    def _stop(self, turn_id: int) -> None:
        if turn_id in self._running:
            runner, task = self._running[turn_id]
            runner.stop()
            task.cancel()

    async def _show(self, message_id: int, channel: str) -> None:
        for runner, _ in self._running.values():
            writing = runner.desk.writing
            if writing and writing.message.pk == message_id:
                await feed.full(channel, writing.full_frame())

    def _keep(self, work: Coroutine[Any, Any, None], where: set[asyncio.Task[None]]) -> asyncio.Task[None]:
        """Start a task with a strong reference and a fresh context: it must outlive whoever asked for it."""
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        where.add(task)
        task.add_done_callback(where.discard)
        return task
