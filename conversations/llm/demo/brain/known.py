"""What arguments may be drawn from: the words at hand, the words around them, the day and the place."""

import re
from dataclasses import dataclass, replace
from datetime import date

from .dates import day_named_in
from .places import zones_named_in

# Regular expressions over a pasted book would hold up everybody else in the process.
TEXT_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Known:
    """`text` is looked through first, `wider` where a required argument is not found there."""

    text: str
    wider: str
    today: date
    zone: str = "UTC"

    def about(self, text: str) -> "Known":
        return replace(self, text=text)


def known_from(question: str, instructions: str, today: date) -> Known:
    """Read the day and the person's time zone out of the instructions, where they are given."""
    text = re.sub(r"\s{20,}", " ", question[:TEXT_LIMIT])
    zones = zones_named_in(instructions[:TEXT_LIMIT])
    return Known(
        text=text,
        wider=text,
        today=day_named_in(re.sub(r"(\d)T(?=\d)", r"\1 ", instructions[:TEXT_LIMIT])) or today,
        zone=zones[0] if zones else "UTC",
    )
