"""What counts as a word, in questions and in names such as `getUserByID`."""

import re
from functools import lru_cache
from threading import Lock

import snowballstemmer

LONGEST_WORD = 40  # longer ones are keys and hashes, which nobody asks for by name
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Scripts that put no spaces between words are matched by pairs of their letters.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_PAIRED = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
STOP_WORDS = """
a about again all also am an and any are aren as ask at be because been before being but by can
cannot could d did didn do does doesn doing don done down else even ever every few for from get gets
getting give go going got had has have having he her here him his how i if in into is isn it its
itself just know least let lets like ll m make makes many may maybe me might mine more most much
must my need needs no nor not now of off ok on one only onto or other our out over own per perhaps
please pls put quite rather re really s same say says shall she should since so some somehow such t
take tell than thanks that the their them then there these they thing things this those though
through thru to too try under until up upon us use using ve very want wants was wasn we well went
were what whatever when where whether which while who whom whose why will with within without won
would yes yet you your yours
"""
STOP = frozenset(STOP_WORDS.split())
"""Words that a question says whatever it asks for."""

_stemmer, _one_at_a_time = snowballstemmer.stemmer("english"), Lock()


def split(text: str) -> list[str]:
    """Give the lower-case words of a text or an identifier, in their order."""
    words = []
    for found in _WORD.findall(_HUMPS.sub(" ", text)):
        word = found.lower()
        if _PAIRED.match(word):
            words += [word[place : place + 2] for place in range(max(1, len(word) - 1))]
        elif len(word) <= LONGEST_WORD:
            words.append(word)
    return words


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Take the endings of English off a lower-case word."""
    with _one_at_a_time:  # it keeps the word it works on in itself
        return str(_stemmer.stemWord(word))
