"""What a server does for turns when it starts and before it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from . import executor
from .local import LocalExecutor

if TYPE_CHECKING:
    from ..llm.client import ModelClient


async def start() -> None:
    """Take this process's turns from now on."""
    running = LocalExecutor(model_client())
    executor.use(running)
    await running.start()


async def drain() -> None:
    """Bring what runs to a named end."""
    await executor.drain()


def model_client() -> ModelClient:
    """Make the client of the model that the settings name; the demo model is a transport below it."""
    from ..llm.client import ModelClient
    from ..llm.demo import DemoTransport

    demo = settings.MODEL_IS_DEMO
    return ModelClient(
        "http://demo.invalid/v1" if demo else settings.OPENAI_BASE_URL,
        settings.OPENAI_API_KEY,
        "clearcall-demo" if demo else settings.OPENAI_MODEL,
        transport=DemoTransport() if demo else None,
        silence_seconds=settings.MODEL_SILENCE_SECONDS,
        retries=settings.MODEL_RETRIES,
        include_usage=settings.OPENAI_INCLUDE_USAGE,
        exchange_limit=settings.EXCHANGE_LIMIT_BYTES,
    )
