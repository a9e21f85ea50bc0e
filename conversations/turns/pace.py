"""How often a reply is read and shown: as often as an eye follows, less often when there is much to do."""

import asyncio
import time
from collections.abc import Awaitable, Callable

FRAME_SECONDS = 0.04  # below what an eye follows; fewer frames cost less everywhere
LONGEST_FRAME_SECONDS = 0.17  # under load; still far from a stutter
FRAMES_PER_SECOND = 800  # of all replies together: what a core sends with something left to do the rest
LATENESS_WEIGHT = 4  # frames widen by so many times what the loop is late
SMOOTHING = 8  # frames: one late wake-up is no load yet
RENDERING_SHARE = 0.05  # of the time, at most: one long open block must not slow the others' replies


class Crowd:
    """How many replies rest between two frames right now: those that are being written, and not silent."""

    def __init__(self) -> None:
        self.resting = 0


EVERYBODY = Crowd()


class Pace:
    """Rests between the frames of one reply.

    What the model says meanwhile gathers in its connection's buffer, so that a frame's worth of tokens costs
    one read, one rendering and one frame.
    """

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
        crowd: Crowd = EVERYBODY,
    ) -> None:
        self._sleep = sleep
        self._crowd = crowd
        self._now = now
        self._lateness = 0.0

    async def rest(self, *, cost: float) -> None:
        """Wait until the next frame is due, after one that took `cost` seconds to render."""
        share = max(FRAME_SECONDS, self._crowd.resting / FRAMES_PER_SECOND)
        widened = min(share + LATENESS_WEIGHT * self._lateness, LONGEST_FRAME_SECONDS)
        pause = max(widened, cost / RENDERING_SHARE)
        due = self._now() + pause
        self._crowd.resting += 1
        try:
            await self._sleep(pause)
        finally:
            self._crowd.resting -= 1
        self._lateness += (self._now() - due - self._lateness) / SMOOTHING
