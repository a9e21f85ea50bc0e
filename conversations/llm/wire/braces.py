"""Where a JSON object that comes in pieces ends, found by reading each character once."""

import json
import re

MARK = re.compile(r'["{}\[\]\\]')


class Braces:
    """Follows one JSON object; `whole` says whether its last brace has come."""

    def __init__(self) -> None:
        self._depth = 0
        self._quoted = False
        self._escaped = False
        self.whole = False

    def feed(self, piece: str) -> None:
        at = 0
        while at < len(piece):
            if self._escaped:
                self._escaped = False
                at += 1
                continue
            mark = MARK.search(piece, at)
            if not mark:
                return
            self._meet(mark[0])
            at = mark.end()

    def _meet(self, mark: str) -> None:
        if mark == '"':
            self._quoted = not self._quoted
        elif self._quoted:
            self._escaped = mark == "\\"
        elif mark in "{[":
            self._depth += 1
        elif mark in "}]":
            self._depth -= 1
            self.whole = self.whole or self._depth == 0


def json_object(text: str) -> dict[str, object] | None:
    """Return the JSON object that `text` is, or None; NaN and its kin are not JSON."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse(constant: str) -> object:
    raise ValueError(constant)
