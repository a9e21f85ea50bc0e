"""Runs turns as tasks in this process."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable
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

logger = logging.getLogger(__name__)


class LocalExecutor(Executor):
    """Owns its turns by a name of its own, which dies with the process."""

    def __init__(self, client: ModelClient, *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self.owner = uuid.uuid4().hex
        self._client = client
        self._sweep_seconds = sweep_seconds
        self._running: dict[int, tuple[Runner, asyncio.Task[None]]] = {}
        self._claiming: dict[asyncio.Task[None], int] = {}
        self._loops: list[asyncio.Task[None]] = []
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
        self._channel = await feed.control_channel()
        self._loops = [_start(self._for_ever(work)) for work in (self._listen, self._sweep)]

    async def drain(self) -> None:
        self._open = False
        for task in self._loops:
            task.cancel()
        # A claim under way still becomes a turn that must be brought to its end.
        await _ended([*self._loops, *self._claiming])
        for runner, _ in self._running.values():
            runner.interrupt()
        await _ended(task for _, task in self._running.values())
        await self._client.aclose()

    async def idle(self) -> None:
        """Wait until nothing is being claimed or running here."""
        while tasks := [*self._claiming, *(task for _, task in self._running.values())]:
            await asyncio.wait(tasks)

    def _begin(self, turn_id: int) -> None:
        if self._open and turn_id not in self._running:
            task = _start(self._claim(turn_id))
            self._claiming[task] = turn_id
            task.add_done_callback(self._claiming.pop)

    async def _claim(self, turn_id: int) -> None:
        if turn := await in_database(leases.claim, turn_id, self.owner):
            runner = Runner(turn, self._client)
            self._running[turn_id] = runner, _start(self._run(runner))

    async def _run(self, runner: Runner) -> None:
        try:
            await runner.run()
        finally:
            del self._running[runner.turn.pk]
        if self._open:
            for turn_id in await in_database(leases.claimable, runner.turn.conversation.person_id):
                self._begin(turn_id)

    async def _for_ever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                # The one broad catch for loops: without its sweep and its ear a server would slowly go dead.
                logger.exception("The executor goes on after a failure")
                await asyncio.sleep(self._sweep_seconds)

    async def _listen(self) -> None:
        message = await feed.hear(self._channel)
        match message["do"]:
            case "stop":
                self._stop(message["turn"])
            case "full":
                await self._show(message["message"], message["to"])

    async def _sweep(self) -> None:
        """Find what no message told of: turns queued elsewhere, wishes to stop, leases lost, turns lost."""
        for turn_id in await in_database(leases.claimable):
            self._begin(turn_id)
        await asyncio.sleep(self._sweep_seconds)
        before = dict(self._running)  # what is claimed from here on cannot be missed in the rows
        mine, stopping = await in_database(leases.renew, self.owner)
        for turn_id in stopping:
            self._stop(turn_id)
        for turn_id in before.keys() - mine:
            before[turn_id][0].interrupt()
        if lost := mine - self._running.keys() - set(self._claiming.values()):
            await in_database(leases.end_lost, lost)

    def _stop(self, turn_id: int) -> None:
        if turn_id in self._running:
            self._running[turn_id][0].stop()

    async def _show(self, message_id: int, channel: str) -> None:
        for runner, _ in self._running.values():
            writing = runner.desk.writing
            if writing and writing.message.pk == message_id:
                await feed.full(channel, writing.full_frame(), message=message_id)
                return


def _start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task in a fresh context, for it must outlive whoever asked for it; its owner keeps it."""
    task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
    task.add_done_callback(_report)
    return task


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("A task of the executor failed", exc_info=error)


async def _ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    if waiting := list(tasks):
        await asyncio.wait(waiting, timeout=DRAIN_SECONDS)
