"""One turn from its claim to its end, whatever happens on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError

from tools.routing.finding import FIND_TOOLS

from .. import metrics
from ..database import in_database
from ..engine.loop import PARKED, Ending, converse
from ..engine.pursuing import pursue
from ..extraction.definitions import PREFIX
from ..models import Message, Turn
from .choices import parse
from .desk import Desk
from .history import history
from .lease import Lease
from .recorder import LeaseLost, Recorder
from .toolboxes import wanted_by

if TYPE_CHECKING:
    from ..llm.client import ModelClient

logger = logging.getLogger(__name__)

NOTHING_WANTED = Ending("failed", "no_definition", "What was to be extracted is no longer defined.")
BUG = Ending("failed", "bug", "Clearcall itself failed here. Its log has the details; please try again.")


class Runner:
    """Runs one turn that is its own; ended early by `stop`, `hand_over` and `abandon`, not by a cancellation.

    `lease` begins before the claim was written.
    """

    def __init__(self, turn: Turn, client: ModelClient, lease: Lease) -> None:
        self.turn = turn
        self.lease = lease
        self.desk = Desk(turn, Recorder(turn, lease), client)
        self._recorder = self.desk.recorder
        self._conversing: asyncio.Task[Ending] | None = None
        self._cut: Callable[[], None] | None = None

    def stop(self) -> None:
        """End the turn because its person wishes it; twice is once."""
        if self._cut is None:
            self.desk.cancelled_as = Message.State.STOPPED
        self._end_as(self._recorder.stop)

    def hand_over(self) -> None:
        """Leave the turn to another process, or to the next start, because this one must go."""
        self._end_as(self._recorder.hand_over)

    def abandon(self) -> None:
        """Write and send nothing more: the turn is no longer this runner's."""
        self.lease.lose()
        self._end_as(self._recorder.hand_over)

    async def run(self) -> None:
        """Bring the turn to its end and write the end down."""
        with metrics.running.track_inprogress():
            await self._run()

    async def _run(self) -> None:
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
        if wanted := await in_database(wanted_by, self.turn):
            return await pursue(self.desk, items, wanted.tool_name)
        if self.turn.tool_choice.startswith(PREFIX):
            return NOTHING_WANTED
        choice = parse(self.turn.tool_choice)
        return await converse(self.desk, items, choice, steps=settings.STEP_LIMIT, aside={FIND_TOOLS})

    def _end_as(self, cut: Callable[[], None]) -> None:
        self._cut = self._cut or cut
        if self._conversing:
            self._conversing.cancel()

    def _ending(self, conversed: asyncio.Task[Ending]) -> Callable[[], None]:
        """Return what writes the end down; a bug of ours ends this turn by name, and no other.

        A database that is away is no end: the turn waits until there is one again.
        """
        if conversed.cancelled():
            return self._cut or self._recorder.hand_over
        error = conversed.exception()
        if error is None and conversed.result() is PARKED:
            return self._recorder.park
        if error is None:
            return partial(self._recorder.settle, conversed.result())
        if isinstance(error, LeaseLost):
            return self._recorder.renew
        logger.error("Turn %s failed", self.turn.pk, exc_info=error)
        if isinstance(error, OperationalError | InterfaceError):
            return self._recorder.give_up
        return partial(self._recorder.settle, BUG)
