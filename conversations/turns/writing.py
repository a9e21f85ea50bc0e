"""One reply while it is being written: its text and its calls' arguments, as frames and as checkpoints."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils import timezone

from .. import metrics
from ..database import in_database
from ..engine.accumulator import Accumulator
from ..engine.values import CallDelta, Delta, Finish, ReasoningDelta, RefusalDelta, Reply, TextDelta
from ..live import feed
from ..models import Message, ToolCall
from ..rendering.highlighting import highlight
from ..rendering.plain_stream import PlainStream
from ..rendering.splice import Splice, encoded
from ..rendering.stream import Stream
from .checkpoints import Checkpoint, keeper
from .pace import Pace
from .recorder import LeaseLost, Recorder

LONGEST_REPLY = 1_000_000  # characters; no model means to write so much, and memory must end somewhere
HELD_SECONDS = 0.5  # until text is shown although it does not pay for its markup, or an address still grows

logger = logging.getLogger(__name__)


class TooMuch(Exception):
    """The model writes without end; the text says so to the person."""


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
        self._blocks_sent: list[str] = []
        self._length = 0
        self._beginning: asyncio.Task[None] | None = None
        self._finished = False
        self._pace = Pace()
        self._cost = 0.0
        self._colouring: asyncio.Task[None] | None = None
        self._sending = asyncio.Lock()  # frames go out in the order of what they build on
        self._timer: asyncio.TimerHandle | None = None
        self._showing: asyncio.Task[None] | None = None
        self._asked_at = time.monotonic()
        self._keeper = keeper()

    async def take(self, deltas: Sequence[Delta]) -> None:
        """Take in what the model said and send it; the first piece of a call makes its row."""
        read_at, length, said = time.perf_counter(), self._length, False
        for delta in deltas:
            self._accumulator.add(delta)
            match delta:
                case TextDelta(text=text):
                    self._text.append(text)
                case ReasoningDelta(text):
                    self._stream("r").append(text)
                case RefusalDelta():
                    pass  # shown as a whole, once the reply has ended
                case CallDelta():
                    await self._take_call(delta)
                case Finish():
                    self._finished = True
                    continue
                case _:
                    continue
            said = True
            self._measure(delta)
        await self._send_fresh()
        metrics.frame_delay.observe(time.perf_counter() - read_at)
        metrics.deltas.inc(sum(delta.pieces if isinstance(delta, TextDelta) else 1 for delta in deltas))
        metrics.characters.inc(self._length - length)
        if said:
            self._begin()
            self._keeper.note(self)

    async def rest(self) -> None:
        """Wait until the next frame is due; after the model's last word there is nothing to wait for."""
        if not self._finished:
            await self._pace.rest(cost=self._cost)

    async def end(self, *, ended: bool) -> Reply:
        """Send what is left and return the reply; `ended` says whether the stream came to its own end."""
        await self.abandon()
        splices = await asyncio.get_running_loop().run_in_executor(None, self._text.finish)
        for rest in (splices, *[stream.finish() for stream in self._plain.values()]):
            await self._send(rest)
        return self._accumulator.reply(ended=ended)

    async def abandon(self) -> None:
        """Send and keep nothing more."""
        self._keeper.forget(self)
        self._wait_no_more()
        for task in (self._colouring, self._showing):
            if task:
                task.cancel()
        beside = [task for task in (self._beginning, self._colouring, self._showing) if task]
        for failure in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(failure, Exception):
                # The end shows the text whole: it only lacks colours, came late, or has no beginning.
                logger.error("Message %s was not shown as it should be", self.message.pk, exc_info=failure)

    def full_frame(self) -> str:
        """Return all that the frames so far have amounted to; never more, for the next one builds on it."""
        slots: dict[str, Any] = {"b": self._blocks_sent}
        slots |= {slot: stream.text for slot, stream in self._plain.items()}
        return _encoded(["F", self.message.pk, self.message.attempt, self.rev, slots])

    def checkpoint(self) -> Checkpoint:
        """Return what has come so far, shown or not."""
        plain = {slot: stream.text for slot, stream in self._plain.items()}
        reasoning = plain.pop("r", "")
        arguments = {int(slot[1:]): text for slot, text in plain.items()}
        return Checkpoint(self.message.pk, self._text.text, reasoning, arguments)

    def _begin(self) -> None:
        """Have it written down that the first word came, and go on.

        Whoever waits for words shall not wait for a transaction too, behind those of many other turns.
        """
        if self._beginning is None:
            metrics.first_token.observe(time.monotonic() - self._asked_at)
            self._beginning = asyncio.create_task(self._note_first(timezone.now()))

    async def _note_first(self, came_at: datetime) -> None:
        with suppress(LeaseLost):  # the next frame finds out too
            await in_database(self._recorder.first_token, self.message, came_at)

    def _measure(self, delta: TextDelta | ReasoningDelta | RefusalDelta | CallDelta) -> None:
        self._length += len(delta.arguments if isinstance(delta, CallDelta) else delta.text)
        if self._length > LONGEST_REPLY:
            raise TooMuch(f"The reply was ended here, after {LONGEST_REPLY:,} characters.")

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

    async def _send_fresh(self) -> None:
        async with self._sending:
            started = time.perf_counter()
            splices = self._text.update()
            self._cost = time.perf_counter() - started
            for fresh in (splices, *[stream.update() for stream in self._plain.values()]):
                await self._send(fresh)  # a frame for each, as each pays for its own
        if splices:
            self._wait_no_more()
        if self._text.holds and not self._timer:
            self._timer = asyncio.get_running_loop().call_later(HELD_SECONDS, self._show_held)
        if self._text.uncoloured and not self._colouring:
            self._colouring = asyncio.create_task(self._colour())

    def _wait_no_more(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _show_held(self) -> None:
        self._timer = None
        if self._showing is None or self._showing.done():
            self._showing = asyncio.create_task(self._send_held())

    async def _send_held(self) -> None:
        """Show what has been held for long enough, also where the model says nothing more."""
        async with self._sending:
            with suppress(LeaseLost):  # found out again by whoever ends the reply
                await self._send(self._text.update(patient=False))

    async def _send(self, splices: list[Splice]) -> None:
        if not splices:
            return
        if not self._recorder.lease.holds:
            await in_database(self._recorder.renew)
        self.rev += 1
        self._blocks_sent = self._text.html
        said = ",".join(map(encoded, splices))
        frame = f'["f",{self.message.pk},{self.message.attempt},{self.rev},[{said}]]'
        await feed.flow(self._group, frame, message=self.message.pk)

    async def _colour(self) -> None:
        """Colour code that is finished, in a thread; the next frame brings it."""
        for code in self._text.uncoloured:
            await asyncio.get_running_loop().run_in_executor(None, highlight, code)
        self._colouring = None


def _encoded(frame: list[Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
