"""What is printed: nothing that a terminal would obey, and no complaint when nobody reads on."""

from __future__ import annotations

import io
import os
import re
import sys

from django.core.management.base import OutputWrapper

# A model's words may hold escape sequences, which could rewrite the screen or what is pasted from it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_C1 = re.compile(r"[\x7f-\x9f]")


def harmless(text: str) -> str:
    """Replace control characters but for tabs and ends of lines."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def harmless_json(text: str) -> str:
    """Escape the control characters that JSON leaves as they are."""
    return _C1.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Paper:
    """Where the answer is printed; it knows whether a last end of line is missing."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._last = "\n"
        self._torn = False
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal that has no UTF-8 shows what it can

    def write(self, text: str) -> None:
        """Print at once; after the reader has gone, nothing."""
        if not text or self._torn:
            return
        self._last = text[-1]
        try:
            self._out.write(text, ending="")
            self._out.flush()
        except BrokenPipeError:
            self._torn = True
            # Python flushes once more at its end, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def end(self) -> None:
        """End the last line, if it has begun."""
        if self._last != "\n":
            self.write("\n")
