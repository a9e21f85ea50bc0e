"""What a server clears away while it runs: rows that are past their time."""

import asyncio
import logging

from django.conf import settings
from django.utils.module_loading import import_string

from conversations.database import in_database

INTERVAL_SECONDS = 3600.0  # what ran out counts for nothing meanwhile; this is about disk alone

log = logging.getLogger(__name__)

_keeping: set[asyncio.Task[None]] = set()


async def start() -> None:
    """Clear away now, and once an hour from here on."""
    _keeping.add(asyncio.create_task(_keep()))


async def drain(seconds: float) -> None:
    while _keeping:
        _keeping.pop().cancel()


async def _keep() -> None:
    while True:
        for chore in settings.HOUSEKEEPING:
            try:
                await in_database(import_string(chore))
            except Exception:
                # The one broad catch for this loop: nobody would notice that nothing is cleared away.
                # The database may be away for a while, and several servers may do the same at the same time.
                log.warning("%s is tried again in an hour.", chore, exc_info=True)
        await asyncio.sleep(INTERVAL_SECONDS)
