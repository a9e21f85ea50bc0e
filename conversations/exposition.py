"""All that is measured, as Prometheus reads it."""

from __future__ import annotations

import asyncio

from django.db import Error
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from . import metrics
from .database import in_database
from .models import Turn

CONTENT_TYPE = CONTENT_TYPE_LATEST
ROWS_SECONDS = (
    3.0  # below the ten that a scraper waits by default: the process's own numbers come in any case
)

_counting: asyncio.Task[None] | None = None


async def exposition() -> bytes:
    """Return every number; where the rows cannot be read in time, those from the rows are old and say so."""
    global _counting
    # One that hangs is left to itself, and none is started beside it.
    if _counting is None or _counting.done():
        metrics.rows_read.set(0)
        _counting = asyncio.create_task(_count())
    await asyncio.wait([_counting], timeout=ROWS_SECONDS)
    return generate_latest(metrics.registry)


async def _count() -> None:
    try:
        census = await in_database(Turn.census)
    except Error:
        return
    for state in Turn.OPEN:
        metrics.open_turns.labels(state).set(census.counts.get(state, 0))
    metrics.oldest_queued.set(census.oldest_queued_seconds)
    metrics.rows_read.set(1)
