"""A transport within this process, made to fill a buffer while its reader pauses, as a socket does."""

import asyncio
from collections.abc import AsyncGenerator
from typing import cast

import httpx2

# A socket's buffers end somewhere too; then the model waits for its reader.
MOST_HELD = 16 * 1024


class Gathering(httpx2.AsyncBaseTransport):
    """Hands requests to `inner`, and reads its responses ahead."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        response.stream = Gathered(cast(httpx2.AsyncByteStream, response.stream))
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class Gathered(httpx2.AsyncByteStream):
    """A response's bytes; each piece is all that has come since the one before it."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner
        self._held = bytearray()
        self._fresh = asyncio.Event()
        self._room = asyncio.Event()
        self._filling: asyncio.Task[None] | None = None

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        filling = self._filling = asyncio.create_task(self._fill())
        while self._held or not filling.done():
            await self._fresh.wait()
            if self._held:
                held, self._held = bytes(self._held), bytearray()
                self._room.set()
                if not filling.done():
                    self._fresh.clear()
                yield held
        await filling  # which raises what `inner` raised, after all that came before it

    async def aclose(self) -> None:
        if self._filling:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)
        await self._inner.aclose()

    async def _fill(self) -> None:
        try:
            async for data in self._inner:
                self._held += data
                self._fresh.set()
                if len(self._held) >= MOST_HELD:
                    self._room.clear()
                    await self._room.wait()
        finally:
            self._fresh.set()
