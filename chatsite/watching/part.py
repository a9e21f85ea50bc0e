"""How one part of a running server is asked whether it works, without waiting for one that hangs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 3.0  # a part that works answers within milliseconds; who asks waits ten seconds at most
FRESH_SECONDS = 1.0  # anyone may ask, as often as they like: the parts are asked once a second at most

log = logging.getLogger(__name__)


class Part:
    """One part; `check` returns "" or a sentence about what is wrong, and what it raises is wrong as well."""

    def __init__(self, name: str, check: Callable[[], Awaitable[str]]) -> None:
        self.name = name
        self._check = check
        self._asking: asyncio.Task[str] | None = None
        self._asked_at = 0.0
        self._said = ""

    async def fault(self) -> str:
        """Return "" or a sentence, within PATIENCE_SECONDS; beside a check that hangs no other is begun."""
        loop = asyncio.get_running_loop()
        if self._asking is None or (self._asking.done() and loop.time() - self._asked_at >= FRESH_SECONDS):
            self._asked_at = loop.time()
            self._asking = loop.create_task(self._ask())
        done, _ = await asyncio.wait([self._asking], timeout=PATIENCE_SECONDS)
        fault = self._outcome(self._asking) if done else f"No answer within {PATIENCE_SECONDS:g} seconds."
        self._log(fault)
        return fault

    async def _ask(self) -> str:
        return await self._check()

    def _outcome(self, asked: asyncio.Task[str]) -> str:
        if asked.cancelled():
            return "The question was called off."
        # Only the kind: what an error says of a database may hold its address and its password.
        error = asked.exception()
        return f"It failed ({type(error).__name__})." if error else asked.result()

    def _log(self, fault: str) -> None:
        """Tell each change once."""
        if fault and not self._said:
            log.warning("Not ready: %s: %s", self.name, fault)
        elif self._said and not fault:
            log.warning("Ready again: %s", self.name)
        self._said = fault
