"""How these tests ask: a client for a loopback server, and a stream read to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from conversations.engine.accumulator import Accumulator
from conversations.engine.values import Question, Reply, Request
from conversations.llm.client import ModelClient
from conversations.llm.errors import ModelError
from conversations.llm.stream import Stream

KEY = "sk-test-0123456789abcdef"
SHORT = 0.05  # seconds: long enough for a loopback server, short enough to wait for
LIVELY = 1.0  # seconds within which a loopback server says something however busy the machine is
PIECE = b'data: {"choices":[{"index":0,"delta":{"content":"Once"}}]}\n\n'
END = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"
HELLO = Request(instructions="Be brief.", items=(Question("Hello?"),))


@asynccontextmanager
async def a_client(url: str, *, key: str = KEY, **options: Any) -> AsyncIterator[ModelClient]:
    """A client that does not try again unless it is told to."""
    client = ModelClient(url, key, "some-model", **{"retries": 0, **options})
    try:
        yield client
    finally:
        await client.aclose()


async def read(stream: Stream) -> tuple[Reply, ModelError | None]:
    """Read a stream to its end; return what came, and the error it ended in."""
    whole = Accumulator()
    error = None
    try:
        async with stream:
            async for deltas in stream:
                assert deltas
                for delta in deltas:
                    whole.add(delta)
    except ModelError as caught:
        error = caught
    return whole.reply(stream.ended), error


async def ask(url: str, request: Request = HELLO, **options: Any) -> tuple[Reply, ModelError | None]:
    """Ask once, and close."""
    async with a_client(url, **options) as client:
        return await read(client.stream(request))
