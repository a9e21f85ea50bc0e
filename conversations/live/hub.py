"""Who in this process listens to what, told at once: no task, no copy, no queue."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Protocol

Event = dict[str, Any]


class Listener(Protocol):
    """A socket, or the ear of whatever runs turns here."""

    address: str

    def hear(self, event: Event) -> None:
        """Take one event in; it is shared with other listeners, and whoever tells it does not wait."""


class Hub:
    """The listeners of one event loop, by group and by address."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, Listener]] = defaultdict(dict)
        self._groups_of: dict[str, set[str]] = defaultdict(set)
        self._listeners: dict[str, Listener] = {}

    def join(self, group: str, listener: Listener) -> None:
        self._groups[group][listener.address] = self._listeners[listener.address] = listener
        self._groups_of[listener.address].add(group)

    def leave(self, group: str, listener: Listener) -> bool:
        """Let a listener go, joined or not; says whether the group is empty now."""
        members = self._groups.get(group, {})
        members.pop(listener.address, None)
        if not members:
            self._groups.pop(group, None)
        mine = self._groups_of.get(listener.address, set())
        mine.discard(group)
        if not mine:
            self._groups_of.pop(listener.address, None)
            self._listeners.pop(listener.address, None)
        return not members

    def tell(self, group: str, event: Event) -> None:
        """Tell every listener of a group; one may leave while it listens."""
        if members := self._groups.get(group):
            for listener in tuple(members.values()):
                listener.hear(event)

    def tell_one(self, address: str, event: Event) -> bool:
        """Tell one listener; says whether it is here."""
        listener = self._listeners.get(address)
        if listener:
            listener.hear(event)
        return listener is not None

    @property
    def groups(self) -> set[str]:
        """The groups that anybody is in."""
        return set(self._groups)
