"""How fast the demo model speaks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pacing:
    """A pause before the first piece, as long as so many tokens, and one after each; `pace` is what waits."""

    seconds_per_token: float = 0.02
    think_tokens: int = 20
    pace: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def think(self) -> None:
        await self.pace(self.seconds_per_token * self.think_tokens)

    async def next_token(self, slowness: float) -> None:
        await self.pace(self.seconds_per_token * slowness)


AT_ONCE = Pacing(seconds_per_token=0)
