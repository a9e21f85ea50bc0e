"""The tokens that a server says it used: counts, whatever else it says there."""

from collections.abc import Mapping
from typing import Any

from conversations.llm.characters import clean

# The largest whole number that JSON has for everybody; also far past what any reply can use.
MOST_TOKENS = 2**53


def counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Keep counts and the groups of counts beside them.

    Texts, fractions and NaN are dropped: they would be added up, and NaN is JSON to no database. Some servers
    write whole numbers with a point.
    """
    kept: dict[str, Any] = _counts(usage)
    groups = {clean(str(name)): _counts(value) for name, value in usage.items() if isinstance(value, Mapping)}
    return kept | {name: group for name, group in groups.items() if group}


def _counts(usage: Mapping[str, Any]) -> dict[str, int]:
    return {clean(str(name)): int(value) for name, value in usage.items() if _is_count(value)}


def _is_count(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer() and 0 <= value <= MOST_TOKENS
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
