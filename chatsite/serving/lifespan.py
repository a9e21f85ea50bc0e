"""Starting and leaving in order under servers that tell their application of both, as daphne does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from chatsite.serving import hooks
from chatsite.serving.lock import ServerLock
from chatsite.serving.preparing import prepare

Event = dict[str, Any]


async def lifespan(
    scope: Event, receive: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
) -> None:
    """Take turns between the two events; a server that may not start is told why."""
    await receive()
    lock = ServerLock(settings.VAR_DIR, shared=settings.IS_SHARED)
    refusal = await _refusal(lock)
    if refusal:
        await send({"type": "lifespan.startup.failed", "message": refusal})
        return
    await hooks.start(settings.SERVER_START_HOOKS)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hooks.drain(settings.SERVER_DRAIN_HOOKS, seconds=settings.DRAIN_SECONDS)
    lock.release()
    await send({"type": "lifespan.shutdown.complete"})


async def _refusal(lock: ServerLock) -> str:
    if not lock.take():
        return (
            f"Clearcall already runs on the files in {settings.VAR_DIR}. Stop it first; several processes "
            "need DATABASE_URL and REDIS_URL."
        )
    return await sync_to_async(prepare)()
