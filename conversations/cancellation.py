"""What a cancellation may not cut in half."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def see_through(work: Awaitable[T]) -> T:
    """Await `work` to its end, however often the caller is cancelled meanwhile; only then let that through.

    A write given up half-way could still be made after those that were to follow it.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            await _patiently(task)
        if not task.cancelled():
            task.result()
        raise


async def _patiently(task: "asyncio.Future[T]") -> None:
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        return
