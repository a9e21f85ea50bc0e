"""The demo model: a Chat Completions server without a network, by its own wit or from a script."""

from .delivery import Delivery
from .pacing import AT_ONCE, Pacing
from .script import calls, fails, raw, refuses, says, silence
from .transport import DemoTransport

__all__ = [
    "AT_ONCE",
    "Delivery",
    "DemoTransport",
    "Pacing",
    "calls",
    "fails",
    "raw",
    "refuses",
    "says",
    "silence",
]
