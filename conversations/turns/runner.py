"""One turn from its claim to its end, whatever happens on the way."""

from __future__ import annotations

import asyncio
import logging
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


class Runner:
    """Runs one claimed turn. Cancelling its task ends it as `stop` or `interrupt` has said before."""

    def __init__(self, turn: Turn, client: ModelClient) -> None:
        self.turn = turn
        self.desk = Desk(turn, Recorder(turn), client)
        self._recorder = self.desk.recorder
        self._interrupted = "The server stopped while this was running."
        self._stopped = False

    def stop(self) -> None:
        """Let the cancellation that follows count as the person's wish."""
        self._stopped = True
        self.desk.cancelled_as = Message.State.STOPPED

    async def run(self) -> None:
        """Bring the turn to its end and write the end down; nothing is raised."""
        try:
            await self._run()
        except LeaseLost:
            logger.warning("Turn %s went on elsewhere or has ended", self.turn.pk)

    async def _run(self) -> None:
        try:
            ending = await self._converse()
        except asyncio.CancelledError:
            if self._stopped:
                await in_database(self._recorder.stop)
            else:
                await in_database(self._recorder.interrupt, self._interrupted)
        except LeaseLost:
            raise
        except Exception:
            # The one broad catch for turns: a bug of ours ends this turn by name and leaves the others alone.
            logger.exception("Turn %s failed", self.turn.pk)
            await in_database(self._recorder.settle, BUG)
        else:
            await in_database(self._recorder.settle, ending)

    async def _converse(self) -> Ending:
        items = await in_database(history, self.turn)
        choice = parse(self.turn.tool_choice)
        return await converse(self.desk, items, choice, steps=settings.STEP_LIMIT)
