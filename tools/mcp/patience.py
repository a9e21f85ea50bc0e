"""How something is waited for only as long as there is a reason to."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
TIDY_SECONDS = 1.0
"""For what is given up to tidy up; a call that is stopped waits no longer for a server to hear of it."""


class Pointless(Exception):
    """What it was waited for has ended before."""


async def unless(over: asyncio.Future[Any], work: Coroutine[Any, Any, T]) -> T:
    """Do the work, and give it up with Pointless once the other is done."""
    task = asyncio.create_task(work)
    try:
        waited: set[asyncio.Future[Any]] = {task, over}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Pointless
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=TIDY_SECONDS)
