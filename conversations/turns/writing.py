"""One reply while it is being written: its text and its calls' arguments, as frames and as checkpoints."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..database import in_database
from ..engine.accumulator import Accumulator
from ..engine.values import CallDelta, Delta, ReasoningDelta, Reply, TextDelta
from ..live import feed
from ..models import Message, ToolCall
from ..rendering.highlighting import highlight
from ..rendering.plain_stream import PlainStream
from ..rendering.stream import Stream
from .recorder import Recorder

FRAME_SECONDS = 0.04  # below what an eye follows; fewer frames cost less everywhere
RENDERING_SHARE = 0.05  # of the time, at most: one long open block must not slow the others' replies
CHECKPOINT_SECONDS = 1.0  # what a killed process may lose


class Writing:
    """Adds deltas up, sends what is new as frames, and keeps a checkpoint."""

    def __init__(
        self, recorder: Recorder, message: Message, *, group: str, sources: Mapping[str, str]
    ) -> None:
        self.message = message
        self.calls: dict[int, ToolCall] = {}
        self.rev = 0
        self._recorder = recorder
        self._group = group
        self._sources = sources
        self._accumulator = Accumulator()
        self._text = Stream()
        self._plain: dict[str, PlainStream] = {}
        self._begun = False
        self._fresh = asyncio.Event()
        self._kept_at = time.monotonic()
        self._ticking = asyncio.create_task(self._tick())

    async def take(self, deltas: Sequence[Delta]) -> None:
        """Take in what the model said; the first piece of a call makes its row."""
        for delta in deltas:
            self._accumulator.add(delta)
            match delta:
                case TextDelta(text):
                    self._text.append(text)
                case ReasoningDelta(text):
                    self._stream("r").append(text)
                case CallDelta():
                    await self._take_call(delta)
                case _:
                    continue
            self._fresh.set()
        if not self._begun and self._fresh.is_set():
            self._begun = True
            await in_database(self._recorder.first_token, self.message)

    async def end(self, *, ended: bool) -> Reply:
        """Send what is left and return the reply; `ended` says whether the stream came to its own end."""
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)
        splices = await asyncio.get_running_loop().run_in_executor(None, self._text.finish)
        plain = [splice for stream in self._plain.values() for splice in stream.finish()]
        await self._send([*splices, *plain])
        return self._accumulator.reply(ended=ended)

    def full_frame(self) -> str:
        """Return all that the frames so far have amounted to."""
        slots: dict[str, Any] = {"b": self._text.html}
        slots |= {slot: stream.text for slot, stream in self._plain.items()}
        return _encoded(["F", self.message.pk, self.message.attempt, self.rev, slots])

    async def _take_call(self, delta: CallDelta) -> None:
        if delta.position not in self.calls:
            name = delta.name
            self.calls[delta.position] = await in_database(
                self._recorder.begin_call,
                self.message,
                position=delta.position,
                name=name,
                source=self._sources.get(name, ""),
            )
        if delta.arguments:
            self._stream(f"c{self.calls[delta.position].pk}").append(delta.arguments)

    def _stream(self, slot: str) -> PlainStream:
        if slot not in self._plain:
            self._plain[slot] = PlainStream(slot)
        return self._plain[slot]

    async def _tick(self) -> None:
        while True:
            await self._fresh.wait()
            self._fresh.clear()
            started = time.perf_counter()
            splices = self._text.update()
            cost = time.perf_counter() - started
            plain = [splice for stream in self._plain.values() for splice in stream.update()]
            await self._send([*splices, *plain])
            await self._colour()
            await self._checkpoint()
            await asyncio.sleep(max(FRAME_SECONDS, cost / RENDERING_SHARE))

    async def _send(self, splices: list[Any]) -> None:
        if not splices:
            return
        self.rev += 1
        frame = _encoded(["f", self.message.pk, self.message.attempt, self.rev, splices])
        await feed.flow(self._group, frame)

    async def _colour(self) -> None:
        """Colour code that is finished, in a thread; the next frame brings it."""
        for code in self._text.uncoloured:
            await asyncio.get_running_loop().run_in_executor(None, highlight, code)
            self._fresh.set()

    async def _checkpoint(self) -> None:
        if time.monotonic() - self._kept_at < CHECKPOINT_SECONDS:
            return
        self._kept_at = time.monotonic()
        plain = {slot: stream.text for slot, stream in self._plain.items()}
        reasoning = plain.pop("r", "")
        await in_database(
            self._recorder.checkpoint,
            self.message,
            arguments={int(slot[1:]): text for slot, text in plain.items()},
            rev=self.rev,
            text=self._text.text,
            reasoning=reasoning,
        )


def _encoded(frame: list[Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
