"""What a worker does: takes jobs as long as it has places, and runs their turns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from . import executor
from .crew import Crew
from .executor import Executor
from .jobs import QUEUE, defer_all
from .serving import keep_what_is_loaded, model_client

POLL_SECONDS = 2.0  # for jobs that no notification told of
AGAIN_SECONDS = 1.0  # between tries to come back to a database that went away
BURYING_SECONDS = 600.0  # between two looks for jobs of the dead, which only take up room
LETTING_GO_SECONDS = 2.0  # to give back the jobs under way; without a database that is not possible

logger = logging.getLogger(__name__)


class AtWork(Executor):
    """A worker's own crew, which finds by itself what becomes due here."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def submit(self, turn_id: int) -> None:
        """Leave it to the next sweep: any worker may have a free place for it."""

    def expect(self) -> None:
        """All is ready from the start: whoever starts a worker has turns for it."""

    async def start(self) -> None:
        await self._crew.start()

    async def idle(self) -> None:
        await self._crew.idle()

    async def drain(self, seconds: float) -> None:
        await self._crew.drain(seconds)

    async def fault(self) -> str:
        return self._crew.fault()


async def work(*, places: int, ready: Callable[[], None], leaving: asyncio.Future[float]) -> None:
    """Run up to `places` turns at once until told to leave, and how many seconds what runs may still take."""
    client = model_client()
    crew = Crew(client, places=places, hand_on=defer_all)
    # Django's own connection cannot wait for jobs: this one is for the loop.
    django = cast(DjangoConnector, app.connector)
    with app.replace_connector(django.get_worker_connector()) as jobs:
        async with jobs.open_async():
            at_work = AtWork(crew)
            executor.use(at_work)
            await at_work.start()
            await asyncio.to_thread(client.load)
            keep_what_is_loaded()
            tasks = [asyncio.create_task(work) for work in (_take_jobs(jobs, crew, places), _bury_dead(jobs))]
            ready()
            seconds = await leaving
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=LETTING_GO_SECONDS)
            await executor.drain(seconds)


async def _take_jobs(jobs: App, crew: Crew, places: int) -> None:
    while True:
        try:
            await jobs.run_worker_async(
                queues=[QUEUE],
                concurrency=places,
                fetch_job_polling_interval=POLL_SECONDS,
                additional_context={"crew": crew},
                # A job only waits for its turn, which the crew sees to however the job ends.
                shutdown_graceful_timeout=0,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        except ConnectorException:
            logger.warning("The worker lost its database and tries again", exc_info=True)
        await asyncio.sleep(AGAIN_SECONDS)


async def _bury_dead(jobs: App) -> None:
    """Take away the jobs of workers that were killed; their turns are found by their leases."""
    while True:
        with suppress(ConnectorException):
            for job in await jobs.job_manager.get_stalled_jobs(queue=QUEUE):
                await jobs.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
        await asyncio.sleep(BURYING_SECONDS)
