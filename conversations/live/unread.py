"""How much one socket was sent that its browser may not have read, which the server itself never notices."""

# All in characters. daphne buffers without end for a browser that does not read.
FLOW_LIMIT = 1024 * 1024
LIMIT = 8 * 1024 * 1024


class Unread:
    """Counts what goes out against what is acknowledged; `owed` are the messages whose flow was held back."""

    def __init__(self, flow_limit: int = FLOW_LIMIT, limit: int = LIMIT) -> None:
        self.owed: set[int] = set()
        self._flow_limit = flow_limit
        self._limit = limit
        self._sent = self._acknowledged = self._largest = 0
        self._whole: dict[int, int] = {}  # messages on their way, and how much is sent when they have gone

    @property
    def is_full(self) -> bool:
        return self._sent - self._acknowledged >= self._flow_limit

    @property
    def is_hopeless(self) -> bool:
        """Say whether even what cannot be held back piles up.

        The largest frame does not count: the first of a long conversation is of any size, and who has not
        read it yet may be slow.
        """
        return self._sent - self._acknowledged - self._largest >= self._limit

    def may_send(self, message: int, frame: str) -> bool:
        """Count a frame of flow, or hold it back and owe the message a full frame."""
        if self.is_full:
            self.owed.add(message)
            return False
        self._sent += len(frame)
        return True

    def is_on_its_way(self, message: int) -> bool:
        """Say whether a message was sent whole that may not have come yet.

        A page asks again while it waits, and over a slow line it waits long: copies would never end.
        """
        return self._whole.get(message, 0) > self._acknowledged

    def count_whole(self, message: int) -> None:
        """Note that what was counted last was a message as a whole."""
        self._whole[message] = self._sent

    def count(self, frame: str) -> None:
        """Count a frame that is sent in any case."""
        self._sent += len(frame)
        self._largest = max(self._largest, len(frame))

    def acknowledge(self, characters: int) -> set[int]:
        """Note how much was taken in; returns the messages that can now be sent whole."""
        self._acknowledged = max(self._acknowledged, min(characters, self._sent))
        self._whole = {message: sent for message, sent in self._whole.items() if sent > self._acknowledged}
        if self.is_full:
            return set()
        owed, self.owed = self.owed, set()
        return owed
