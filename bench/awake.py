"""Keeps the machine's cores awake while something is measured.

To wake a virtual core can take as long as a frame does, and is counted as time of the process that it wakes:
on a quiet machine whatever waits between frames seems a third dearer than on a busy one. So each core has
something to do that anything else comes before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LOWEST = "19"


@contextmanager
def awake(wanted: bool) -> Iterator[None]:
    """Keep each core busy, at the lowest priority there is, if that is wanted."""
    command = ["nice", "-n", LOWEST, sys.executable, "-c", "while True: pass"]
    cores = range(os.cpu_count() or 1) if wanted else ()
    idlers = [subprocess.Popen(["taskset", "-c", str(core), *command]) for core in cores]
    try:
        yield
    finally:
        for idler in idlers:
            idler.kill()
            idler.wait()
