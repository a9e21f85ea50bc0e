"""What a killed process leaves of the replies it was writing: all of them are kept once a second."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakKeyDictionary

from django.db import Error, connection, transaction

from ..database import in_database

CHECKPOINT_SECONDS = 1.0  # what a killed process may lose
# By hand: composing a statement takes ten times as long as carrying it out, and there is one for each stream.
_REPLY = """
UPDATE conversations_message SET text = %s, reasoning = %s WHERE id = %s AND state IN ('waiting', 'streaming')
"""
_ARGUMENTS = "UPDATE conversations_toolcall SET arguments_written = %s WHERE id = %s AND state = 'streaming'"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An open reply as it stands; `arguments` by the ids of its calls."""

    message: int
    text: str
    reasoning: str = ""
    arguments: Mapping[int, str] = field(default_factory=dict)


class Growing(Protocol):
    """A reply that is being written."""

    def checkpoint(self) -> Checkpoint:
        """Return how far it has come."""


def keep(checkpoints: Iterable[Checkpoint]) -> None:
    """Keep what has streamed so far; no news, so no `seq` moves, and what has been settled stays as it is.

    Nor does `rev` move: text taken at some moment is no frame's result, and no frame may build on it.
    """
    # In one order everywhere, so that no two transactions wait for each other.
    replies = sorted(checkpoints, key=lambda each: each.message)
    calls = [call for each in replies for call in sorted(each.arguments.items())]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_REPLY, [(each.text, each.reasoning, each.message) for each in replies])
        if calls:
            cursor.executemany(_ARGUMENTS, [(text, call) for call, text in calls])


class Keeper:
    """Keeps the checkpoints of one event loop."""

    def __init__(self) -> None:
        self._grown: set[Growing] = set()
        self._keeping: asyncio.Task[None] | None = None

    def note(self, reply: Growing) -> None:
        """Have a reply that has grown kept within the next second."""
        self._grown.add(reply)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep(), context=contextvars.Context())

    def forget(self, reply: Growing) -> None:
        """Leave a reply out from now on: it ends, and its end is written whole."""
        self._grown.discard(reply)

    async def _keep(self) -> None:
        """Go on while anything grows."""
        while self._grown:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            grown, self._grown = self._grown, set()
            try:
                await in_database(keep, [reply.checkpoint() for reply in grown])
            except Error:
                # What is lost is what a crash within the next second would have lost.
                logger.warning("Checkpoints of %d replies could not be kept", len(grown), exc_info=True)


_keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, Keeper] = WeakKeyDictionary()


def keeper() -> Keeper:
    """Return the running loop's keeper."""
    loop = asyncio.get_running_loop()
    return _keepers.get(loop) or _keepers.setdefault(loop, Keeper())
