"""Who runs turns: the contract, and the one that is in force in this process."""

from __future__ import annotations

from abc import ABC, abstractmethod

from . import leases


class Executor(ABC):
    """Runs queued turns, each detached from whoever asked. One to a process."""

    @abstractmethod
    def submit(self, turn_id: int) -> None:
        """See to it that this queued turn is run; from any thread, after commit, safe to call twice."""

    @abstractmethod
    def expect(self) -> None:
        """Make ready what the first turn would wait for; from the loop, safe to call often."""

    @abstractmethod
    async def start(self) -> None:
        """Begin: go on with what a dead process left behind, then take turns."""

    @abstractmethod
    async def idle(self) -> None:
        """Wait until nothing is being claimed or running here."""

    @abstractmethod
    async def drain(self, seconds: float) -> None:
        """End: take no more turns, let those that run end within these seconds, hand over the others."""

    @abstractmethod
    async def fault(self) -> str:
        """Say in a sentence why queued turns are not being taken; "" where they are."""


_current: Executor | None = None


def use(executor: Executor | None) -> None:
    """Make this the executor of the process."""
    global _current
    _current = executor


def submit(turn_id: int) -> None:
    """Hand a queued turn on. Without an executor here, a sweeper finds it in the rows."""
    if _current:
        _current.submit(turn_id)


def submit_for(person_id: int) -> None:
    """Hand on the queued turns of a person that may begin; the others follow when these end."""
    if _current:
        for turn_id in leases.claimable(person_id):
            _current.submit(turn_id)


def expect() -> None:
    """Tell that somebody has a page open, and may ask at any moment."""
    if _current:
        _current.expect()


async def fault() -> str:
    """Say in a sentence why no turns are taken that are sent here; "" where they are."""
    return await _current.fault() if _current else "Nothing here takes turns."


async def drain(seconds: float = 0) -> None:
    """End the executor of this process, if there is one."""
    if _current:
        await _current.drain(seconds)
        use(None)
