"""What a server clears away while it runs: rows that are past their time."""

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.db import Error
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
    chores = [cast(Callable[[], None], import_string(path)) for path in settings.HOUSEKEEPING]
    while True:
        for chore in chores:
            try:
                await in_database(chore)
            except Error:
                # The database may be away for a while, and several servers may do the same at the same time.
                log.warning("%s is tried again in an hour.", chore.__name__, exc_info=True)
        await asyncio.sleep(INTERVAL_SECONDS)
