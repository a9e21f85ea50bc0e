"""Applies splices as a browser does: to UTF-16 units, knowing nothing but the slots."""

import json
import re
from collections.abc import Iterable

from conversations.rendering.shorthand import SHORTHAND
from conversations.rendering.splice import Splice, encoded

_SHORT = re.compile("\x9f([\x80-\x9f])|\x9e([^\x80-\x9f]*)|([\x80-\x9d])")


class Browser:
    """The HTML of each slot, kept as the UTF-16 that JavaScript's strings are."""

    def __init__(self) -> None:
        self._slots: dict[int | str, bytes] = {}

    def apply(self, splices: Iterable[Splice]) -> None:
        for slot, keep, tail, end in map(json.loads, map(encoded, splices)):
            before = self._slots.get(slot, b"")
            assert 2 * (keep + end) <= len(before)
            kept = before[len(before) - 2 * end :] if end else b""
            fresh = spelled_out(tail) if isinstance(slot, int) else tail
            self._slots[slot] = before[: 2 * keep] + fresh.encode("utf-16-le") + kept

    @property
    def html(self) -> list[str]:
        shown = {slot: html.decode("utf-16-le") for slot, html in self._slots.items() if html}
        assert sorted(shown) == list(range(len(shown)))
        return [shown[slot] for slot in sorted(shown)]


def spelled_out(tail: str) -> str:
    """Return the HTML of a tail in shorthand."""
    return _SHORT.sub(_meant, tail)


def _meant(found: re.Match[str]) -> str:
    itself, address, short = found.groups()
    if address is not None:
        return f"{SHORTHAND[-3]}{address}{SHORTHAND[-2]}{address}"
    return str(itself or SHORTHAND[ord(short) - 0x80])


def frame(rev: int, splices: Iterable[Splice]) -> bytes:
    """Return the bytes of the frame that carries `splices` to a browser."""
    return f'["f",123456,1,{rev},[{",".join(map(encoded, splices))}]]'.encode()
