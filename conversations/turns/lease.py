"""Until when a runner may take its turn for its own without asking the database."""

from __future__ import annotations

import time

from ..models.turn import LEASE

# The clock that nobody sets, and that goes on while the machine sleeps, where there is such a one: a process
# that was frozen must notice before it does anything.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> float:
    """Return seconds since some moment; take them before a lease is written, never after."""
    return time.clock_gettime(_CLOCK)


class Lease:
    """Runs out earlier than its row does, for it is counted from before that was written."""

    def __init__(self, since: float) -> None:
        self._until = since + LEASE.total_seconds()
        self._is_lost = False

    @property
    def holds(self) -> bool:
        return not self._is_lost and now() < self._until

    @property
    def is_lost(self) -> bool:
        """Whether the turn is known to be another's, for good; one that has only run out may be renewed."""
        return self._is_lost

    def renew(self, since: float) -> None:
        """Count from a moment before the row's lease was renewed."""
        self._until = since + LEASE.total_seconds()

    def lose(self) -> None:
        self._is_lost = True
