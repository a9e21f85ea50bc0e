"""Who carries out a turn that was asked from the command line: a server, a worker, or this very process."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from ..database import in_database
from ..turns import executor
from ..turns.executor import Executor
from ..turns.serving import made


class Lock(Protocol):
    """What whoever runs turns on these files must hold; the system lets go of it when a holder dies."""

    def take(self) -> bool: ...

    def release(self) -> None: ...


class Hands:
    """Runs turns in this process from the moment on that nobody else does; leaves them to workers otherwise.

    While it holds the lock it stands in for the server: it also runs what others queue meanwhile, and lets
    that finish before it goes. Where workers run turns, nobody needs the lock.
    """

    def __init__(self) -> None:
        self._lock: Lock = import_string(settings.SERVER_LOCK)()
        self._executor: Executor | None = None

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
        """Tell the workers; without any, run it here once no server is there to. Safe to call often."""
        if self._executor or (settings.TURN_EXECUTOR == "local" and not self._lock.take()):
            return
        self._executor = made()
        executor.use(self._executor)
        await self._executor.start()
        self._executor.expect()  # the SDK is imported meanwhile, and without a search for garbage
        await in_database(executor.submit, turn_id)
