"""The turns that this process runs: claimed, renewed, within hearing, and brought to an end."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from tools.mcp.switchboard import Switchboard

from ..database import AWAY, in_database
from ..live import feed
from ..models.turn import LEASE
from . import leases, parking, takeover
from .lease import Lease, now
from .runner import Runner

if TYPE_CHECKING:
    from ..llm.client import ModelClient
    from ..models import Turn

SWEEP_SECONDS = 1.0  # how long a turn that another process queued may go unseen
EVERY_TURN = 1_000_000  # a server that runs turns itself has nobody to leave them to
LEAVING_SECONDS = 2.0  # to write down what is left; a turn that is not handed over is found by its lease

logger = logging.getLogger(__name__)

HandOn = Callable[[list[int]], Awaitable[None]]


class Crew:
    """Owns its turns by a name of its own, which dies with the process. All in one loop.

    It looks for work by itself while fewer than `places` turns run; `begin` begins in any case.
    `hand_on` is given queued turns that may begin because another one has ended; without it they begin here.
    """

    def __init__(
        self,
        client: ModelClient,
        *,
        places: int = EVERY_TURN,
        hand_on: HandOn | None = None,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self.owner = uuid.uuid4().hex
        self._places = places
        self._client = client
        self._hand_on = hand_on or self._begin_all
        self._sweep_seconds = sweep_seconds
        self._at_work: dict[asyncio.Task[None], int] = {}
        self._runners: dict[int, Runner] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._open = False
        self._swept_at = 0.0
        self._switchboard = Switchboard(in_database)

    async def start(self) -> None:
        """Go on with what a dead process left behind, then take turns."""
        feed.settle_here()
        self._switchboard.start()
        self._open = True
        self._swept_at = now()
        self._take_over_all(await in_database(takeover.abandoned, self.owner, is_start=True))
        self._channel = await feed.control_channel()
        self._loops = [_start(self._for_ever(work)) for work in (self._listen, self._sweep)]

    def fault(self) -> str:
        """Say in a sentence why no turns are taken; "" where they are."""
        if not self._open:
            return "It takes no more turns."
        silent = now() - self._swept_at
        # By then the leases of what runs have run out: what is wrong is more than a busy second.
        return f"Its leases were last renewed {silent:.0f} s ago." if silent > LEASE.total_seconds() else ""

    @property
    def _room(self) -> int:
        return max(0, self._places - len(self._at_work))

    @property
    def runners(self) -> list[Runner]:
        return list(self._runners.values())

    async def drain(self, seconds: float) -> None:
        """Take no more turns, let those that run end within these seconds, and hand over what still runs."""
        self._open = False
        await _ended(self._at_work, within=seconds)
        for runner in self.runners:
            runner.hand_over()
        # The sweep goes on until here: it renews the leases of what is waited for, and hears wishes to stop.
        for task in self._loops:
            task.cancel()
        await _ended([*self._loops, *self._at_work], within=LEAVING_SECONDS)
        await self._switchboard.stop()
        await self._client.aclose()

    async def idle(self) -> None:
        """Wait until nothing is being claimed or running here."""
        while self._at_work:
            await asyncio.wait(self._at_work)

    def begin(self, turn_id: int) -> asyncio.Task[None] | None:
        """Claim a turn and run it to its end, in a task that nobody may cancel; safe to call twice."""
        return self._set_to_work(turn_id, partial(leases.claim, turn_id, self.owner))

    def _take_over_all(self, turns: list[Turn]) -> None:
        for turn in turns[: self._room]:
            self._set_to_work(turn.pk, partial(takeover.take_over, turn, self.owner))

    def _set_to_work(self, turn_id: int, claim: Callable[[], Turn | None]) -> asyncio.Task[None] | None:
        if not self._open or turn_id in self._runners:
            return None
        task = _start(self._see_to(claim))
        self._at_work[task] = turn_id
        task.add_done_callback(self._at_work.pop)
        return task

    async def _see_to(self, claim: Callable[[], Turn | None]) -> None:
        lease = Lease(now())
        turn = await in_database(claim)
        if turn is None:
            return
        runner = self._runners[turn.pk] = Runner(turn, self._client, lease)
        if not self._open:  # the crew was sent home while it claimed
            runner.hand_over()
        try:
            await runner.run()
        finally:
            del self._runners[turn.pk]
        if self._open:
            await self._hand_on(await in_database(leases.claimable, turn.conversation.person_id))

    async def _begin_all(self, turn_ids: list[int]) -> None:
        for turn_id in turn_ids[: self._room]:
            self.begin(turn_id)

    async def _for_ever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except AWAY as error:
                logger.error("The crew waits for the database, which failed: %s", error)
                await asyncio.sleep(self._sweep_seconds)
            except Exception:
                # The one broad catch for loops: without its sweep and its ear a crew would slowly go dead.
                logger.exception("The crew goes on after a failure")
                await asyncio.sleep(self._sweep_seconds)

    async def _listen(self) -> None:
        message = await feed.hear(self._channel)
        match message["do"]:
            case "stop":
                self._stop(message["turn"])
            case "full":
                await self._show(message["message"], message["to"])

    async def _sweep(self) -> None:
        """Find what no message told of: wishes to stop, turns lost and left, turns queued elsewhere."""
        lost = await self._renew()
        if self._open:
            await in_database(parking.expire)
            self._take_over_all(await in_database(takeover.held, self.owner, lost) if lost else [])
            self._take_over_all(await in_database(takeover.abandoned, self.owner))
            await self._begin_all(await in_database(leases.claimable) if self._room else [])
        await asyncio.sleep(self._sweep_seconds)

    async def _renew(self) -> set[int]:
        """Renew all leases, and learn on the way what became of the turns; return those that nobody runs."""
        before = dict(self._runners)  # what is claimed from here on cannot be missed in the rows
        since = now()
        mine, stopping = await in_database(leases.renew, self.owner)
        for turn_id in stopping:
            self._stop(turn_id)
        for turn_id, runner in before.items():
            if turn_id in mine:
                runner.lease.renew(since)
            else:
                runner.abandon()
        self._swept_at = since
        return mine - set(self._at_work.values())

    def _stop(self, turn_id: int) -> None:
        if turn_id in self._runners:
            self._runners[turn_id].stop()

    async def _show(self, message_id: int, channel: str) -> None:
        for runner in self.runners:
            writing = runner.desk.writing
            if writing and writing.message.pk == message_id and runner.lease.holds:
                await feed.full(channel, writing.full_frame(), message=message_id)
                return


def _start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task in a fresh context, for it must outlive whoever asked for it; its owner keeps it."""
    task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
    task.add_done_callback(_report)
    return task


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("A task of the crew failed", exc_info=error)


async def _ended(tasks: Iterable[asyncio.Task[None]], *, within: float) -> None:
    if waiting := list(tasks):
        await asyncio.wait(waiting, timeout=within)
