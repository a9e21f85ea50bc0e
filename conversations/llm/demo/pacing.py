"""How fast the demo model speaks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pacing:
    """A pause before the first piece and one after each; `pace` is what waits."""

    seconds_per_token: float = 0.02
    think_seconds: float = 0.4
    pace: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def think(self) -> None:
        await self.pace(self.think_seconds)

    async def next_token(self, slowness: float) -> None:
        await self.pace(self.seconds_per_token * slowness)


AT_ONCE = Pacing(seconds_per_token=0, think_seconds=0)
