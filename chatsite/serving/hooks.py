"""What other rooms do when a server starts and before it leaves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

Hook = Callable[[], Awaitable[None]]


async def start(paths: Sequence[str]) -> None:
    """Await each hook in turn; one that fails keeps the server from starting."""
    for hook in _hooks(paths):
        await hook()


async def drain(paths: Sequence[str], *, seconds: float) -> None:
    """Await all hooks side by side, but no longer than this: the server leaves in any case."""
    try:
        async with asyncio.timeout(seconds):
            results = await asyncio.gather(*(hook() for hook in _hooks(paths)), return_exceptions=True)
    except TimeoutError:
        log.warning("Leaving, although not all was done within %g seconds.", seconds)
        return
    for result in results:
        if isinstance(result, BaseException):
            log.error("A drain hook failed.", exc_info=result)


def _hooks(paths: Sequence[str]) -> list[Hook]:
    return [cast(Hook, import_string(path)) for path in paths]
