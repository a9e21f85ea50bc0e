"""The transport below the SDK: it takes notes of every call, and nobody waits for a silent server twice."""

from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import cast

import httpx2

from conversations.llm.exchange import Recorder
from conversations.llm.failures import silent, wait_of

# The SDK sits between the call and its transport and hands nothing through.
recording: ContextVar[Recorder] = ContextVar("recording")
# A person is waiting: a server that asks for more seconds than this is reported, not waited for.
LONGEST_WAIT = 5.0


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Hands requests to `inner` and notes them in the current `recording`."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, *, silence_seconds: float) -> None:
        self._inner = inner
        self._silence_seconds = silence_seconds

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        recorder = recording.get()
        recorder.sent(str(request.url.copy_with(userinfo=b"")), await request.aread())
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.ReadTimeout as error:
            # The SDK would send it again, and the person would wait three times as long.
            raise silent(self._silence_seconds) from error
        headers = response.headers
        recorder.answered(
            response.status_code,
            content_type=headers.get("content-type", ""),
            request_id=headers.get("x-request-id", ""),
        )
        if (wait_of(headers) or 0) > LONGEST_WAIT:
            headers["x-should-retry"] = "false"
        response.stream = RecordedStream(cast(httpx2.AsyncByteStream, response.stream), recorder)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class RecordedStream(httpx2.AsyncByteStream):
    """A response's bytes, noted as they pass."""

    def __init__(self, inner: httpx2.AsyncByteStream, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._inner:
            self._recorder.received(data)
            yield data
        self._recorder.end()

    async def aclose(self) -> None:
        self._recorder.end()
        await self._inner.aclose()
