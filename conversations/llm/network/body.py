"""The bytes of a response as they come: each piece is all that has come since the one before it.

Between two reads the connection is left alone: what comes meanwhile gathers in the kernel, and is one packet
to the loop and to the parser instead of one for each token.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import httpx2
from aiohttp.client_proto import ResponseHandler

from conversations.llm.network.failures import translated

# A flood is taken in bites: to read one takes milliseconds, in which nobody else is served.
MOST_AT_ONCE = 64 * 1024


class Body(httpx2.AsyncByteStream):
    """Reads one response; closing it before its end closes the connection."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._content = response.content
        # Where the whole body came with the head, the connection has been given back already.
        self._protocol = response.connection.protocol if response.connection else None
        self._lost = None if self._protocol is None else self._protocol.closed
        if self._lost:
            self._lost.add_done_callback(self._cut_off)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with translated():
            while piece := await self._piece():
                yield piece

    async def aclose(self) -> None:
        if self._lost:
            self._lost.remove_done_callback(self._cut_off)
        self._response.close()

    async def _piece(self) -> bytes:
        if self._lost and self._lost.done():
            self._cut_off(self._lost)
        if failure := self._content.exception():
            return self._before(failure)
        if coming := self._coming():
            coming.resume_reading()
        piece = await self._content.read(MOST_AT_ONCE)
        if coming := self._coming():
            coming.pause_reading()
        return piece

    def _coming(self) -> ResponseHandler | None:
        """Return what more may come by; a parser whose connection is closing cannot be told to pause."""
        if self._protocol is None or self._content.is_eof():
            return None
        transport = self._protocol.transport
        return self._protocol if transport is not None and not transport.is_closing() else None

    def _before(self, failure: BaseException) -> bytes:
        """Return what came before the failure: aiohttp tells the failure at once, and keeps these bytes."""
        self._content.set_exception(None)  # type: ignore[arg-type]
        left = self._content.read_nowait()
        self._content.set_exception(failure)
        if not left:
            raise failure
        return left

    def _cut_off(self, lost: asyncio.Future[None]) -> None:
        """Wake the reader: after broken framing aiohttp closes the connection and leaves it waiting."""
        lost.exception()  # asked for, or the loop would report it as forgotten
        if not self._content.is_eof() and self._content.exception() is None:
            self._content.set_exception(aiohttp.ClientPayloadError("The response's framing is broken."))
