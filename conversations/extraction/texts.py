"""How what was pasted falls into texts."""

from __future__ import annotations

import re

SEPARATIONS = {
    "dashes": "A line of three dashes",
    "lines": "Each line is a text",
    "one": "All of it is one text",
}
_DASHES = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)


def split(pasted: str, separation: str) -> list[str]:
    """Return the texts that are not empty."""
    pasted = pasted.replace("\r\n", "\n")
    match separation:
        case "lines":
            parts = pasted.split("\n")
        case "dashes":
            parts = _DASHES.split(pasted)
        case _:
            parts = [pasted]
    return [part.strip() for part in parts if part.strip()]
