"""Brings text into the one form that is rendered, whole or piece by piece.

Line ends become "\\n", NUL and lone surrogates U+FFFD: none of them survives HTML, JSON and a database.
"""

import re

_LINE_ENDS = re.compile("\r\n?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    """Return `text` with its line ends, NULs and surrogates mended."""
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "\ufffd")


class Intake:
    """Tidies a stream, so that `tidy` of all pieces equals the pieces tidied, however they were cut."""

    def __init__(self) -> None:
        self._held = ""

    def take(self, delta: str) -> str:
        """Return what is certain by now; a last "\\r" or high surrogate waits for its other half."""
        text = self._held + delta
        self._held = text[-1:] if text[-1:] == "\r" or "\ud800" <= text[-1:] <= "\udbff" else ""
        return tidy(text[: len(text) - len(self._held)])

    def rest(self) -> str:
        """Return what was still waiting, at the end of the stream."""
        text, self._held = tidy(self._held), ""
        return text
