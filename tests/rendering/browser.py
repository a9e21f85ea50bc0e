"""Applies splices as a browser does: to UTF-16 units, knowing nothing but the slots."""

import json
from collections.abc import Iterable

from conversations.rendering.splice import Splice


class Browser:
    """The HTML of each slot, kept as the UTF-16 that JavaScript's strings are."""

    def __init__(self) -> None:
        self._slots: dict[int | str, bytes] = {}

    def apply(self, splices: Iterable[Splice]) -> None:
        for slot, keep, tail, end in splices:
            before = self._slots.get(slot, b"")
            assert 2 * (keep + end) <= len(before)
            kept = before[len(before) - 2 * end :] if end else b""
            self._slots[slot] = before[: 2 * keep] + tail.encode("utf-16-le") + kept

    @property
    def html(self) -> list[str]:
        shown = {slot: html.decode("utf-16-le") for slot, html in self._slots.items() if html}
        assert sorted(shown) == list(range(len(shown)))
        return [shown[slot] for slot in sorted(shown)]


def frame(rev: int, splices: Iterable[Splice]) -> bytes:
    """Return the bytes of the frame that carries `splices` to a browser."""
    return json.dumps(
        ["f", 123456, 1, rev, list(splices)], ensure_ascii=False, separators=(",", ":")
    ).encode()
