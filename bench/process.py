"""What the system says of a process: the time it computed, how long it waited for a core, its memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICK: int = os.sysconf("SC_CLK_TCK")
_PAGE: int = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds since a process began: computing, and ready to without a core (this of its first thread)."""

    computing: float
    waiting: float

    def __sub__(self, before: Spent) -> Spent:
        return Spent(self.computing - before.computing, self.waiting - before.waiting)


def spent(pid: int) -> Spent:
    """Read what a process has spent by now; ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    _, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    return Spent((int(fields[11]) + int(fields[12])) / _TICK, int(waited) / 1e9)


def memory(pid: int) -> int:
    """Return the bytes of a process that lie in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
