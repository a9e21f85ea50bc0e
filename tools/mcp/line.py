"""What is asked over one connection for as long as it lasts, and what shows that it lasts no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from mcp import MCPError

from tools.mcp import http
from tools.mcp.faults import FORGOTTEN, LOST, SESSION_GONE, UNANSWERED, Ended, Forgotten
from tools.mcp.limits import LIST_SECONDS
from tools.mcp.patience import Pointless, unless

T = TypeVar("T")
# Closed; refused as if it were not understood; failed inside: so does a server speak that was started anew.
DOUBTFUL = frozenset({-32000, -32600, -32603})


class Line:
    """`lost` is called as soon as it has ended, `doubt` when somebody should look whether it has."""

    def __init__(self, *, lost: Callable[[], None], doubt: Callable[[], None]) -> None:
        self._lost = lost
        self._doubt = doubt
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._under_way: set[asyncio.Future[None]] = set()

    @property
    def has_ended(self) -> bool:
        return self._ended.done()

    @property
    def reason(self) -> str:
        """Why it ended, "" where that is not known or it has not."""
        return self._ended.result() if self.has_ended else ""

    def end(self, reason: str) -> None:
        """End it for whoever waits; the first reason stays."""
        if not self.has_ended:
            self._ended.set_result(reason)
            self._lost()

    async def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Put a question for somebody who may stop waiting; Ended where no answer will come."""
        try:
            with self._under():
                return await self.unless_ended(question)
        except MCPError as error:
            if error.message == SESSION_GONE:
                self.end(FORGOTTEN)
                raise Forgotten(FORGOTTEN) from error
            # It may be another than it was, or none: that shows as soon as it is looked at.
            if error.code in DOUBTFUL:
                self._doubt()
            if self.has_ended or error.message in UNANSWERED:
                raise Ended(self.reason or LOST) from error
            raise
        except asyncio.CancelledError:
            self._doubt()  # what never answers may hang altogether
            raise

    async def look(self, question: Coroutine[Any, Any, T]) -> T:
        """Put a question whose answer shows that the server is there; TimeoutError where none comes.

        One that does one thing at a time is first through with the calls that it has.
        """
        patience = asyncio.create_task(_seconds_after(LIST_SECONDS, [*self._under_way]))
        try:
            return await unless(patience, self.unless_ended(question))
        except Pointless:
            raise TimeoutError from None
        finally:
            patience.cancel()

    async def unless_ended(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return await unless(self._ended, work)
        except Pointless:
            raise Ended(self.reason or LOST) from None

    async def last(self, seconds: float) -> None:
        """Wait so long, or until it ends."""
        await asyncio.wait({self._ended}, timeout=seconds)

    @contextmanager
    def _under(self) -> Iterator[None]:
        question = asyncio.get_running_loop().create_future()
        self._under_way.add(question)
        token = http.asked.set(question)
        try:
            yield
        finally:
            http.asked.reset(token)
            self._under_way.remove(question)
            question.set_result(None)


async def _seconds_after(seconds: float, others: list[asyncio.Future[None]]) -> None:
    if others:
        await asyncio.wait(others)
    await asyncio.sleep(seconds)
