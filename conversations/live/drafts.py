"""Where text becomes frames: beside the database's thread, which leases and stops cannot wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

# A frame, or what makes one of rows that are loaded: the code of a single reply may take seconds to colour.
Draft = str | Callable[[], str]

_POOL = ThreadPoolExecutor(max_workers=4, thread_name_prefix="rendering")


async def written(draft: Draft) -> str:
    """Return the frame; what makes one asks the database nothing."""
    if isinstance(draft, str):
        return draft
    return await asyncio.get_running_loop().run_in_executor(_POOL, draft)
