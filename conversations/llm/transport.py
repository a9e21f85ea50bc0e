"""The transport below the SDK: it takes notes of every call, and nobody waits for a silent server twice."""

from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import cast

import httpx2

from conversations.llm.exchange import Recorder
from conversations.llm.failures import silent, too_much, wait_of

# The SDK sits between the call and its transport and hands nothing through.
recording: ContextVar[Recorder] = ContextVar("recording")
# A person is waiting: a server that asks for more seconds than this is reported, not waited for.
LONGEST_WAIT = 5.0


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Hands requests to `inner` and notes them in the current `recording`; `limit` is a response's bytes."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, *, silence_seconds: float, limit: int) -> None:
        self._inner = inner
        self._silence_seconds = silence_seconds
        self._limit = limit

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        recorder = recording.get()
        recorder.sent(await request.aread())
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.ReadTimeout as error:
            # The SDK would send it again, and the person would wait three times as long.
            raise silent(self._silence_seconds) from error
        headers = response.headers
        recorder.answered(response.status_code, request_id=headers.get("x-request-id", ""))
        if (wait_of(headers) or 0) > LONGEST_WAIT:
            headers["x-should-retry"] = "false"
        body = cast(httpx2.AsyncByteStream, response.stream)
        response.stream = RecordedStream(body, recorder, limit=self._limit)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class RecordedStream(httpx2.AsyncByteStream):
    """A response's bytes, noted as they pass; raises ModelError past so many of them."""

    def __init__(self, inner: httpx2.AsyncByteStream, recorder: Recorder, *, limit: int) -> None:
        self._inner = inner
        self._recorder = recorder
        self._left = limit
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._inner:
            self._recorder.received(data)
            self._left -= len(data)
            if self._left < 0:  # of an answer with any status: the SDK reads a failure whole
                raise too_much(f"{self._limit:,} bytes")
            yield data

    async def aclose(self) -> None:
        await self._inner.aclose()
