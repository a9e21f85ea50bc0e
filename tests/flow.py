"""What a client keeps of the text that streams, by the rules of docs/protocol.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.rendering.browser import spelled_out

Slot = int | str


@dataclass
class Kept:
    """One message: where it stands, and its slots as UTF-16, in which splices count."""

    attempt: int
    rev: int = 0
    based: bool = False  # whether its blocks came with the flow, none of them too
    slots: dict[Slot, bytes] = field(default_factory=dict)


class Flow:
    """Splices and whole bodies, message by message; `awaited` are those for which a full frame must come."""

    def __init__(self) -> None:
        self.awaited: set[int] = set()
        self._asked: set[int] = set()
        self._kept: dict[int, Kept] = {}

    @property
    def messages(self) -> list[int]:
        return list(self._kept)

    def blocks(self, message: int) -> list[str]:
        slots = self._kept[message].slots if message in self._kept else {}
        numbers = sorted(slot for slot in slots if isinstance(slot, int))
        return [text for slot in numbers if (text := slots[slot].decode("utf-16-le"))]

    def is_based(self, message: int) -> bool:
        return message in self._kept and self._kept[message].based

    def texts(self, message: int) -> dict[str, str]:
        slots = self._kept[message].slots
        return {slot: text.decode("utf-16-le") for slot, text in slots.items() if isinstance(slot, str)}

    def place(self, message: int) -> tuple[int, int]:
        kept = self._kept.get(message, Kept(0))
        return kept.attempt, kept.rev

    def splice(self, message: int, attempt: int, rev: int, splices: list[list[Any]]) -> None:
        kept = self._kept.setdefault(message, Kept(attempt))
        if attempt < kept.attempt or (attempt == kept.attempt and rev <= kept.rev):
            return
        if attempt > kept.attempt and rev == 1:
            kept = self._kept[message] = Kept(attempt)
            self.awaited.discard(message)
        if message in self.awaited:
            return
        if (attempt, rev) != (kept.attempt, kept.rev + 1):
            self.awaited.add(message)
            return
        for slot, keep, tail, end in splices:
            before = kept.slots.get(slot, b"")
            assert 2 * (keep + end) <= len(before), "a splice of what is not there"
            after = before[len(before) - 2 * end :] if end else b""
            fresh = spelled_out(tail) if isinstance(slot, int) else tail
            kept.slots[slot] = before[: 2 * keep] + fresh.encode("utf-16-le") + after
        kept.rev, kept.based = rev, True

    def whole(self, message: int, attempt: int, rev: int, slots: dict[str, Any]) -> None:
        kept = self._kept.setdefault(message, Kept(attempt))
        if (attempt, rev) < (kept.attempt, kept.rev):
            return
        if attempt > kept.attempt:
            kept.slots = {}
        if "b" in slots:
            kept.slots = {slot: text for slot, text in kept.slots.items() if isinstance(slot, str)}
            kept.slots |= {at: html.encode("utf-16-le") for at, html in enumerate(slots["b"])}
        kept.slots |= {slot: text.encode("utf-16-le") for slot, text in slots.items() if slot != "b"}
        kept.attempt, kept.rev, kept.based = attempt, rev, True
        self.awaited.discard(message)
        self._asked.discard(message)

    def shown(self, message: int, attempt: int) -> None:
        """The page shows the message open: what of its text is missing once it has ended will be noticed."""
        self._kept.setdefault(message, Kept(attempt))

    def settled(self, message: int, attempt: int, rev: int) -> None:
        """The message has ended at this place: what is kept of another is made good."""
        if message not in self._kept:
            return  # the page came with it, whole
        if (attempt, rev) > self.place(message):
            self.awaited.add(message)

    def ask_again(self) -> None:
        """What was asked for by a socket that is lost will not come."""
        self._asked.clear()

    def to_ask(self) -> set[int]:
        fresh = self.awaited - self._asked
        self._asked |= fresh
        return fresh
