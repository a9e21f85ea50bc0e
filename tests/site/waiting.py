"""How a test waits for what another process does."""

import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds until a test gives up waiting
PAUSE = 0.05  # seconds between two looks: whoever is waited for needs the processor


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(PAUSE)
