"""Turns from the queue to their ends, followed from the command line."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from ..database import in_database
from ..models import Turn
from .hands import Hands
from .reading import Reading

LOOK_SECONDS = 0.1  # between two looks at the rows: below what a waiting person notices
STOPPING = (signal.SIGINT, signal.SIGTERM)


async def follow(
    turn_ids: Sequence[int],
    *,
    stop: Callable[[], object],
    tell: Callable[[str], None],
    count: Callable[[int], None] = lambda ended: None,
) -> tuple[list[Turn], signal.Signals | None]:
    """Have turns run and tell their text as it comes; return them with the signal that stopped them, if any.

    They run side by side, and are told one after the other. One is open still where a call waits to be
    allowed: whoever decides, hours later perhaps, has it go on. The first signal has `stop` called, which
    stops them all, and their ends waited for; a second one has the system's own effect. `count` is told how
    many have ended.
    """
    turns: list[Turn] = []
    with _first_signal() as wish:
        async with Hands() as hands:
            for turn_id in turn_ids:
                count(len(turns))
                turns.append(await _followed(turn_id, hands=hands, wish=wish, stop=stop, tell=tell))
    return turns, wish.result() if wish.done() else None


async def _followed(
    turn_id: int,
    *,
    hands: Hands,
    wish: asyncio.Future[signal.Signals],
    stop: Callable[[], object],
    tell: Callable[[str], None],
) -> Turn:
    reading = Reading(turn_id)
    while True:
        turn, news = await in_database(reading.look)
        tell(news)
        if not turn.is_open or (turn.state == Turn.State.WAITING and not wish.done()):
            return turn
        if wish.done() and not turn.stop_requested_at:
            await in_database(stop)
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
