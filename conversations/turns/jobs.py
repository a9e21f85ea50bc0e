"""How queued turns reach workers: each as a job that carries nothing but its id."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.db.models.functions import Now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ..database import in_database
from ..live import feed
from .executor import Executor

if TYPE_CHECKING:
    from procrastinate import JobContext
    from procrastinate.jobs import JobDeferrer

    from .crew import Crew

QUEUE = "turns"
SILENCE = timedelta(seconds=30)  # of a worker that tells every ten that it lives: it counts as dead


@app.task(name="run_turn", queue=QUEUE, pass_context=True)
async def run_turn(context: JobContext, turn_id: int) -> None:
    """Run a turn to its end, where it can be claimed.

    A job for one that cannot be just ends: whatever is in the way hands the turn on when it is gone. So does
    a job whose worker leaves: the crew brings the turn to its end.
    """
    crew = cast("Crew", context.additional_context["crew"])
    if work := crew.begin(turn_id):
        with suppress(asyncio.CancelledError):
            await asyncio.wait([work])


class JobExecutor(Executor):
    """Runs nothing here, and makes jobs of what is submitted."""

    def submit(self, turn_id: int) -> None:
        with suppress(AlreadyEnqueued):
            _job(turn_id).defer(turn_id=turn_id)

    def expect(self) -> None:
        """Nothing ever runs here, so nothing needs to be made ready."""

    async def start(self) -> None:
        feed.settle_here()

    async def fault(self) -> str:
        return await in_database(_without_workers)

    async def idle(self) -> None:
        """Nothing ever runs here."""

    async def drain(self, seconds: float) -> None:
        """Leave at once, for nothing runs here."""


async def defer_all(turn_ids: list[int]) -> None:
    """Make a job of each turn, from a worker's loop."""
    for turn_id in turn_ids:
        with suppress(AlreadyEnqueued):
            await _job(turn_id).defer_async(turn_id=turn_id)


def _without_workers() -> str:
    # Imported late: the app of these rows is there only where it is installed.
    from procrastinate.contrib.django.models import ProcrastinateWorker

    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=Now() - SILENCE)
    return "" if alive.exists() else f"No worker has been heard of for {SILENCE.total_seconds():.0f} s."


def _job(turn_id: int) -> JobDeferrer:
    # One job of a turn waits at a time, however often it is submitted and swept up.
    return run_turn.configure(queueing_lock=f"turn {turn_id}")
