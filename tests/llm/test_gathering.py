"""A transport within the process behaves towards its reader as a socket does."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from conversations.llm.gathering import MOST_HELD, Gathering


class Spoken(httpx2.AsyncByteStream):
    """Says one piece after the other, then fails where it is told to; `over` once all is said."""

    def __init__(self, *pieces: bytes, failure: Exception | None = None, waiting: bool = False) -> None:
        self._pieces = pieces
        self._failure = failure
        self._waiting = waiting
        self.over = asyncio.Event()
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            await asyncio.sleep(0)
            yield piece
        self.over.set()
        if self._failure:
            raise self._failure
        if self._waiting:
            await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed = True


def client_of(spoken: Spoken) -> httpx2.AsyncClient:
    inner = httpx2.MockTransport(lambda request: httpx2.Response(200, stream=spoken))
    return httpx2.AsyncClient(transport=Gathering(inner))


async def test_what_is_said_while_the_reader_pauses_comes_as_one_piece() -> None:
    spoken = Spoken(b"a", b"b", b"c", b"d")
    async with client_of(spoken) as client, client.stream("GET", "http://model.invalid") as response:
        pieces = response.aiter_raw()
        first = await anext(pieces)
        await spoken.over.wait()
        rest = [piece async for piece in pieces]
    assert (first + b"".join(rest), len(rest)) == (b"abcd", 1)


async def test_a_failure_is_told_after_what_was_said_before_it() -> None:
    spoken = Spoken(b"a", b"b", failure=httpx2.ReadError("Lost."))
    async with client_of(spoken) as client, client.stream("GET", "http://model.invalid") as response:
        pieces = response.aiter_raw()
        said = await anext(pieces)
        await spoken.over.wait()
        said += await anext(pieces)
        with pytest.raises(httpx2.ReadError):
            await anext(pieces)
    assert said == b"ab"


async def test_a_reader_that_leaves_closes_what_it_listened_to() -> None:
    spoken = Spoken(b"a", waiting=True)
    before = asyncio.all_tasks()
    async with client_of(spoken) as client, client.stream("GET", "http://model.invalid") as response:
        await anext(response.aiter_raw())
    assert spoken.closed
    assert asyncio.all_tasks() == before


async def test_a_model_waits_for_a_reader_that_does_not_read() -> None:
    spoken = Spoken(*[b"x" * MOST_HELD] * 3)
    async with client_of(spoken) as client, client.stream("GET", "http://model.invalid") as response:
        pieces = response.aiter_raw()
        await anext(pieces)
        await anext(pieces)
        assert not spoken.over.is_set()
        assert [piece async for piece in pieces] == [b"x" * MOST_HELD]
    assert spoken.over.is_set()
