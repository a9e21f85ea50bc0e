"""Says how to turn the HTML that a browser has into the new one, in few bytes."""

import re
from json.encoder import encode_basestring
from typing import NamedTuple

from conversations.rendering.shorthand import shorten

# So many characters in the middle of a splice are worth two splices that do not send them again.
_WORTH_ANOTHER = 20
_LONGER = re.compile(rf"[^<>*_`~\[\]]{{{_WORTH_ANOTHER},}}")
_TRIES = 3
_WHOLE_NAME = re.compile("[ >]")


class Splice(NamedTuple):
    """The slot's new HTML is `html.slice(0, keep) + tail + html.slice(html.length - end)`.

    `keep` and `end` count UTF-16 units of the slot's previous HTML. A slot not seen before has the HTML "",
    and a slot whose HTML becomes "" is no more.
    """

    slot: int | str
    keep: int
    tail: str
    end: int


def splices(slot: int, before: str, after: str, *, most: int = 4) -> list[Splice]:
    """Return what turns `before` into `after`, without sending again what only got markup around it.

    Words that turn out to be bold, an item of a list that becomes a paragraph, a table that gets aligned.
    """
    if before == after:
        return []
    keep = _shared_start(before, after)
    end = _shared_end(before, after, most=min(len(before), len(after)) - keep)
    replaced, fresh = before[keep : len(before) - end], after[keep : len(after) - end]
    if most > 1 and (stays := _longest_in_both(replaced, fresh)):
        middle = before[: keep + replaced.index(stays)] + after[keep + fresh.rindex(stays) :]
        half = most // 2
        return splices(slot, before, middle, most=half) + splices(slot, middle, after, most=half)
    return [Splice(slot, units(before[:keep]), fresh, units(before[len(before) - end :]))]


def _longest_in_both(replaced: str, fresh: str) -> str:
    """Return what stays as it was and is long enough to be worth a splice of its own."""
    if len(replaced) < _WORTH_ANOTHER:
        return ""
    # All of a table but its opening tag, which says how it is aligned.
    inside = replaced[replaced.find(">") + 1 :]
    longest = sorted(_LONGER.findall(replaced) + _LONGER.findall(fresh), key=len)[: -_TRIES - 1 : -1]
    found = (text for text in [inside, *longest] if text in replaced and text in fresh)
    return next((text for text in found if len(text) >= _WORTH_ANOTHER), "")


def encoded(splice: Splice) -> str:
    """Return the JSON of a splice as it is sent: in shorthand, but for plain text."""
    # By hand, as there is one for each frame; the encoder itself asks of every value what it is.
    if isinstance(splice.slot, str):
        return f'["{splice.slot}",{splice.keep},{encode_basestring(splice.tail)},{splice.end}]'
    return f"[{splice.slot},{splice.keep},{encode_basestring(shorten(splice.tail))},{splice.end}]"


def units(text: str) -> int:
    """Count UTF-16 units, which is what a browser's string indices count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


# Both halve the range and compare slices: a loop over characters would cost a hundred times as much. Counting
# code points, they never cut an astral character in two.


def _shared_start(one: str, other: str) -> int:
    """Count what both begin with, but no part of a tag's name: a whole tag is shorter, by its shorthand."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    opened = one.rfind("<", 0, low)
    if opened <= one.rfind(">", 0, low):
        return low
    return low if all(_WHOLE_NAME.search(html, opened, low + 1) for html in (one, other)) else opened


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
