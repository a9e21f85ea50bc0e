"""What a cancellation may not cut in half."""

from __future__ import annotations

import asyncio

import pytest

from conversations.cancellation import see_through


async def test_work_is_done_however_often_its_caller_is_cancelled() -> None:
    begun, gate = asyncio.Event(), asyncio.Event()
    done = []

    async def work() -> None:
        begun.set()
        await gate.wait()
        done.append("whole")

    task = asyncio.create_task(see_through(work()))
    await begun.wait()
    for _ in range(3):
        task.cancel()
        await asyncio.wait([task], timeout=0)
    assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["whole"]


async def test_a_failure_of_the_work_outweighs_the_cancellation() -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await gate.wait()
        raise LookupError("lost")

    task = asyncio.create_task(see_through(work()))
    await begun.wait()
    task.cancel()
    gate.set()
    with pytest.raises(LookupError):
        await task


async def test_work_that_is_cancelled_itself_says_so() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    inner = asyncio.ensure_future(work())
    outer = asyncio.create_task(see_through(inner))
    await begun.wait()
    inner.cancel()
    with pytest.raises(asyncio.CancelledError):
        await outer


async def test_what_the_work_returns_is_returned() -> None:
    async def work() -> int:
        return 7

    assert await see_through(work()) == 7
