"""Who carries out a turn that was asked from the command line: the server, or this very process."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from ..turns import executor
from ..turns.local import LocalExecutor
from ..turns.serving import model_client


class Lock(Protocol):
    """What whoever runs turns on these files must hold; the system lets go of it when a holder dies."""

    def take(self) -> bool: ...

    def release(self) -> None: ...


class Hands:
    """Runs turns in this process from the moment on that nobody else does.

    While it holds the lock it stands in for the server: it also runs what others queue meanwhile, and lets
    that finish before it goes.
    """

    def __init__(self) -> None:
        self._lock: Lock = import_string(settings.SERVER_LOCK)()
        self._executor: LocalExecutor | None = None

    async def __aenter__(self) -> Hands:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._executor:
            return
        try:
            if kind is None:
                await self._executor.idle()
            await executor.drain()
        finally:
            self._lock.release()

    async def take_up(self, turn_id: int) -> None:
        """Run the turn here if there is no server, or if the one there was has gone; safe to call often."""
        if self._executor or not self._lock.take():
            return
        self._executor = LocalExecutor(model_client())
        executor.use(self._executor)
        await self._executor.start()
        executor.submit(turn_id)
