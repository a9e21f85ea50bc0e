"""How a server elsewhere is spoken with: no proxy, no cookies, no compression, bounded answers.

The SDK takes whatever its client raises for the end of the whole connection. So what goes wrong with one
question of `asked` is made the answer to that question; only a server that cannot be reached at all ends it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress
from contextvars import ContextVar
from typing import Any

import httpx2
from mcp_types import CONNECTION_CLOSED, INTERNAL_ERROR

from tools.mcp.limits import MESSAGE_LIMIT, TOO_LARGE
from tools.mcp.patience import Pointless, unless

SECONDS = httpx2.Timeout(15.0, read=None)  # what may take how long is decided call by call

GOODBYE_SECONDS = 2.0
"""For whatever needs no answer, a farewell too: the SDK says nothing else meanwhile."""

COME_BACK_SECONDS = 1.0
"""Between two GETs: how soon to ask again for news is the server's word, and may be "at once"."""

LOCKED = frozenset({401, 403, 407})
"""The SDK makes one and the same error of every status; staff can do something about these."""

CLOSED = "Connection closed"  # as the SDK words it

asked: ContextVar[asyncio.Future[None] | None] = ContextVar(
    "done once nobody waits for the answer", default=None
)


class Unreadable(httpx2.StreamError):
    """An answer that is not read to its end; the SDK makes it the error of that one request."""


class Bounded(httpx2.AsyncHTTPTransport):
    """Reads so much of an answer and no more; a stream of events is bounded event by event instead."""

    _next_get = 0.0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        number = _number(request)
        if request.method == "GET":
            await self._come_back()
        elif number is None:
            return await self._say(request)
        question = asked.get()
        if question is None:
            return await self._answer(request)
        try:
            return await unless(question, self._answer(request, question))
        except Pointless:
            return _error(number, CONNECTION_CLOSED, CLOSED)
        except (httpx2.ConnectError, httpx2.TimeoutException):
            raise
        except httpx2.TransportError:
            return _error(number, CONNECTION_CLOSED, CLOSED)
        except Unreadable as unreadable:
            return _error(number, INTERNAL_ERROR, str(unreadable))

    async def _come_back(self) -> None:
        now = time.monotonic()
        begins = max(now, self._next_get)
        self._next_get = begins + COME_BACK_SECONDS
        await asyncio.sleep(begins - now)

    async def _say(self, request: httpx2.Request) -> httpx2.Response:
        """Send what needs no answer, and do not wait long for one; whether it arrived shows later."""
        with suppress(TimeoutError, httpx2.TransportError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                response = await super().handle_async_request(request)
                await response.aclose()
                return httpx2.Response(response.status_code, headers=response.headers)
        return httpx2.Response(httpx2.codes.ACCEPTED)

    async def _answer(
        self, request: httpx2.Request, question: asyncio.Future[None] | None = None
    ) -> httpx2.Response:
        response = await super().handle_async_request(request)
        async with AsyncExitStack() as unless_passed_on:
            unless_passed_on.push_async_callback(response.aclose)
            _refuse(response)
            assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101
            if not response.headers.get("content-type", "").lower().startswith("text/event-stream"):
                content = await _whole(response.stream)
                return httpx2.Response(response.status_code, headers=response.headers, content=content)
            unless_passed_on.pop_all()
        if question:
            response.stream = _Wanted(response.stream, question)
        return response


class _Wanted(httpx2.AsyncByteStream):
    """A stream of events that ends once nobody waits for it any more."""

    def __init__(self, stream: httpx2.AsyncByteStream, question: asyncio.Future[None]) -> None:
        self._stream = stream
        self._question = question

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._stream)
        with suppress(Pointless):
            while (piece := await unless(self._question, _next(pieces))) is not None:
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def client(headers: Mapping[str, str]) -> httpx2.AsyncClient:
    """Make a client that sends these headers with everything, and follows no redirect by itself."""
    return httpx2.AsyncClient(
        headers={**headers, "accept-encoding": "identity"},
        timeout=SECONDS,
        transport=Bounded(),
        trust_env=False,
        cookies=_NoCookies(),
    )


class _NoCookies(httpx2.Cookies):
    def extract_cookies(self, response: httpx2.Response) -> None:
        """Keep none: what a server wants to know again it must say in its protocol."""


def _number(request: httpx2.Request) -> Any:
    """Return what its answer is to be found by; None where it wants none."""
    message = json.loads(request.content) if request.method == "POST" else {}
    return message.get("id") if "method" in message else None


def _refuse(response: httpx2.Response) -> None:
    if response.status_code in LOCKED:
        raise Unreadable(f"It answers with status {response.status_code}: are its headers right?")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Unreadable("It compressed its answer, although it was asked not to.")


async def _whole(stream: httpx2.AsyncByteStream) -> bytes:
    content = bytearray()
    async for piece in stream:
        content += piece
        if len(content) > MESSAGE_LIMIT:
            raise Unreadable(TOO_LARGE)
    return bytes(content)


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)


def _error(number: Any, code: int, message: str) -> httpx2.Response:
    error = {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}
    return httpx2.Response(httpx2.codes.BAD_GATEWAY, json=error)
