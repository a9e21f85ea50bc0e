"""What a question asks for, as words with weights: its own, and those that may stand for them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tools.routing.kindred import kin_of
from tools.routing.sights import shown
from tools.routing.words import STOP, split, stem

READ_CHARACTERS = 2_000  # of the start and of the end: what is asked stands there
MOST_WORDS, MOST_PARTS = 48, 8
_BETWEEN = re.compile(r"[.!?;\n]+\s+|,\s+|\s+(?:and|then|but|also|plus)\s+", re.IGNORECASE)
KIN, SHOWN = 0.4, 0.5  # the worth of a word that may stand for one said, and of one that is only shown
EARLIER = 0.3  # what the question before weighs: "and in Paris?" says nothing of the weather


class Wanted(NamedTuple):
    """One thing that is asked for: `words` may stand for it, each with its worth; `weight` is that of all.

    `parts` are the numbers of the question's parts that say it.
    """

    word: str
    words: tuple[tuple[str, float], ...]
    weight: float
    parts: frozenset[int] = frozenset()


def read(question: str, earlier: str = "") -> list[Wanted]:
    """Read what a question wants; `earlier` is the question before it, which it may go on from."""
    said = list(_wanted(question, 1.0))
    names = {stem(want.word) for want in said}
    return said + [want for want in _wanted(earlier, EARLIER) if stem(want.word) not in names]


def _wanted(text: str, weight: float) -> Iterator[Wanted]:
    if len(text) > 2 * READ_CHARACTERS:
        text = f"{text[:READ_CHARACTERS]}\n{text[-READ_CHARACTERS:]}"
    words = split(text)
    telling = dict.fromkeys(word for word in words if word not in STOP)
    own = {stem(word) for word in telling}
    parts = _parts(text)
    for word in list(telling)[:MOST_WORDS]:
        kin = ((other, KIN) for other in kin_of(word))
        said_in = frozenset(number for number, part in enumerate(parts) if word in part)
        yield Wanted(word, ((word, 1.0), *kin), weight, said_in)
    for joined in _joined(words):
        yield Wanted(joined, ((joined, 1.0),), weight)
    for word in shown(text):
        if stem(word) not in own:
            yield Wanted("", ((word, 1.0),), weight * SHOWN)


def _parts(text: str) -> list[set[str]]:
    """Give the words of each part of a question that may ask for something of its own."""
    parts = (set(split(part)) - STOP for part in _BETWEEN.split(text))
    return [part for part in parts if len(part) > 1][:MOST_PARTS]


def _joined(words: Sequence[str]) -> list[str]:
    """Give neighbours as one word: "web site", "to do", "e mail"."""
    joined = (f"{one}{following}" for one, following in pairwise(words) if one.isalpha())
    return list(dict.fromkeys(joined))[:MOST_WORDS]
