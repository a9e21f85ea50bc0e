"""Whether "if it is above 20 degrees" or "if it rains" holds for the results at hand."""

import re
from collections.abc import Sequence

from .results import Result, telling_numbers
from .words import stems

_ABOVE = re.compile(
    r"\b(?:above|over|more than|warmer than|higher than|greater than|at least|>)\s*(-?\d+(?:\.\d+)?)", re.I
)
_BELOW = re.compile(
    r"\b(?:below|under|less than|colder than|cooler than|lower than|at most|<)\s*(-?\d+(?:\.\d+)?)", re.I
)
# Words about what is asked, not about what the answer should be.
_ABOUT = stems("weather temperature today yes not")


def holds(condition: str, results: Sequence[Result]) -> bool:
    """Weigh the condition against the results; one that cannot be read holds."""
    values = telling_numbers(results, condition)
    above, below = _ABOVE.search(condition), _BELOW.search(condition)
    if above and values:
        return values[0] >= float(above[1])
    if below and values:
        return values[0] <= float(below[1])
    wanted = stems(condition) - _ABOUT
    found = " ".join(str(result.value) for result in results).lower()
    said = any(word in found for word in wanted)
    return not wanted or said != bool(re.search(r"\bnot\b|n't\b", condition))
