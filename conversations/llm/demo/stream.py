"""The body of one response, as it is sent."""

import asyncio
from collections.abc import AsyncIterator

import httpx2

from .delivery import Delivery, Drop, Gate, Hold
from .pacing import Pacing
from .sse import Writer


class DeliveryStream(httpx2.AsyncByteStream):
    """Send a delivery piece by piece."""

    def __init__(
        self, delivery: Delivery, writer: Writer, *, pacing: Pacing, read_timeout: float | None
    ) -> None:
        self.delivery = delivery
        self._writer = writer
        self._pacing = pacing
        self._read_timeout = read_timeout

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._pacing.think()
        for piece in self.delivery.pieces:
            if isinstance(piece, Hold):
                await self._hold(piece.gate)
                continue
            if isinstance(piece, Drop):
                raise httpx2.ReadError("The demo model dropped the connection.")
            yield self._writer.write(piece)
            await self._pacing.next_token(self.delivery.slowness)

    async def _hold(self, gate: Gate) -> None:
        # The transport enforces the client's read timeout, so that silence ends as it would on a socket.
        try:
            async with asyncio.timeout(self._read_timeout):
                await gate.wait()
        except TimeoutError as error:
            raise httpx2.ReadTimeout("The demo model stayed silent.") from error
