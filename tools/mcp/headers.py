"""Secret headers: as staff write them, one on each line, and as the row of their server keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.sealing import Unsealable, seal, unseal

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
# These are the connection's own: another value in them would break it, or send it elsewhere.
RESERVED = re.compile(
    r"host|connection|content-.*|accept.*|transfer-encoding|te|upgrade|mcp-.*|cookie|last-event-id", re.I
)
LONGEST = 4000
UNREADABLE = "Its headers were kept under another SECRET_KEY: write them again."


def read(text: str) -> dict[str, str]:
    """Read lines of `Name: value`; ValueError with a sentence where one cannot be sent."""
    headers: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not NAME.fullmatch(name):
            raise ValueError("Write each header on a line of its own, as in Authorization: Bearer secret.")
        if RESERVED.fullmatch(name):
            raise ValueError(f"The header {name} is the connection's own.")
        if not value or len(value) > LONGEST or not value.isascii() or not value.isprintable():
            raise ValueError(f"The value of {name} must be 1 to {LONGEST:,} letters that HTTP can carry.")
        headers[name] = value
    return headers


def sealed(headers: Mapping[str, str]) -> dict[str, str]:
    """Make of headers what a row may keep."""
    return {name: seal(value) for name, value in headers.items()}


def unsealed(kept: Mapping[str, str]) -> dict[str, str]:
    """Read them back; ValueError with a sentence where they cannot be read any more."""
    try:
        return {name: unseal(value) for name, value in kept.items()}
    except Unsealable:
        raise ValueError(UNREADABLE) from None
