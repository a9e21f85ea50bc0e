"""Sends text that is shown as it is (reasoning, arguments) while it grows."""

from conversations.rendering.intake import Intake
from conversations.rendering.splice import Splice, units


class PlainStream:
    """One slot of plain text that only grows; its splices are of text, not HTML."""

    def __init__(self, slot: int | str = 0) -> None:
        self.rev = 0
        self._slot = slot
        self._intake = Intake()
        self._shown: list[str] = []
        self._fresh: list[str] = []
        self._length = 0

    @property
    def text(self) -> str:
        """What the last update left the browser with, tidied."""
        return "".join(self._shown)

    def append(self, delta: str) -> None:
        self._fresh.append(self._intake.take(delta))

    def update(self) -> list[Splice]:
        """Return what was added since the last update."""
        tail, self._fresh = "".join(self._fresh), []
        if not tail:
            return []
        change = Splice(self._slot, self._length, tail, 0)
        self._shown.append(tail)
        self._length += units(tail)
        self.rev += 1
        return [change]

    def finish(self) -> list[Splice]:
        """Return the last of it, half a character that never became whole included."""
        self._fresh.append(self._intake.rest())
        return self.update()
