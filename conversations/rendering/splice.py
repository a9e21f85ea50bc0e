"""Says how to turn the HTML that a browser has into the new one, in few bytes."""

from typing import NamedTuple


class Splice(NamedTuple):
    """The slot's new HTML is `html.slice(0, keep) + tail + html.slice(html.length - end)`.

    `keep` and `end` count UTF-16 units of the slot's previous HTML. A slot not seen before has the HTML "",
    and a slot whose HTML becomes "" is no more.
    """

    slot: int | str
    keep: int
    tail: str
    end: int


def splice(slot: int, before: str, after: str) -> Splice | None:
    """Return the shortest splice from `before` to `after`; None where they are equal."""
    if before == after:
        return None
    keep = _shared_start(before, after)
    end = _shared_end(before, after, most=min(len(before), len(after)) - keep)
    return Splice(
        slot, units(before[:keep]), after[keep : len(after) - end], units(before[len(before) - end :])
    )


def units(text: str) -> int:
    """Count UTF-16 units, which is what a browser's string indices count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


# Both halve the range and compare slices: a loop over characters would cost a hundred times as much. Counting
# code points, they never cut an astral character in two.


def _shared_start(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shared_end(one: str, other: str, *, most: int) -> int:
    if other.endswith(one[len(one) - most :]):  # as ever where text was only added
        return most
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
