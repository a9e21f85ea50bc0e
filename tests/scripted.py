"""The demo model with a script for its mind, which knows what it was asked and what became of each answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx2

from conversations.engine.values import Request
from conversations.llm.demo import AT_ONCE, Delivery, DemoTransport, Pacing, fails
from conversations.llm.demo.delivery import Drop, Hold
from conversations.llm.demo.stream import DeliveryStream


class ScriptedTransport(DemoTransport):
    """Answers from a `script` with one delivery for each request, at once; by its own wit without one.

    `bodies` are the bytes received and `requests` what they say, `streams` the responses to them, in the same
    order. What a provider would refuse is refused here too, and uses up none of the script.
    """

    def __init__(self, script: Iterable[Delivery] | None = None, *, pacing: Pacing | None = None) -> None:
        super().__init__(pacing=pacing or (Pacing() if script is None else AT_ONCE))
        self._script = None if script is None else list(script)
        self._length = len(self._script or ())
        self._asked = asyncio.Condition()
        self.bodies: list[bytes] = []
        self.requests: list[dict[str, Any]] = []
        self.streams: list[Heard] = []

    @property
    def closed(self) -> list[bool]:
        """Say for each request whether the client hung up before the end."""
        return [stream.closed_early for stream in self.streams]

    @property
    def left(self) -> int:
        """Count the script's deliveries that nobody asked for yet."""
        return len(self._script or ())

    async def until_asked(self, times: int) -> None:
        """Wait until so many requests have come."""
        async with self._asked:
            await self._asked.wait_for(lambda: len(self.requests) >= times)

    async def until_closed(self, number: int = -1) -> None:
        """Wait until the client has let go of that response, heard out or not."""
        await self.streams[number].closing.wait()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if isinstance(response.stream, DeliveryStream):
            response.stream = await self._note(request.content, response.stream)
        return response

    def delivery(self, asked: Request) -> Delivery:
        if self._script is None:
            return super().delivery(asked)
        if self._script:
            return self._script.pop(0)
        message = f"The script has {self._length} answers, and this is request {len(self.requests) + 1}."
        return fails(400, message, code="script_ran_out")

    async def _note(self, body: bytes, stream: DeliveryStream) -> Heard:
        heard = Heard(stream)
        async with self._asked:
            self.bodies.append(body)
            self.requests.append(json.loads(body))
            self.streams.append(heard)
            self._asked.notify_all()
        return heard


class Heard(httpx2.AsyncByteStream):
    """A response's body; `closed_early` tells that the client hung up before its last piece."""

    def __init__(self, inner: DeliveryStream) -> None:
        self._inner = inner
        pieces = inner.delivery.pieces
        self._left = sum(not isinstance(piece, Hold | Drop) for piece in pieces)
        self._is_held = bool(pieces) and isinstance(
            pieces[-1], Hold
        )  # so that its last bytes are not its end
        self._ended = False
        self.closed_early = False
        self.closing = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._inner:
                self._left -= 1
                self._ended = not self._left and not self._is_held
                yield data
        except httpx2.ReadError:  # the delivery's own end
            self._ended = True
            raise
        self._ended = True

    async def aclose(self) -> None:
        self.closed_early = self.closed_early or not self._ended
        self.closing.set()
