"""One streamed reply: opened, read as deltas, and closed whatever happens."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Literal, Self, cast

import httpx2

from conversations.engine.values import CallDelta, Delta, Finish, Meta
from conversations.llm.errors import ModelError
from conversations.llm.exchange import Exchange, Recorder
from conversations.llm.failures import silent, wordless
from conversations.llm.wire import Frames, Reader

# Usage may follow a finish_reason, and the end of the body follows [DONE], so that the connection can be used
# again; but a server that then keeps the line open is not waited for.
SECONDS_AFTER_FINISH = 5.0
SECONDS_AFTER_DONE = 0.1

Ending = Literal["", "done", "closed", "reset", "failed"]


class Stream:
    """One reply as lists of deltas: `async with client.stream(...) as stream: async for deltas in stream`.

    `ending` says how it ended: "" not yet, "done" as it should, "closed" or "reset" where the server stopped
    short by closing or breaking the connection, "failed" with the ModelError that was raised.
    """

    def __init__(
        self,
        open_: Callable[[], Awaitable[httpx2.Response]],
        recorder: Recorder,
        *,
        server: str,
        silence: float,
        wordless: float,
    ) -> None:
        self.ending: Ending = ""
        self._open = open_
        self._recorder = recorder
        self._silence = silence
        self._wordless = wordless
        self._said_at = 0.0
        self._finish_by = 0.0
        self._frames = Frames()
        self._reader = Reader(server)
        self._response: httpx2.Response | None = None
        self._failure: ModelError | None = None
        self._said_end = False
        self._unsaid: list[Delta] = []

    @property
    def ended(self) -> bool:
        """Say whether the server finished the reply; `Accumulator.reply` asks."""
        return self.ending == "done"

    @property
    def exchange(self) -> Exchange:
        """Return what went over the wire by now; it is there after a failure too."""
        return self._recorder.exchange()

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(self._wordless):
                self._response = await self._open()
        except ModelError:
            self.ending = "failed"
            raise
        except TimeoutError:
            self.ending = "failed"
            raise wordless(self._wordless) from None
        self._bytes = _bytes_of(self._response)
        self._said_at = _now()
        request_id = self.exchange.request_id
        self._unsaid += [Meta(request_id=request_id)] if request_id else []
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._bytes.aclose()
        if self._response:
            await self._response.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[Delta]:
        while not self.ending:
            deltas = await self._step()
            if deltas:
                return deltas
        if self._failure:
            raise self._failure
        raise StopAsyncIteration

    async def _step(self) -> list[Delta]:
        try:
            data = await self._next()
        except TimeoutError:
            return self._end("closed")
        except httpx2.ReadTimeout:
            return self._end("closed") if self._said_end else self._fail(silent(self._silence))
        except httpx2.RequestError:
            return self._end("reset")
        except ModelError as error:
            return self._fail(error)
        if data is None or self._frames.done:
            return self._end("closed")
        deltas = self._read(self._frames.feed(data))
        return deltas if self._is_heard(deltas) else [*deltas, *self._fail(wordless(self._wordless))]

    async def _next(self) -> bytes | None:
        if not (self._said_end or self._frames.done):
            return await anext(self._bytes, None)
        if self._frames.done:
            self._finish_by = _now() + SECONDS_AFTER_DONE
        elif not self._finish_by:  # once: a server that goes on pinging is not waited for either
            self._finish_by = _now() + min(self._silence, SECONDS_AFTER_FINISH)
        async with asyncio.timeout_at(self._finish_by):
            return await anext(self._bytes, None)

    def _is_heard(self, deltas: list[Delta]) -> bool:
        """Say whether a server that may still speak has said anything of late; bytes alone are no word."""
        untold = self._reader.heard_untold()
        if self.ending or self._said_end or untold or any(map(_is_word, deltas)):
            self._said_at = _now()
        return _now() - self._said_at <= self._wordless

    def _read(self, values: Iterator[object]) -> list[Delta]:
        """Read what came; an error does not swallow what stood before it in the same piece."""
        deltas, self._unsaid = self._unsaid, []
        texts: list[str] = []
        try:
            for value in values:
                text = self._reader.read_text(value)
                if text is not None:
                    texts.append(text)
                    continue
                deltas += self._reader.say(texts)
                texts = []
                deltas += self._reader.read(value)
                self._reader.refuse_excess()
        except ModelError as error:
            return [*deltas, *self._reader.say(texts), *self._fail(error)]
        deltas += self._reader.say(texts)
        self._said_end = self._said_end or any(isinstance(delta, Finish) for delta in deltas)
        return deltas

    def _end(self, ending: Ending) -> list[Delta]:
        whole = ending == "closed" and not self._frames.done
        deltas = self._read(self._frames.end() if whole else iter(()))
        if not self._failure:
            deltas += self._reader.end()
            self.ending = "done" if self._said_end or self._frames.done else ending
        return deltas

    def _fail(self, error: ModelError) -> list[Delta]:
        self._failure, self.ending = error.hiding(self._recorder.secret), "failed"
        return self._reader.end()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _is_word(delta: Delta) -> bool:
    if isinstance(delta, CallDelta):
        return bool(delta.name or delta.arguments)
    return not isinstance(delta, Meta) or bool(delta.extras)  # thoughts may come encrypted


def _bytes_of(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    """Read a body as it comes; the response's own ways to read cost as much as all else that is read."""
    if "content-encoding" in response.headers:  # although it was asked not to
        return response.aiter_bytes()
    return cast("AsyncGenerator[bytes, None]", aiter(cast(httpx2.AsyncByteStream, response.stream)))
