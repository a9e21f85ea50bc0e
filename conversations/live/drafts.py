"""Where text becomes frames: beside the database's thread, which leases and stops cannot wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

# A frame, or what makes one of rows that are loaded: the code of a single reply may take seconds to colour.
Draft = str | Callable[[], str]

_POOL = ThreadPoolExecutor(max_workers=4, thread_name_prefix="rendering")


async def written(draft: Draft) -> str:
    """Return the frame."""
    if isinstance(draft, str):
        return draft
    return await asyncio.get_running_loop().run_in_executor(_POOL, _make, draft)


def _make(draft: Callable[[], str]) -> str:
    try:
        return draft()
    finally:
        # Its rows are loaded, but which tool a waiting call names may be asked for. A connection that a
        # thread keeps would be one less for everybody.
        connections.close_all()
