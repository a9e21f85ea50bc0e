"""How what is under way is stopped, wherever it runs or waits."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from .live import feed
from .models import Turn
from .turns import parking


def stop(turn: Turn) -> bool:
    """Stop a turn, and say whether that was this wish's doing."""
    for _ in range(2):  # a decision may have it go on just between the one and the other
        if turn.request_stop():
            feed.control("stop", turn=turn.pk)
            return True
        if parking.stop(turn):
            return True
    return False


def stop_all(turns: Iterable[Turn]) -> bool:
    """Stop those that are open, the newest first, or the next would begin; says whether any was."""
    under_way = sorted((turn for turn in turns if turn.is_open), key=attrgetter("pk"), reverse=True)
    for turn in under_way:
        stop(turn)
    return bool(under_way)
