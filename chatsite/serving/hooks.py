"""What other rooms do when a server starts and before it leaves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from django.utils.module_loading import import_string

from chatsite.watching.readiness import readiness

log = logging.getLogger(__name__)

StartHook = Callable[[], Awaitable[None]]
DrainHook = Callable[[float], Awaitable[None]]
GRACE_SECONDS = 3.0  # to hand over what has not ended in its time


async def start(paths: Sequence[str]) -> None:
    """Await each hook in turn; one that fails keeps the server from starting."""
    for path in paths:
        await cast(StartHook, import_string(path))()


async def drain(paths: Sequence[str], *, seconds: float) -> None:
    """Await each hook in turn; all get `seconds` for what runs, a little more to leave, and then no more."""
    readiness.leave()
    try:
        async with asyncio.timeout(seconds + GRACE_SECONDS):
            for path in paths:
                hook = cast(DrainHook, import_string(path))
                (failure,) = await asyncio.gather(hook(seconds), return_exceptions=True)
                if isinstance(failure, Exception):
                    log.error("A drain hook failed.", exc_info=failure)
    except TimeoutError:
        log.warning("Leaving, although not all was done within %g seconds.", seconds + GRACE_SECONDS)
