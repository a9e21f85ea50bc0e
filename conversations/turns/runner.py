"""One turn from its claim to its end, whatever happens on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from ..database import in_database
from ..engine.loop import Ending, converse
from ..models import Message, Turn
from .choices import parse
from .desk import Desk
from .history import history
from .recorder import LeaseLost, Recorder

if TYPE_CHECKING:
    from ..llm.client import ModelClient

logger = logging.getLogger(__name__)

BUG = Ending("failed", "bug", "Clearcall itself failed here. Its log has the details; please try again.")
SERVER_STOPPED = "The server stopped while this was running."


class Runner:
    """Runs one claimed turn. It is ended early by `stop` and `interrupt`, never by cancelling `run`."""

    def __init__(self, turn: Turn, client: ModelClient) -> None:
        self.turn = turn
        self.desk = Desk(turn, Recorder(turn), client)
        self._recorder = self.desk.recorder
        self._conversing: asyncio.Task[Ending] | None = None
        self._cut: Callable[[], None] | None = None

    def stop(self) -> None:
        """End the turn because its person wishes it; twice is once."""
        if self._cut is None:
            self.desk.cancelled_as = Message.State.STOPPED
        self._end_as(self._recorder.stop)

    def interrupt(self) -> None:
        """End the turn because the server must go, or because the turn is no longer this runner's."""
        self._end_as(partial(self._recorder.interrupt, SERVER_STOPPED))

    async def run(self) -> None:
        """Bring the turn to its end and write the end down."""
        # A task of its own: cancelled before its first step it would not even begin to clean up after itself.
        self._conversing = asyncio.create_task(self._converse())
        if self._cut:
            self._conversing.cancel()
        await asyncio.wait([self._conversing])
        try:
            await in_database(self._ending(self._conversing))
        except LeaseLost:
            logger.warning("Turn %s went on elsewhere, or has ended", self.turn.pk)

    async def _converse(self) -> Ending:
        items = await in_database(history, self.turn)
        choice = parse(self.turn.tool_choice)
        return await converse(self.desk, items, choice, steps=settings.STEP_LIMIT)

    def _end_as(self, cut: Callable[[], None]) -> None:
        self._cut = self._cut or cut
        if self._conversing:
            self._conversing.cancel()

    def _ending(self, conversed: asyncio.Task[Ending]) -> Callable[[], None]:
        """Return what writes the end down; a bug of ours ends this turn by name, and no other."""
        if conversed.cancelled():
            return self._cut or partial(self._recorder.interrupt, SERVER_STOPPED)
        error = conversed.exception()
        if error is None:
            return partial(self._recorder.settle, conversed.result())
        if not isinstance(error, LeaseLost):
            logger.error("Turn %s failed", self.turn.pk, exc_info=error)
        return partial(self._recorder.settle, BUG)
