"""What a server does for turns when it starts and before it leaves."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from django.conf import settings

from . import executor
from .local import LocalExecutor

if TYPE_CHECKING:
    from ..llm.client import ModelClient
    from ..llm.demo import DemoTransport
    from .executor import Executor

# New objects between two looks for garbage among them: a frame makes hundreds, and hardly any is garbage.
YOUNG_OBJECTS = 10_000


async def start() -> None:
    """Take this process's turns from now on."""
    running = made()
    executor.use(running)
    await running.start()
    keep_what_is_loaded()


def keep_what_is_loaded() -> None:
    """Search for garbage less often, and not at all among what the start has loaded: it stays."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def made() -> Executor:
    """Make the executor that the settings name."""
    if settings.TURN_EXECUTOR == "procrastinate":
        from .jobs import JobExecutor  # whose tables are not there otherwise

        return JobExecutor()
    return LocalExecutor(model_client())


async def drain(seconds: float) -> None:
    """Let what runs end within these seconds, and leave the rest to another process, or the next start."""
    await executor.drain(seconds)


def model_client() -> ModelClient:
    """Make the client of the model that the settings name; the demo model is a transport below it."""
    from ..llm.client import ModelClient

    demo = settings.MODEL_IS_DEMO
    return ModelClient(
        "http://demo.invalid/v1" if demo else settings.OPENAI_BASE_URL,
        settings.OPENAI_API_KEY,
        settings.MODEL_NAME,
        transport=_demo if demo else None,
        silence_seconds=settings.MODEL_SILENCE_SECONDS,
        wordless_seconds=settings.MODEL_WORDLESS_SECONDS,
        retries=settings.MODEL_RETRIES,
        include_usage=settings.OPENAI_INCLUDE_USAGE,
        null_content=settings.OPENAI_NULL_CONTENT,
        exchange_limit=settings.EXCHANGE_LIMIT_BYTES,
    )


def _demo() -> DemoTransport:
    from ..llm.demo import DemoTransport, Pacing

    return DemoTransport(pacing=Pacing(settings.DEMO_SECONDS_PER_TOKEN))
