"""One turn from the queue to its end, followed from the command line."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.contrib.auth.models import AbstractUser

from .. import actions
from ..database import in_database
from ..models import Turn
from .hands import Hands
from .reading import Reading

LOOK_SECONDS = 0.1  # between two looks at the rows: below what a waiting person notices
STOPPING = (signal.SIGINT, signal.SIGTERM)


async def follow(
    person: AbstractUser, turn_id: int, *, tell: Callable[[str], None]
) -> tuple[Turn, signal.Signals | None]:
    """Have the turn run and tell its text as it comes; return it with the signal that stopped it, if one did.

    The first signal stops the turn and waits for its end; a second one has the system's own effect.
    """
    reading = Reading(turn_id)
    with _first_signal() as wish:
        async with Hands() as hands:
            while True:
                turn, news = await in_database(reading.look)
                tell(news)
                if not turn.is_open:
                    return turn, wish.result() if wish.done() else None
                if wish.done() and not turn.stop_requested_at:
                    await in_database(actions.stop, person, turn_id)
                await hands.take_up(turn_id)
                await _pause(wish)


async def _pause(wish: asyncio.Future[signal.Signals]) -> None:
    if wish.done():
        await asyncio.sleep(LOOK_SECONDS)
        return
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(wish), LOOK_SECONDS)


@contextmanager
def _first_signal() -> Iterator[asyncio.Future[signal.Signals]]:
    """Catch the first signal that asks for an end."""
    loop = asyncio.get_running_loop()
    wish: asyncio.Future[signal.Signals] = loop.create_future()

    def leave_the_rest_alone() -> None:
        for number in STOPPING:
            loop.remove_signal_handler(number)

    def heard(number: signal.Signals) -> None:
        leave_the_rest_alone()
        wish.set_result(number)

    for number in STOPPING:
        loop.add_signal_handler(number, heard, number)
    try:
        yield wish
    finally:
        leave_the_rest_alone()
