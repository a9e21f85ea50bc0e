"""Which words stand for each other when people speak of what software does."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tools.routing.words import stem


def kin_of(word: str) -> tuple[str, ...]:
    """Return the words that may stand for this one, in any of its forms."""
    return _kin().get(stem(word), ())


def every_kindred_word() -> frozenset[str]:
    """Return all words that have kin."""
    return frozenset(word for group in _groups() for word in group)


# Not before they are asked for: it takes a tenth of the start, and few installations have many tools.
@cache
def _groups() -> tuple[tuple[str, ...], ...]:
    lines = Path(__file__).with_name("kindred.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if not line.startswith("#"))


@cache
def _kin() -> Mapping[str, tuple[str, ...]]:
    kin: dict[str, dict[str, None]] = defaultdict(dict)
    for words in _groups():
        for word in words:
            kin[stem(word)] |= dict.fromkeys(other for other in words if stem(other) != stem(word))
    return {word: tuple(others) for word, others in kin.items()}
