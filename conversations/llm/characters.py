"""What came from outside, made fit to be stored and sent: whole surrogate pairs, no NUL, no NaN."""

import math
import re
from typing import Any

REPLACEMENT = "\ufffd"
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
# PostgreSQL stores no NUL, and UTF-8 has no form for half a surrogate pair.
UNFIT = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Join surrogate pairs and replace what cannot be stored."""
    if text.isascii() and "\0" not in text:
        return text
    return UNFIT.sub(REPLACEMENT, PAIR.sub(_joined, text))


def clean_json(value: Any) -> Any:
    """Clean every string within a decoded JSON value, keys included; NaN and infinity become null."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


class Joiner:
    """Cleans one text that comes in pieces, where a surrogate pair may be split between two of them."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what is certain so far; a high surrogate at the end waits for its other half."""
        text = self._held + piece
        self._held = text[-1] if text and "\ud800" <= text[-1] <= "\udbff" else ""
        return clean(text[:-1] if self._held else text)

    def end(self) -> str:
        """Return what is left: the replacement character for a half that stayed alone, or nothing."""
        held, self._held = self._held, ""
        return clean(held)


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
