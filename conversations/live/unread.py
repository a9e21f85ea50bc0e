"""How much one socket was sent that its browser may not have read, which the server itself never notices."""

# All in characters. daphne buffers without end for a browser that does not read.
FLOW_LIMIT = 1024 * 1024
CHANGES_LIMIT = 8 * 1024 * 1024


class Unread:
    """Counts what goes out against what comes back; `owed` are the messages whose flow was held back."""

    def __init__(self, flow_limit: int = FLOW_LIMIT, changes_limit: int = CHANGES_LIMIT) -> None:
        self.owed: set[int] = set()
        self._flow_limit = flow_limit
        self._changes_limit = changes_limit
        self._sent = self._acknowledged = 0
        self._changes = 0

    @property
    def is_full(self) -> bool:
        return self._sent - self._acknowledged >= self._flow_limit

    @property
    def is_hopeless(self) -> bool:
        """Say whether even the changes, which cannot be held back, pile up."""
        return self._changes >= self._changes_limit

    def may_send(self, message: int, frame: str) -> bool:
        """Count a frame of flow, or hold it back and owe the message a full frame."""
        if self.is_full:
            self.owed.add(message)
            return False
        self._sent += len(frame)
        return True

    def count_change(self, frame: str) -> None:
        self._changes += len(frame)

    def hear(self) -> None:
        """Take any frame from the browser as a sign that it reads."""
        self._changes = 0

    def acknowledge(self, characters: int) -> set[int]:
        """Note how much flow was taken in; returns the messages that can now be sent whole."""
        self._acknowledged = max(self._acknowledged, min(characters, self._sent))
        if self.is_full:
            return set()
        owed, self.owed = self.owed, set()
        return owed
