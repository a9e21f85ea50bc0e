"""How a test waits for what another process does."""

import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds until a test gives up waiting


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
