"""The demo model as an HTTP transport: it takes the place of the network below the real SDK."""

import asyncio
import json
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import httpx2

from .delivery import Delivery
from .intake import Refusal, read_body, read_request
from .pacing import AT_ONCE, Pacing
from .performing import perform
from .script import error_body, fails
from .sse import MODEL, Writer
from .stream import DeliveryStream

CHARACTERS_PER_TOKEN = 4


class DemoTransport(httpx2.AsyncBaseTransport):
    """Answer Chat Completions by wit, or from a `script` with one delivery for each request, at once.

    `requests` are the bodies received, `streams` the responses to them, in the same order. What a provider
    would refuse is refused with or without a script, and uses up none of it.
    """

    def __init__(self, script: Iterable[Delivery] | None = None, *, pacing: Pacing | None = None) -> None:
        self._script = None if script is None else list(script)
        self._length = len(self._script or ())
        self._pacing = pacing or (Pacing() if script is None else AT_ONCE)
        self._asked = asyncio.Condition()
        self.requests: list[dict[str, Any]] = []
        self.streams: list[DeliveryStream] = []

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
        await request.aread()
        if request.method == "GET" and request.url.path.endswith("/models"):
            return httpx2.Response(200, json={"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        if request.method != "POST" or not request.url.path.endswith("/chat/completions"):
            message = f"The demo model does not know {request.method} {request.url.path}."
            return httpx2.Response(404, json=error_body(message, status=404))
        body = read_body(request.content)
        if isinstance(body, Refusal):
            return httpx2.Response(400, json=error_body(body.message, status=400, code=body.code))
        return await self._deliver(self._delivery(body), body, request)

    def _delivery(self, body: dict[str, Any]) -> Delivery:
        asked = read_request(body)
        if isinstance(asked, Refusal):
            return fails(400, asked.message, code=asked.code)
        if self._script is None:
            return perform(asked, today=datetime.now(UTC).date())
        if self._script:
            return self._script.pop(0)
        message = f"The script has {self._length} answers, and this is request {len(self.requests) + 1}."
        return fails(400, message, code="script_ran_out")

    async def _deliver(
        self, delivery: Delivery, body: dict[str, Any], request: httpx2.Request
    ) -> httpx2.Response:
        options = body.get("stream_options")
        reply_id = f"chatcmpl-{uuid.uuid4().hex}"
        writer = Writer(
            reply_id,
            int(time.time()),
            prompt_tokens=len(json.dumps(body)) // CHARACTERS_PER_TOKEN,
            include_usage=isinstance(options, dict) and bool(options.get("include_usage")),
        )
        pacing = self._pacing if delivery.status == 200 else AT_ONCE
        read_timeout = request.extensions.get("timeout", {}).get("read")
        stream = DeliveryStream(delivery, writer, pacing=pacing, read_timeout=read_timeout)
        async with self._asked:
            self.requests.append(body)
            self.streams.append(stream)
            self._asked.notify_all()
        headers = {**delivery.headers, "x-request-id": f"req_{reply_id[9:25]}"}
        return httpx2.Response(delivery.status, headers=headers, stream=stream)
