"""Who runs turns: the contract, and the one that is in force in this process."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Executor(ABC):
    """Runs queued turns, each detached from whoever asked. One to a process."""

    @abstractmethod
    def submit(self, turn_id: int) -> None:
        """See to it that this queued turn is run; from any thread, after commit, safe to call twice."""

    @abstractmethod
    async def start(self) -> None:
        """Begin: recover what a dead process left behind, then take turns."""

    @abstractmethod
    async def drain(self) -> None:
        """End: take no more turns, bring those that run to a named end."""


_current: Executor | None = None


def use(executor: Executor | None) -> None:
    """Make this the executor of the process."""
    global _current
    _current = executor


def submit(turn_id: int) -> None:
    """Hand a queued turn on. Without an executor here, a sweeper finds it in the rows."""
    if _current:
        _current.submit(turn_id)


async def drain() -> None:
    """End the executor of this process, if there is one."""
    if _current:
        await _current.drain()
        use(None)
