"""How far a running call has come: kept in its row now and then, so that every page shows it."""

from __future__ import annotations

import asyncio
import math

from tools.redaction import without_secrets
from tools.text import clean

from ..database import in_database
from ..models import ToolCall
from .recorder import LeaseLost, Recorder

KEPT_SECONDS = 0.5  # between two changes, however often a tool tells: each is a transaction and news
LONGEST_MESSAGE = 200


class Progress:
    """Takes what a tool tells, from any thread, and writes down the last of it."""

    def __init__(self, recorder: Recorder, call: ToolCall) -> None:
        self._recorder = recorder
        self._call = call
        self._loop = asyncio.get_running_loop()
        self._last: dict[str, float | str | None] = {}
        self._keeping: asyncio.Task[None] | None = None
        self._is_over = False

    def __call__(self, done: float, total: float | None, message: str) -> None:
        if math.isfinite(done) and (total is None or math.isfinite(total)):
            said = without_secrets(clean(message))[:LONGEST_MESSAGE]
            told = {"done": done, "total": total, "message": said}
            self._loop.call_soon_threadsafe(self._note, told)

    async def end(self) -> None:
        """Write nothing more: what the call came to is news enough."""
        self._is_over = True
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])

    def _note(self, told: dict[str, float | str | None]) -> None:
        self._last = told
        if not self._is_over and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while self._last:
            told, self._last = self._last, {}
            try:
                await in_database(self._recorder.progress, self._call, told)
            except LeaseLost:  # found out again by whoever ends the call
                return
            await asyncio.sleep(KEPT_SECONDS)
