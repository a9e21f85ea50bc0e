"""The demo model as an HTTP transport: it takes the place of the network below the real SDK."""

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx2

from conversations.engine.values import Request

from .delivery import Delivery
from .intake import Refusal, read_body, read_request
from .pacing import AT_ONCE, Pacing
from .performing import perform
from .script import error_body, fails
from .sse import MODEL, Writer
from .stream import DeliveryStream

CHARACTERS_PER_TOKEN = 4


class DemoTransport(httpx2.AsyncBaseTransport):
    """Answer Chat Completions by wit; what a provider would refuse is refused."""

    def __init__(self, *, pacing: Pacing | None = None) -> None:
        self._pacing = pacing or Pacing()

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
        asked = read_request(body)
        if isinstance(asked, Refusal):
            return self._deliver(fails(400, asked.message, code=asked.code), body, request)
        return self._deliver(self.delivery(asked), body, request)

    def delivery(self, asked: Request) -> Delivery:
        """Return the answer to a request that was accepted."""
        return perform(asked, today=datetime.now(UTC).date())

    def _deliver(self, delivery: Delivery, body: dict[str, Any], request: httpx2.Request) -> httpx2.Response:
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
        headers = {**delivery.headers, "x-request-id": f"req_{reply_id[9:25]}"}
        return httpx2.Response(delivery.status, headers=headers, stream=stream)
