"""Runs turns as tasks in this process."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING

from .crew import SWEEP_SECONDS, Crew
from .executor import Executor

if TYPE_CHECKING:
    from ..llm.client import ModelClient


class LocalExecutor(Executor):
    """Hands what is submitted here to a crew in this very process."""

    def __init__(self, client: ModelClient, *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self.crew = Crew(client, sweep_seconds=sweep_seconds)
        self._client = client
        self._loading: asyncio.Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def submit(self, turn_id: int) -> None:
        if self._loop and self._loop.is_running():
            self._loop.call_soon_threadsafe(self.crew.begin, turn_id)

    def expect(self) -> None:
        # Not at the start: a server that nobody visits need not have it, and the first page shall not wait.
        if self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(None, self._load)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self.crew.start()

    async def fault(self) -> str:
        return self.crew.fault()

    async def idle(self) -> None:
        await self.crew.idle()

    async def drain(self, seconds: float) -> None:
        await self.crew.drain(seconds)

    def _load(self) -> None:
        is_there = "openai" in sys.modules
        self._client.load()
        if not is_there:
            # To search these modules for garbage would hold streams up for a tenth of a second, each time.
            gc.freeze()
