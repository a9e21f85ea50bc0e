"""What a server does for turns when it starts and before it leaves."""

from __future__ import annotations

import asyncio
import importlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ..database import in_database
from ..models import Exchange
from . import executor
from .local import LocalExecutor

if TYPE_CHECKING:
    from ..llm.client import ModelClient


RETENTION_SECONDS = 3600  # between two looks for exchanges that are past their days

_background: set[asyncio.Task[Any]] = set()


async def start() -> None:
    """Take this process's turns from now on."""
    running = LocalExecutor(model_client())
    executor.use(running)
    await running.start()
    # The SDK takes seconds to import: not while the first person waits, and not before the server is ready.
    _background.add(asyncio.create_task(asyncio.to_thread(importlib.import_module, "openai")))
    _background.add(asyncio.create_task(_forget_old_exchanges()))


async def drain() -> None:
    """Bring what runs to a named end."""
    for task in _background:
        task.cancel()
    await executor.drain()


async def _forget_old_exchanges() -> None:
    while True:
        await in_database(Exchange.forget, timedelta(days=settings.EXCHANGE_DAYS))
        await asyncio.sleep(RETENTION_SECONDS)


def model_client() -> ModelClient:
    """Make the client of the model that the settings name; the demo model is a transport below it."""
    from ..llm.client import ModelClient
    from ..llm.demo import DemoTransport, Pacing

    demo = settings.MODEL_IS_DEMO
    return ModelClient(
        "http://demo.invalid/v1" if demo else settings.OPENAI_BASE_URL,
        settings.OPENAI_API_KEY,
        "clearcall-demo" if demo else settings.OPENAI_MODEL,
        transport=DemoTransport(pacing=Pacing(settings.DEMO_SECONDS_PER_TOKEN)) if demo else None,
        silence_seconds=settings.MODEL_SILENCE_SECONDS,
        retries=settings.MODEL_RETRIES,
        include_usage=settings.OPENAI_INCLUDE_USAGE,
        exchange_limit=settings.EXCHANGE_LIMIT_BYTES,
    )
