"""Whether this process can do its work right now."""

import asyncio

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from chatsite.serving.preparing import BEHIND, lacks_migrations
from chatsite.watching.part import Part
from conversations.database import in_database
from conversations.live.feed import Echo
from conversations.turns import executor

ECHO_SECONDS = 2.0  # less than a part is waited for; on a layer that works it takes a millisecond
LEAVING = "This process is leaving."


class Readiness:
    """The parts that must work together; one that leaves is not ready, whatever works."""

    def __init__(self) -> None:
        self._leaving = False
        self._needed: frozenset[tuple[str, str]] = frozenset()
        self._echo = Echo()
        self._parts = [
            Part("database", self._database),
            Part("news", self._news),
            Part("turns", executor.fault),
        ]

    def leave(self) -> None:
        """Be ready no more: new people are to be sent elsewhere."""
        self._leaving = True

    async def faults(self) -> dict[str, str]:
        """Map each part that does not work to a sentence; empty where all do."""
        sentences = await asyncio.gather(*(part.fault() for part in self._parts))
        faults = {
            part.name: sentence for part, sentence in zip(self._parts, sentences, strict=True) if sentence
        }
        return {"process": LEAVING, **faults} if self._leaving else faults

    async def _database(self) -> str:
        return await in_database(self._migrated)

    async def _news(self) -> str:
        try:
            # A message that was lost would be waited for until the end of days.
            async with asyncio.timeout(ECHO_SECONDS):
                await self._echo.listen()
        except TimeoutError:
            return f"A message to itself did not come back within {ECHO_SECONDS:g} seconds."
        return ""

    def _migrated(self) -> str:
        """Compare with what was applied when all was right: to read every migration anew costs 50 ms."""
        if not self._needed and lacks_migrations():
            return BEHIND
        applied = frozenset(MigrationRecorder(connection).applied_migrations())
        self._needed = self._needed or applied
        return "" if self._needed <= applied else BEHIND


readiness = Readiness()
