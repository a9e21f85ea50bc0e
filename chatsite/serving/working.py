"""A worker's process, from its first turn to an orderly end."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from chatsite.serving.address import Address
from chatsite.serving.loop import new_loop
from chatsite.watching.listening import listening
from chatsite.watching.readiness import readiness

KILLED = 128 + signal.SIGINT


def work(*, places: int, address: Address | None, ready: Callable[[], None]) -> bool:
    """Run turns until a signal comes, and call `ready` once the first can be taken.

    Probes are answered at `address`; False at once where it cannot be listened on.
    """
    connections.close_all()  # what this thread has used so far; from here on it is the loop's
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_work(places, address, ready))


async def _work(places: int, address: Address | None, ready: Callable[[], None]) -> bool:
    loop = asyncio.get_running_loop()
    leaving: asyncio.Future[float] = loop.create_future()

    def leave(number: signal.Signals) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)
            signal.signal(each, _leave_now)
        readiness.leave()
        leaving.set_result(settings.DRAIN_SECONDS if number == signal.SIGTERM else 0.0)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, leave, each)
    async with AsyncExitStack() as open_meanwhile:
        if address:
            try:
                await open_meanwhile.enter_async_context(listening(address.host, address.port))
            except OSError:
                return False
        await import_string(settings.WORK)(places=places, ready=ready, leaving=leaving)
    return True


def _leave_now(*_: Any) -> None:
    os._exit(KILLED)
