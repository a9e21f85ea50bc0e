"""The body of one response, as it is sent, and whether the client heard it out."""

import asyncio
from collections.abc import AsyncIterator

import httpx2

from .delivery import Delivery, Drop, Gate, Hold
from .pacing import Pacing
from .sse import Writer


class DeliveryStream(httpx2.AsyncByteStream):
    """Send a delivery piece by piece; `closed_early` tells that the client hung up before the end."""

    def __init__(
        self, delivery: Delivery, writer: Writer, *, pacing: Pacing, read_timeout: float | None
    ) -> None:
        self._delivery = delivery
        self._writer = writer
        self._pacing = pacing
        self._read_timeout = read_timeout
        self._ended = False
        self.closed_early = False
        self.closing = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._pacing.think()
        last = len(self._delivery.pieces) - 1
        for number, piece in enumerate(self._delivery.pieces):
            if isinstance(piece, Hold):
                await self._hold(piece.gate)
                continue
            self._ended = number == last
            if isinstance(piece, Drop):
                raise httpx2.ReadError("The demo model dropped the connection.")
            yield self._writer.write(piece)
            await self._pacing.next_token(self._delivery.slowness)
        self._ended = True

    async def aclose(self) -> None:
        self.closed_early = self.closed_early or not self._ended
        self.closing.set()

    async def _hold(self, gate: Gate) -> None:
        # The transport enforces the client's read timeout, so that silence ends as it would on a socket.
        try:
            async with asyncio.timeout(self._read_timeout):
                await gate.wait()
        except TimeoutError as error:
            raise httpx2.ReadTimeout("The demo model stayed silent.") from error
